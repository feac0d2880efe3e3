import type { Rect } from "../../src/core/rect.ts";
import type { Editor } from "../fixtures/editor.ts";
import { compareLabels, label, payload, picture } from "../fixtures/files.ts";
import { expect, test, tinyModel } from "../fixtures/test.ts";

const VOID = 255;
/** An object that somebody dropped to void, and a border of void as VOC draws it. */
const dropped: Rect = { x: 60, y: 40, width: 40, height: 40 };
const border: Rect = { x: 118, y: 0, width: 5, height: 120 };
const idAt = (x: number, y: number): number => (within(dropped, x, y) || within(border, x, y) ? VOID : x < 120 ? 1 : 2);
const source = label(200, 120, idAt);
/** Masked by dragging: the object, and part of the border. */
const masked: Rect = { x: 50, y: 30, width: 90, height: 60 };
const borderPixels = border.width * masked.height;

function within({ x: left, y: top, width, height }: Rect, x: number, y: number): boolean {
  return x >= left && y >= top && x < left + width && y < top + height;
}

async function open(editor: Editor): Promise<void> {
  await editor.start(`?backend=wasm&model=${tinyModel}`);
  await editor.openFiles([payload("scene_image.png", picture(200, 120)), payload("scene_label.png", source)]);
  await editor.imageOpen("scene");
  await editor.engineReady("wasm");
  // Folded and unfolded by the user it stays open, or it would give way to the rows that wait.
  for (let i = 0; i < 2; i++) await editor.button("Reconstruct panel").click();
}

async function mask(editor: Editor, { x, y, width, height }: Rect): Promise<void> {
  await editor.choose("Mask rectangle");
  await editor.drag([
    { x, y },
    { x: x + width - 1, y: y + height - 1 },
  ]);
  await expect(editor.mirror("mask")).toHaveAttribute("data-pixels", String(width * height));
}

const policy = (editor: Editor, name: "Auto" | "Keep" | "Fill") =>
  editor.page.getByRole("radiogroup", { name: "Void under the mask" }).getByText(name, { exact: true }).click();

/** Void pixels of the exported label, and pixels that differ from the file although nobody masked them. */
async function exported(editor: Editor): Promise<{ inObject: number; inBorder: number; outside: number }> {
  const { bytes } = await editor.export("This label as a file");
  const { sameFormat, changed, after } = compareLabels(source, bytes);
  expect(sameFormat).toBe(true);
  const voidIn = (rect: Rect) =>
    after.reduce((sum, id, i) => sum + (id === VOID && within(rect, i % 200, Math.floor(i / 200)) ? 1 : 0), 0);
  const outside = changed.filter(({ x, y }) => !within(masked, x, y)).length;
  return { inObject: voidIn(dropped), inBorder: voidIn(border), outside };
}

test("an object dropped to void is filled and the border kept and counted, unless told otherwise", async ({
  editor,
}) => {
  await open(editor);
  await mask(editor, masked);
  const kept = editor.page.locator('[data-mirror="kept-void"]');
  await expect(kept).toHaveAttribute("data-pixels", String(borderPixels));
  await expect(editor.panel("Reconstruct")).toContainText(`${borderPixels} void pixels under the mask are kept`);
  await expect(editor.page.getByTestId("announcements")).toContainText(
    `${borderPixels} void pixels under the mask are kept`,
  );
  await expect(editor.status.locator('[data-engine="ready"]')).toBeVisible();

  await policy(editor, "Keep");
  await expect(kept).toHaveAttribute("data-pixels", String(borderPixels + 1600));
  await expect(editor.page.getByTestId("announcements")).toContainText(/Final: .*1,900 void pixels .* are kept/);
  await editor.acceptEverything();
  expect(await exported(editor)).toEqual({ inObject: 1600, inBorder: 600, outside: 0 });

  await policy(editor, "Auto");
  await mask(editor, masked);
  await expect(editor.page.getByTestId("announcements")).toContainText(/Final: [1-9].*300 void pixels/);
  await editor.acceptEverything();
  expect(await exported(editor)).toEqual({ inObject: 0, inBorder: 600, outside: 0 });

  await mask(editor, masked);
  await policy(editor, "Fill");
  await expect(kept).toHaveCount(0);
  await expect(editor.page.getByTestId("announcements")).toContainText(/Final: [1-9]\d* suggestions?$/);
  await editor.acceptEverything();
  expect(await exported(editor)).toEqual({ inObject: 0, inBorder: 300, outside: 0 });
});

test("a mask with nothing but void that is kept says so, and offers to fill it", async ({ editor }) => {
  await open(editor);
  await policy(editor, "Keep");
  await mask(editor, dropped);
  await expect(editor.panel("Review")).toContainText("1,600 void pixels under the mask are kept");
  await editor.button("Fill the void").click();
  await expect(editor.suggestions()).not.toHaveCount(0);
  await editor.acceptEverything();
  expect(await exported(editor)).toEqual({ inObject: 0, inBorder: 600, outside: 0 });
  await editor.page.reload();
  await expect(editor.resume).toBeVisible();
  await editor.resume.click();
  await editor.imageOpen("scene");
  await expect(editor.panel("Reconstruct").getByRole("radio", { name: "Fill" })).toBeChecked();
});
