import type { Locator } from "@playwright/test";
import type { Point } from "../../src/core/point.ts";
import type { Editor } from "../fixtures/editor.ts";
import { compareLabels, label, payload, picture } from "../fixtures/files.ts";
import { expect, test, tinyModel } from "../fixtures/test.ts";

const [width, height] = [200, 120];

/** Halves of classes 1 and 2; in the left one three pinholes of class 2, on the border a speck of class 3, and a region of an unknown id. */
const isPinhole = (x: number, y: number): boolean => [20, 40, 60].includes(x) && (y === 30 || y === 31);
const isSpeck = (x: number, y: number): boolean => y === 60 && x >= 98 && x < 101;
const specked = (x: number, y: number): number => {
  if (isPinhole(x, y)) return 2;
  if (isSpeck(x, y)) return 3;
  if (x >= 150 && x < 170 && y >= 80 && y < 100) return 9;
  return x < 100 ? 1 : 2;
};

/** Opens a label and looks at it without the model. */
async function check(editor: Editor, source: Uint8Array): Promise<void> {
  const classes = JSON.stringify({ classes: ["none", "left", "right", "sign"].map((name, id) => ({ id, name })) });
  await editor.start(`?backend=wasm&model=${tinyModel}`);
  await editor.openFiles([
    payload("scene_image.png", picture(width, height)),
    payload("scene_label.png", source),
    { name: "classes.json", mimeType: "application/json", buffer: Buffer.from(classes) },
  ]);
  await editor.imageOpen("scene");
  await editor.button("Review menu").click();
  await editor.page.getByRole("menuitem", { name: "Check label" }).click();
  await current(editor);
}

/** Waits until the report is of the label as it is. */
async function current({ page }: Editor): Promise<void> {
  await expect(page.locator('[data-mirror="checks"]')).toHaveAttribute("data-current", "true");
}

function rule({ page }: Editor, title: string): Locator {
  return page.getByRole("region", { name: title, exact: true });
}

/** The changed pixels of an export, each as "x y". */
function places(changed: readonly Point[]): string[] {
  return changed.map(({ x, y }) => `${x} ${y}`);
}

test("a rule changes exactly what it names, leaves out what is clicked, and undo gives the file's bytes back", async ({
  editor,
}) => {
  const source = label(width, height, specked);
  await check(editor, source);
  const { page } = editor;
  await expect(page.getByTestId("announcements")).toContainText("3 pinholes (6 pixels)");
  await expect(page.locator('[data-mirror="check"][data-rule="unknown-ids"]')).toHaveAttribute("data-count", "0");
  await expect(editor.suggestions()).toHaveCount(0);

  const pinholes = rule(editor, "Pinholes");
  await pinholes.getByRole("button", { name: "Pinholes" }).click();
  await pinholes.getByRole("button", { name: "pinhole at x 40, y 30" }).click();
  await pinholes.getByRole("button", { name: "Fill 2 of 3 pinholes of up to 3 px in left" }).click();
  await expect(editor.mirror("changed")).toHaveAttribute("data-pixels", "4");
  const part = compareLabels(source, (await editor.export("This label as a file")).bytes);
  expect(part.sameFormat).toBe(true);
  expect(places(part.changed)).toEqual(["20 30", "60 30", "20 31", "60 31"]);
  expect(part.changed.map(({ x, y }) => part.after[y * width + x])).toEqual([1, 1, 1, 1]);
  const changes = JSON.parse(Buffer.from((await editor.export("List of changes")).bytes).toString());
  expect(changes.images[0].regions).toMatchObject([
    { source: "lint", rule: "pinholes", from: 2, to: 1, area: 4, decision: "accepted", confidence: null },
  ]);

  await editor.canvas.press("Control+z");
  await expect(editor.mirror("changed")).toHaveAttribute("data-pixels", "0");
  expect(Buffer.from((await editor.export("This label as a file")).bytes).equals(Buffer.from(source))).toBe(true);
});

test("sizes and classes of a rule are the user's; nothing of it is taken by accept all", async ({ editor }) => {
  const source = label(width, height, specked);
  await check(editor, source);
  await editor.canvas.press("Shift+Enter");
  expect(await editor.pixels("changed")).toBe(0);

  const specks = rule(editor, "Specks");
  await specks.getByRole("button", { name: "Specks" }).click();
  const sign = specks.getByRole("button", { name: "sign" });
  await expect(sign).toContainText("(small, off)");
  await sign.click();
  await current(editor);
  await specks.getByRole("button", { name: "Give 1 speck of up to 3 px the class around them" }).click();
  await expect(editor.mirror("changed")).toHaveAttribute("data-pixels", "3");

  const unknown = rule(editor, "Unknown ids");
  await unknown.getByRole("button", { name: "Unknown ids" }).click();
  await expect(unknown.getByRole("button", { name: "unknown 9" })).toContainText("400 px(large, off)");

  const pinholes = rule(editor, "Pinholes");
  await pinholes.getByRole("button", { name: "Pinholes" }).click();
  await pinholes.getByRole("textbox", { name: "Largest pinhole, pixels" }).fill("1");
  await expect(pinholes.getByRole("button", { name: /^Fill/ })).toHaveCount(0);
  const { changed } = compareLabels(source, (await editor.export("This label as a file")).bytes);
  expect(places(changed)).toEqual(["98 60", "99 60", "100 60"]);
});

test("places are stepped through by keys, in sight, and left out by a key", async ({ editor }) => {
  await check(
    editor,
    label(width, height, (x, y) => (x % 20 === 10 && y % 30 === 15 ? 2 : x < 195 ? 1 : 2)),
  );
  const { page } = editor;
  const zoom = page.getByRole("toolbar").getByText(/^\d+ %$/);
  const fitted = (await zoom.textContent()) ?? "";
  await editor.canvas.focus();
  for (let i = 0; i < 25; i++) await page.keyboard.press("j");
  const pinholes = rule(editor, "Pinholes");
  await expect(pinholes).toContainText("25 of 40");
  await expect(page.getByTestId("announcements")).toContainText("Pinholes, 25 of 40: right to left, 1 pixel");
  await expect(zoom).not.toHaveText(fitted);
  await page.keyboard.press("n");
  await expect(pinholes.getByRole("button", { name: /^Fill 39 of 40 pinholes/ })).toBeVisible();
  await page.keyboard.press("n");
  await expect(pinholes.getByRole("button", { name: /^Fill 40 pinholes/ })).toBeVisible();
  await page.keyboard.press("Shift+J");
  await expect(pinholes).toContainText("24 of 40");

  await editor.button("Review menu").click();
  await page.getByRole("menuitemcheckbox", { name: "Zoom to the selected row" }).click();
  await page.keyboard.press("Escape");
  await editor.button("Fit image").click();
  await editor.canvas.press("j");
  await expect(pinholes).toContainText("25 of 40");
  await expect(zoom).toHaveText(fitted);
});
