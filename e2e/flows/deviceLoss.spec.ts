import { appUrl } from "../fixtures/addresses.ts";
import { Editor } from "../fixtures/editor.ts";
import { boxesOf, difference, killGraphics, pixelsIn, startOwnBrowser } from "../fixtures/graphics.ts";
import { brushOver, damagesOf } from "../fixtures/repair.ts";
import { expect, offerTinyModels, test, tinyModel } from "../fixtures/test.ts";

test("when the graphics device is lost, rows, picture and labels are back and the model answers again", {
  tag: "@webgpu",
}, async () => {
  // Chromium's software adapter compiles shaders slowly, and twice here.
  test.setTimeout(1_800_000);
  const browser = await startOwnBrowser("--enable-unsafe-webgpu");
  try {
    const page = await browser.newPage({ viewport: { width: 1440, height: 900 }, serviceWorkers: "block" });
    page.setDefaultTimeout(60_000);
    const errors: string[] = [];
    page.on("pageerror", ({ message }) => errors.push(message));
    await offerTinyModels(page);
    const editor = new Editor(page);
    await editor.start(`?backend=webgpu&model=${tinyModel}`, appUrl);
    await editor.trySample();
    await editor.button("Got it").click();
    await editor.engineReady("webgpu", 420_000);
    await editor.setSlider("Passes", 1);
    const [first, second] = damagesOf("01-street");
    await brushOver(editor, first);
    await expect(editor.suggestions()).not.toHaveCount(0, { timeout: 240_000 });
    await editor.engineReady("webgpu");
    const rows = await editor.suggestions().allTextContents();
    await page.mouse.move(2, 2);
    await page.waitForTimeout(1000);
    const boxes = await boxesOf([editor.canvas]);
    const before = await pixelsIn(page, boxes);

    await killGraphics(browser);
    await expect(editor.status).toContainText("Restarting");
    // Without a graphics process there may be nothing to take a picture of.
    const missing = async () => difference(before, await pixelsIn(page, boxes).catch(() => []));
    await expect.poll(missing, { timeout: 30_000 }).toBeLessThan(0.002);
    await editor.engineReady("webgpu", 420_000);
    expect(await editor.suggestions().allTextContents()).toEqual(rows);
    expect(await missing()).toBeLessThan(0.002);

    await editor.acceptEverything();
    await page.keyboard.press("Escape");
    // The view went to the row that was decided on.
    await editor.button("Fit image").click();
    await editor.choose("Mask rectangle");
    const { x, y, width, height } = second.bbox;
    await editor.drag([
      { x, y },
      { x: x + width, y: y + height },
    ]);
    await expect(editor.suggestions()).not.toHaveCount(0, { timeout: 600_000 });
    await expect(editor.status).toContainText("webgpu (");
    expect(errors).toEqual([]);
  } finally {
    await browser.close();
  }
});
