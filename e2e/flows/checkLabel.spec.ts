import type { Editor } from "../fixtures/editor.ts";
import { compareLabels, label, payload, picture } from "../fixtures/files.ts";
import { expect, test, tinyModel } from "../fixtures/test.ts";

/** Halves of classes 1 and 2, a pinhole of class 2 in the left one, a speck of class 3 on the border, an unknown id. */
const specked = (x: number, y: number): number => {
  if (x >= 20 && x < 23 && y >= 30 && y < 33) return 2;
  if (y === 60 && x >= 98 && x < 101) return 3;
  if (x >= 150 && x < 170 && y >= 80 && y < 100) return 9;
  return x < 100 ? 1 : 2;
};
const mended = (x: number, y: number): number => (specked(x, y) === 9 ? 9 : x < 100 || (y === 60 && x < 101) ? 1 : 2);

/** Opens a label of 200 x 120 px and looks for its specks. */
async function check(editor: Editor, source: Uint8Array): Promise<void> {
  const classes = JSON.stringify({ classes: ["none", "left", "right", "sign"].map((name, id) => ({ id, name })) });
  await editor.start(`?backend=wasm&model=${tinyModel}`);
  await editor.openFiles([
    payload("scene_image.png", picture(200, 120)),
    payload("scene_label.png", source),
    { name: "classes.json", mimeType: "application/json", buffer: Buffer.from(classes) },
  ]);
  await editor.imageOpen("scene");
  await editor.button("Check label").click();
}

test("checking a label lists its specks without the model or a confidence; accepted one by one they are mended", async ({
  editor,
}) => {
  const source = label(200, 120, specked);
  await check(editor, source);
  await expect(editor.suggestions()).toHaveCount(2);
  await expect(editor.suggestions().first()).toContainText("right to left, 9 pixels, pinhole, pending");
  await expect(editor.panel("Review")).toContainText(/pinhole, right.*left 9 px/);
  await expect(editor.panel("Review").getByText(/^\d+ %$/)).toHaveCount(1);
  await expect(editor.toasts).toContainText("400 pixels of unknown 9");

  await editor.page.getByRole("switch", { name: "Live" }).uncheck();
  await editor.choose("Mask rectangle");
  await editor.drag([
    { x: 170, y: 20 },
    { x: 190, y: 40 },
  ]);
  expect(await editor.pixels("mask")).toBeGreaterThan(0);
  await editor.canvas.press("Escape");
  await expect(editor.mirror("mask")).toHaveAttribute("data-pixels", "0");
  await editor.canvas.press("Escape");
  await expect(editor.suggestions()).toHaveCount(2);
  await expect(editor.list("Checks")).toHaveAccessibleName("Checks: 2 to decide");
  await editor.canvas.press("u");
  await expect(editor.list("Live")).toHaveAttribute("aria-selected", "true");
  await expect(editor.suggestions()).toHaveCount(0);
  await editor.canvas.press("Shift+U");
  await expect(editor.suggestions()).toHaveCount(2);

  await editor.setSlider("Confidence threshold", 0);
  await expect(editor.button("Accept 0 of 2")).toBeDisabled();
  await editor.canvas.press("Shift+Enter");
  await expect(editor.page.getByTestId("announcements")).toContainText("one by one");
  expect(await editor.pixels("changed")).toBe(0);
  await editor.acceptEverything();
  await expect(editor.mirror("changed")).toHaveAttribute("data-pixels", "12");
  const { bytes } = await editor.export("This label as a file");
  const { sameFormat, changed, after } = compareLabels(source, bytes);
  expect(sameFormat).toBe(true);
  expect(changed).toHaveLength(12);
  const wrong = [...after].filter((id, i) => id !== mended(i % 200, Math.floor(i / 200)));
  expect(wrong).toEqual([]);
});

test("the list of suggestions follows the selection", async ({ editor }) => {
  await check(
    editor,
    label(200, 120, (x, y) => (x % 20 === 10 && y % 30 === 15 ? 3 : x < 100 ? 1 : 2)),
  );
  await expect(editor.suggestions()).toHaveCount(40);
  const selected = editor.panel("Review").locator("[aria-current=true]");
  await expect(selected).toBeInViewport({ ratio: 0.95 });
  const first = await selected.boundingBox();
  const zoom = editor.page.getByRole("toolbar").getByText(/^\d+ %$/);
  const fitted = await zoom.textContent();
  await editor.canvas.focus();
  for (const [key, times] of [
    ["j", 25],
    ["Shift+J", 20],
    ["n", 20],
  ] as const) {
    for (let i = 0; i < times; i++) await editor.page.keyboard.press(key);
    await expect(selected).toBeInViewport({ ratio: 0.95 });
  }
  expect((await selected.boundingBox())?.height).toBe(first?.height);
  await expect(zoom).not.toHaveText(fitted ?? "");
  await editor.button("Review menu").click();
  await editor.page.getByRole("menuitemcheckbox", { name: "Zoom to the selected row" }).click();
  await editor.page.keyboard.press("Escape");
  await editor.button("Fit image").click();
  await editor.canvas.press("j");
  await expect(zoom).toHaveText(fitted ?? "");
});
