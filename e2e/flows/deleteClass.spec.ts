import { compareLabels, label, payload, picture } from "../fixtures/files.ts";
import { runCommand } from "../fixtures/keyboard.ts";
import { expect, test, tinyModel } from "../fixtures/test.ts";

const [width, height] = [120, 80];
/** Class 1 on the left, 2 on the right; the other image holds 1 and 3. */
const here = label(width, height, (x) => (x < 60 ? 1 : 2));
const there = label(width, height, (x) => (x < 30 ? 3 : 1));

test("a class in use is deleted once no label holds it: its pixels get another, and undo brings both back", async ({
  page,
  editor,
}) => {
  await editor.start(`?backend=wasm&model=${tinyModel}`);
  await editor.openFiles([
    payload("here_image.png", picture(width, height)),
    payload("here_label.png", here),
    payload("there_image.png", picture(width, height)),
    payload("there_label.png", there),
  ]);
  await editor.imageOpen("here");
  await page.getByRole("switch", { name: "Live" }).uncheck();
  const listed = (name: string) => editor.button(`Paint with ${name}`);
  const askToDelete = async (name: string): Promise<void> => {
    await editor.button(`Edit class ${name}`).click();
    await editor.button("Delete class").click();
  };

  // The other label holds it as well: what is open is relabelled, the class stays.
  await askToDelete("class 1");
  const dialog = page.getByRole("dialog", { name: "Delete class class 1" });
  await expect(dialog).toContainText("1 other label holds it, 7,200 px: there");
  const become = dialog.getByRole("combobox", { name: "Its pixels become" });
  await expect(dialog.getByRole("button", { name: "Relabel in this image" })).toBeDisabled();
  await dialog.getByRole("button", { name: "Cancel" }).click();
  await expect(dialog).toHaveCount(0);
  expect((await editor.export("This label as a file")).bytes).toEqual(here);

  await askToDelete("class 1");
  await become.selectOption("class 2");
  await dialog.getByRole("button", { name: "Relabel in this image" }).click();
  await expect(editor.mirror("changed")).toHaveAttribute("data-pixels", "4800");
  await expect(listed("class 1")).toBeVisible();
  const relabelled = compareLabels(here, (await editor.export("This label as a file")).bytes);
  expect(relabelled.sameFormat).toBe(true);
  expect(new Set(relabelled.after)).toEqual(new Set([2]));
  await editor.canvas.press("Control+z");
  expect((await editor.export("This label as a file")).bytes).toEqual(here);

  // Class 2 is in this label alone.
  await askToDelete("class 2");
  const last = page.getByRole("dialog", { name: "Delete class class 2" });
  await expect(last).not.toContainText("other label");
  await last.getByRole("combobox", { name: "4,800 px of this image become" }).selectOption("class 3");
  await last.getByRole("button", { name: "Relabel and delete" }).click();
  await expect(listed("class 2")).toHaveCount(0);
  const deleted = compareLabels(here, (await editor.export("This label as a file")).bytes);
  expect(deleted.sameFormat).toBe(true);
  expect(deleted.changed).toHaveLength(4800);
  expect(deleted.after.every((id, i) => id === (i % width < 60 ? 1 : 3))).toBe(true);

  await editor.canvas.press("Control+z");
  await expect(listed("class 2")).toBeVisible();
  // Whoever takes it back is not warned of it.
  await expect(editor.toasts).toHaveCount(0);
  expect((await editor.export("This label as a file")).bytes).toEqual(here);
  await editor.canvas.press("Control+y");
  await expect(listed("class 2")).toHaveCount(0);
  expect(compareLabels(here, (await editor.export("This label as a file")).bytes).after).toEqual(deleted.after);

  // Everywhere at once, after exact counts; one press takes it back.
  await askToDelete("class 1");
  await dialog.getByRole("combobox").selectOption("class 3");
  await dialog.getByRole("button", { name: "In all 2 images (12,000 px), and delete" }).click();
  const relabelledAll = editor.toast("Relabelled class 1 as class 3.");
  await expect(relabelledAll).toContainText("12,000 pixels in 2 images.");
  await expect(listed("class 1")).toHaveCount(0);
  await relabelledAll.getByRole("button", { name: "Undo all" }).click();
  await expect(editor.toast("Undone")).toContainText("Relabelled class 1 as class 3: taken back in 2 images.");
  await expect(listed("class 1")).toBeVisible();
  expect(compareLabels(here, (await editor.export("This label as a file")).bytes).after).toEqual(deleted.after);

  // After a reload it is taken back from the list, and the class is there again.
  await askToDelete("class 1");
  await dialog.getByRole("combobox").selectOption("class 3");
  await dialog.getByRole("button", { name: "In all 2 images (12,000 px), and delete" }).click();
  await expect(listed("class 1")).toHaveCount(0);
  await expect(page.locator('[data-saved="saved"]')).toBeVisible();
  await page.reload();
  await editor.resume.click();
  await editor.imageOpen("here");
  await expect(listed("class 3")).toBeVisible();
  await expect(listed("class 1")).toHaveCount(0);
  await runCommand(page, "Take back what was done in several images");
  await page.getByRole("button", { name: "Undo all: Relabelled class 1 as class 3" }).click();
  await expect(editor.toast("Undone")).toContainText("taken back in 2 images.");
  await page.keyboard.press("Escape");
  await expect(listed("class 1")).toBeVisible();
  expect(compareLabels(here, (await editor.export("This label as a file")).bytes).after).toEqual(deleted.after);
});
