import type { Point } from "../../src/core/point.ts";
import { Editor } from "../fixtures/editor.ts";
import { compareLabels, sampleFile } from "../fixtures/files.ts";
import { runCommand } from "../fixtures/keyboard.ts";
import { expect, offerTinyModels, test, tinyModel } from "../fixtures/test.ts";

const query = `?backend=wasm&model=${tinyModel}`;

async function paint(editor: Editor, className: string, stroke: readonly Point[]): Promise<void> {
  await editor.choose("Class brush");
  await editor.paintWith(className);
  const before = await editor.pixels("changed");
  await editor.drag(stroke);
  await expect.poll(() => editor.pixels("changed")).toBeGreaterThan(before);
}

async function importing({ page }: Editor, bytes: Uint8Array): Promise<void> {
  const chooser = page.waitForEvent("filechooser");
  await page.getByRole("button", { name: "Export", exact: true }).click();
  await page.getByRole("menuitem", { name: "Import suggestions or decisions..." }).click();
  const buffer = Buffer.from(bytes);
  await (await chooser).setFiles([{ name: "decisions.jsonl", mimeType: "application/json", buffer }]);
}

const labelOf = async (editor: Editor, name: string) => {
  const { bytes } = await editor.export("This label as a file");
  return compareLabels(sampleFile(`labels/${name}.png`), bytes);
};

const isSame = (a: { readonly after: Uint16Array }, b: { readonly after: Uint16Array }): boolean =>
  a.after.every((id, i) => id === b.after[i]) && a.after.length === b.after.length;

test("what two people did to the sample is put together; a conflict waits for a choice", async ({
  editor,
  browser,
}) => {
  await editor.start(query);
  await editor.trySample();
  await paint(editor, "sky", [
    { x: 100, y: 200 },
    { x: 160, y: 200 },
  ]);
  const theirs = await labelOf(editor, "01-street");
  const name = "02-street";
  await editor.button("Next image").click();
  await editor.imageOpen(name);
  await paint(editor, "road", [
    { x: 60, y: 40 },
    { x: 120, y: 40 },
  ]);
  const theirsToo = await labelOf(editor, name);
  const { bytes, name: file } = await editor.export("Decisions (decisions.jsonl)");
  expect(file).toMatch(/-decisions\.jsonl$/);

  const context = await browser.newContext();
  const other = new Editor(await context.newPage());
  await offerTinyModels(other.page);
  await other.start(query);
  await other.trySample();
  await paint(other, "road", [
    { x: 130, y: 200 },
    { x: 200, y: 200 },
  ]);
  const mine = await labelOf(other, "01-street");
  await importing(other, bytes);
  const dialog = other.page.getByRole("dialog", { name: "Conflicts with decisions.jsonl" });
  await expect(dialog).toContainText("1 image was worked on here and in the file");
  await expect(dialog.getByRole("listitem", { name: "labels/01-street.png" })).toContainText("Both changed or decided");
  await expect(dialog.getByRole("radio", { name: "Both" })).toBeDisabled();
  await other.page.screenshot({ path: test.info().outputPath("conflict.png") });

  // Closed, mine stays; the other image is in.
  await other.page.keyboard.press("Escape");
  await expect(dialog).toBeHidden();
  await expect(other.toasts).toContainText("1 image with conflicts: yours is kept.");
  expect(isSame(await labelOf(other, "01-street"), mine)).toBe(true);

  await importing(other, bytes);
  await dialog.getByText("Take theirs", { exact: true }).click();
  await dialog.getByRole("button", { name: "Change 1 image" }).click();
  await expect(dialog).toBeHidden();
  const taken = await labelOf(other, "01-street");
  expect(taken.sameFormat).toBe(true);
  expect(isSame(taken, theirs)).toBe(true);
  await other.page.keyboard.press("Control+z");
  await expect.poll(() => other.pixels("changed")).toBe(mine.changed.length);
  expect(isSame(await labelOf(other, "01-street"), mine)).toBe(true);
  await other.button("Next image").click();
  await other.imageOpen(name);
  expect(isSame(await labelOf(other, name), theirsToo)).toBe(true);

  // One press takes an import back; what the user took back himself is named.
  await runCommand(other.page, "Take back what was done in several images");
  const list = other.page.getByRole("dialog", { name: "Take back what was done in several images" });
  const undo = list.getByRole("button", { name: "Undo all: Imported decisions of decisions.jsonl" });
  await expect(undo).toHaveCount(2);
  await undo.last().click();
  await expect(other.toasts.last()).toContainText("taken back in 1 image");
  await undo.click();
  await expect(other.toasts.last()).toContainText("Not in 01-street: taken back there already");
  await expect(list).toContainText("Nothing is left to take back");
  await other.page.keyboard.press("Escape");
  await expect(list).toBeHidden();
  await other.imageOpen(name);
  expect((await labelOf(other, name)).changed).toEqual([]);
  await context.close();
});
