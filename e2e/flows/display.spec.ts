import type { Page } from "@playwright/test";
import { expect, test, tinyModel } from "../fixtures/test.ts";

const start = `?backend=wasm&model=${tinyModel}`;

async function runCommand(page: Page, name: string): Promise<void> {
  await page.keyboard.press("Control+k");
  await page.getByRole("textbox", { name: "Find a command" }).fill(name);
  await page.keyboard.press("Enter");
}

test("however picture and label are shown, the exported bytes are the same", async ({ page, editor }) => {
  await editor.start(start);
  await editor.trySample();
  await page.getByRole("switch", { name: "Live" }).uncheck();
  await editor.paintWith("car");
  await editor.choose("Class brush");
  await editor.drag([
    { x: 300, y: 300 },
    { x: 340, y: 310 },
  ]);
  const before = await editor.export("This label as a file");

  await runCommand(page, "Colour-blind-safe");
  await runCommand(page, "Split:");
  const view = page.locator('[data-mirror="view"]');
  await expect(view).toContainText("Shown split at 50 percent, in colour-blind-safe colours");
  const line = editor.slider("Split line");
  const draws = () => page.evaluate(() => structuredClone(window.renderStats));
  const earlier = await draws();
  await line.press("ArrowRight");
  await line.press("Shift+ArrowLeft");
  await expect(view).toContainText("split at 41 percent");
  const later = await draws();
  // The line moves over what is drawn: no pixel is coloured anew, and the picture is not touched.
  expect(later?.redrawnPixels).toBe(earlier?.redrawnPixels);
  expect(later?.layerDraws.image).toBe(earlier?.layerDraws.image);

  await editor.button("View options").click();
  await editor.slider("Brightness").press("End");
  await editor.slider("Gamma").press("ArrowRight");
  await page.keyboard.press("Escape");
  await runCommand(page, "Difference");
  await expect(view).toContainText("difference from the label as opened");
  await expect(view).toContainText("brightness 100, contrast 0, gamma 1.05");
  const after = await editor.export("This label as a file");
  expect(Buffer.compare(after.bytes, before.bytes)).toBe(0);

  await runCommand(page, "Reset the picture");
  await expect(view).toContainText("brightness 0, contrast 0, gamma 1");
});

test("keys can be changed: taken ones are swapped on request, the browser's are refused, and they are kept", async ({
  page,
  editor,
}) => {
  const announced = page.getByTestId("announcements");
  await editor.start(start);
  await editor.trySample();
  await runCommand(page, "Undo");
  await expect(announced).toHaveText("Undo: There is nothing to undo.");
  await page.keyboard.press("Escape");

  await runCommand(page, "List of keys");
  await editor.button("Change keys…").click();
  await editor.button("Mask brush: change B").click();
  await page.keyboard.press("Control+w");
  await expect(announced).toHaveText("Ctrl+W belongs to the browser.");
  await editor.button("Mask brush: change B").click();
  await page.keyboard.press("j");
  await expect(page.getByRole("alert")).toContainText("J belongs to Next suggestion");
  await editor.button("Swap").click();
  await expect(announced).toHaveText("Mask brush: J");
  await page.keyboard.press("Escape");

  await page.reload();
  await editor.trySample();
  await editor.choose("Fill");
  await page.keyboard.press("j");
  await expect(editor.button("Mask brush")).toHaveAttribute("aria-pressed", "true");
  await expect(editor.button("Mask brush")).toHaveAttribute("aria-keyshortcuts", "J");
  await runCommand(page, "List of keys");
  await expect(page.getByRole("row", { name: "Next suggestion" })).toContainText("B, Tab");
  await page.keyboard.press("Escape");

  await editor.button("Settings").click();
  await page.getByRole("tab", { name: "Keys" }).click();
  await editor.button("Reset all keys").click();
  await expect(editor.button("Mask brush: change B")).toBeVisible();
});
