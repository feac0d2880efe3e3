import { label, payload, picture } from "../fixtures/files.ts";
import { expect, test, tinyModel } from "../fixtures/test.ts";

const width = 4096;
const height = 3072;

test("200 strokes on a 4096 x 3072 label redraw only what they touch, and memory stays flat", async ({
  page,
  editor,
}) => {
  test.setTimeout(300_000);
  const mask = label(width, height, (x, y) => 1 + (((x >> 9) + (y >> 9)) % 4));
  await editor.start(`?backend=wasm&model=${tinyModel}`);
  await editor.openFiles([payload("large_image.png", picture(width, height)), payload("large_label.png", mask)]);
  await editor.imageOpen("large");
  await page.getByRole("switch", { name: "Live" }).uncheck();
  await editor.paintWith("class 2");
  await editor.choose("Class brush");
  await editor.setSlider("Brush size", 40);

  const devtools = await page.context().newCDPSession(page);
  const heap = async (): Promise<number> => {
    await devtools.send("HeapProfiler.collectGarbage");
    return (await devtools.send("Runtime.getHeapUsage")).usedSize / 2 ** 20;
  };
  const stats = () => page.evaluate(() => structuredClone(window.renderStats));
  const stroke = async (i: number): Promise<void> => {
    const [x, y] = [150 + ((i * 337) % 3700), 150 + ((i * 211) % 2700)];
    await editor.drag([
      { x, y },
      { x: x + 60, y: y + 20 },
      { x: x + 120, y },
    ]);
  };

  for (let i = 0; i < 20; i++) await stroke(i);
  const before = await stats();
  const heapBefore = await heap();
  const started = Date.now();
  for (let i = 20; i < 220; i++) await stroke(i);
  const elapsed = Date.now() - started;
  const after = await stats();
  const heapAfter = await heap();
  if (!before || !after) throw new Error("The page counts no drawing");

  // A stroke's own rectangle is about 160 x 60 px; each of its three moves may redraw a part of it.
  const redrawn = (after.redrawnPixels - before.redrawnPixels) / 200;
  const draws = (after.layerDraws.labels - before.layerDraws.labels) / 200;
  const images = after.layerDraws.image - before.layerDraws.image;
  console.log(
    `A stroke: ${Math.round(redrawn)} px redrawn, ${draws} label draws, ${Math.round(elapsed / 200)} ms; heap ${heapBefore.toFixed(1)} -> ${heapAfter.toFixed(1)} MiB`,
  );
  expect(redrawn).toBeLessThan(40_000);
  expect(draws).toBeLessThanOrEqual(8);
  expect(images).toBe(0);
  expect(heapAfter - heapBefore).toBeLessThan(40);
});
