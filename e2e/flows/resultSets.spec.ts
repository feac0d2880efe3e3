import { label, payload, picture } from "../fixtures/files.ts";
import { expect, test, tinyModel } from "../fixtures/test.ts";

/** Tiles of 12 px in four classes: those of one class touch none of their kind, and each becomes a row. */
const tiles = label(240, 160, (x, y) => 1 + ((Math.floor(x / 12) + 2 * Math.floor(y / 12)) % 4));

test("a review survives a reload: undecided rows of every list, the shown one, undo and redo; Esc clears none", async ({
  page,
  editor,
}) => {
  await editor.start(`?backend=wasm&model=${tinyModel}`);
  await editor.openFiles([payload("scene_image.png", picture(240, 160)), payload("scene_label.png", tiles)]);
  await editor.imageOpen("scene");
  await editor.engineReady("wasm");
  await page.getByRole("textbox", { name: "Grow mask by, pixels" }).fill("0");
  await editor.canvas.press("Shift+C");
  await editor.click({ x: 6, y: 6 });
  await expect(page.getByTestId("announcements")).toContainText(/Final: \d+ suggestions/);
  await expect.poll(() => editor.suggestions().count()).toBeGreaterThanOrEqual(30);
  const all = await editor.suggestions().count();
  const rows = await editor.list("Live").getAttribute("aria-label");
  const selected = editor.panel("Review").locator("[aria-current=true]");
  await editor.canvas.focus();
  for (let i = 0; i < 20; i++) {
    await page.keyboard.press("j");
    if (i % 5 === 4) await expect(selected).toBeInViewport({ ratio: 0.95 });
  }
  // Up from the folded row, whose parts are decided together.
  for (let i = 0; i < 5; i++) await page.keyboard.press("Shift+J");
  await expect(selected).toBeInViewport({ ratio: 0.95 });
  await editor.canvas.press("y");
  await expect(editor.suggestions()).toHaveCount(all - 1);
  await editor.canvas.press("n");
  await expect(editor.suggestions()).toHaveCount(all - 2);
  const [changed, masked] = [await editor.pixels("changed"), await editor.pixels("mask")];
  expect(changed).toBeGreaterThan(0);
  const { bytes } = await editor.export("This label as a file");
  await editor.canvas.press("u");
  await expect(editor.list("Found")).toHaveAttribute("aria-selected", "true");
  await expect(page.locator('[data-saved="saved"]')).toBeVisible();

  await page.reload();
  await editor.resume.click();
  await editor.imageOpen("scene");
  await expect(editor.list("Found")).toHaveAttribute("aria-selected", "true");
  await editor.canvas.press("Shift+U");
  await expect(editor.suggestions()).toHaveCount(all - 2);
  await expect(editor.suggestions("accepted")).toHaveCount(1);
  await expect(editor.suggestions("rejected")).toHaveCount(1);
  await editor.canvas.press("Control+z");
  await editor.canvas.press("Control+z");
  await expect(editor.suggestions()).toHaveCount(all);
  await expect(editor.list("Live")).toHaveAccessibleName(rows ?? "");
  await expect(editor.mirror("changed")).toHaveAttribute("data-pixels", "0");
  await editor.canvas.press("Control+y");
  await editor.canvas.press("Control+y");
  await expect(editor.mirror("changed")).toHaveAttribute("data-pixels", String(changed));
  expect((await editor.export("This label as a file")).bytes).toEqual(bytes);

  await expect(editor.mirror("mask")).toHaveAttribute("data-pixels", String(masked));
  await editor.canvas.press("Escape");
  await expect(editor.mirror("mask")).toHaveAttribute("data-pixels", "0");
  await editor.canvas.press("Escape");
  await expect(editor.suggestions()).toHaveCount(all - 2);
  await editor.canvas.press("Control+z");
  await expect(editor.mirror("mask")).toHaveAttribute("data-pixels", String(masked));
  await expect(editor.suggestions()).toHaveCount(all - 2);
});
