import { compareLabels, sampleFile } from "../fixtures/files.ts";
import { expect, test, tinyModel } from "../fixtures/test.ts";

test("work survives a reload: label, mask and hints come back as they were", async ({ page, editor }) => {
  await editor.start(`?backend=wasm&model=${tinyModel}`);
  await editor.trySample();
  await editor.button("Got it").click();
  await page.getByRole("switch", { name: "Live" }).uncheck();
  await editor.paintWith("car");
  await editor.choose("Class brush");
  await editor.setSlider("Brush size", 20);
  await editor.drag([
    { x: 300, y: 400 },
    { x: 360, y: 400 },
  ]);
  await editor.choose("Mask rectangle");
  await editor.drag([
    { x: 100, y: 300 },
    { x: 160, y: 360 },
  ]);
  const [changed, masked] = [await editor.pixels("changed"), await editor.pixels("mask")];
  expect(changed).toBeGreaterThan(0);
  await expect(page.locator('[data-saved="saved"]')).toBeVisible();
  const before = (await editor.export("This label as PNG")).bytes;

  await page.reload();
  await editor.button("Resume").click();
  await editor.imageOpen("01-street");
  await expect(editor.mirror("changed")).toHaveAttribute("data-pixels", String(changed));
  await expect(editor.mirror("mask")).toHaveAttribute("data-pixels", String(masked));
  const after = (await editor.export("This label as PNG")).bytes;
  expect(compareLabels(before, after).changed).toEqual([]);
  expect(compareLabels(sampleFile("labels/01-street.png"), after).changed).toHaveLength(changed);
});

test("a reload right after a stroke loses nothing", async ({ page, editor }) => {
  await editor.start(`?backend=wasm&model=${tinyModel}`);
  await editor.trySample();
  await editor.button("Got it").click();
  await page.getByRole("switch", { name: "Live" }).uncheck();
  await editor.setSlider("Brush size", 20);
  let label: Uint8Array = sampleFile("labels/01-street.png");
  for (let i = 0; i < 3; i++) {
    await editor.paintWith("car");
    await editor.choose("Class brush");
    await expect(page.locator('[data-saved="saved"]')).toBeVisible();
    await editor.drag([
      { x: 60 + 100 * i, y: 100 },
      { x: 100 + 100 * i, y: 120 },
    ]);
    const lifted = performance.now();
    const changed = await editor.pixels("changed");
    const reloading = page.reload();
    expect(performance.now() - lifted).toBeLessThan(500);
    await reloading;
    await editor.button("Resume").click();
    await editor.imageOpen("01-street");
    await expect(editor.mirror("changed")).toHaveAttribute("data-pixels", String(changed));
    const { bytes } = await editor.export("This label as PNG");
    expect(compareLabels(label, bytes).changed.length).toBeGreaterThan(500);
    label = bytes;
  }
  expect(compareLabels(sampleFile("labels/01-street.png"), label).changed).toHaveLength(await editor.pixels("changed"));
});
