import { readFileSync } from "node:fs";
import type { Page } from "@playwright/test";
import { strToU8, unzipSync, zipSync } from "fflate";
import { violations } from "../fixtures/axe.ts";
import type { Editor } from "../fixtures/editor.ts";
import { compareLabels, label, payload, picture } from "../fixtures/files.ts";
import { expect, test, tinyModel } from "../fixtures/test.ts";

const [width, height] = [120, 80];
const count = 14;
const name = (at: number): string => `${String(at + 1).padStart(5, "0")}`;

/** Where image `at` has pinholes of "right" in "left": one more in each third image, none in the first. */
function pinholes(at: number): readonly (readonly [x: number, y: number])[] {
  return Array.from({ length: at % 3 }, (_, i) => [12 + 20 * i, 10 + at] as const);
}

/** Halves of left and right over a sign; pinholes, and on every fourth image a speck of "pole" where all three meet. */
const hasSpeck = (at: number): boolean => at % 4 === 3;
function idAt(at: number, x: number, y: number): number {
  if (pinholes(at).some(([column, row]) => (x === column || x === column + 1) && y === row)) return 2;
  if (hasSpeck(at) && y === 59 && (x === 60 || x === 61)) return 1;
  if (y >= 60) return 3;
  return x < 60 ? 1 : 2;
}

const sources = Array.from({ length: count }, (_, at) => label(width, height, (x, y) => idAt(at, x, y)));

function zip(): Uint8Array {
  const classes = ["none", "left", "right", "sign"].map((one, id) => ({ id, name: one }));
  const files = sources.map((bytes, at) => [`labels/${name(at)}.png`, bytes] as const);
  const photo = picture(width, height);
  const photos = sources.map((_, at) => [`images/${name(at)}.png`, photo] as const);
  const list = ["classes.json", strToU8(JSON.stringify({ classes }))] as const;
  return zipSync(Object.fromEntries([list, ...photos, ...files]), { level: 0 });
}

async function open(editor: Editor): Promise<void> {
  await editor.start(`?backend=wasm&model=${tinyModel}`);
  await editor.openFiles([payload("set.zip", zip())]);
  await expect(editor.page.getByRole("grid", { name: "Images" })).toBeFocused();
}

/** A toast says so. */
async function said({ toasts }: Editor, text: string): Promise<void> {
  await expect(toasts.filter({ hasText: text })).not.toHaveCount(0);
}

const checked = (page: Page) => page.getByTestId("lint-checked");
const panel = (page: Page) => page.getByRole("region", { name: "Lint", exact: true });
const row = (page: Page, title: string) => panel(page).getByRole("button", { name: title, exact: false }).first();

async function runCommand(page: Page, command: string): Promise<void> {
  await page.keyboard.press("Control+k");
  const field = page.getByRole("textbox", { name: "Find a command" });
  await expect(field).toBeFocused();
  await page.keyboard.type(command);
  await page.keyboard.press("Enter");
  await expect(field).toHaveCount(0);
}

async function exported(page: Page): Promise<Readonly<Record<string, Uint8Array>>> {
  const download = page.waitForEvent("download");
  await runCommand(page, "Changed labels as zip");
  return unzipSync(new Uint8Array(readFileSync(await (await download).path())));
}

const holed = sources.flatMap((_, at) => (pinholes(at).length > 0 ? [at] : []));
/** One of its two pinholes is left out. */
const spared = 11;
const holes = holed.reduce((sum, at) => sum + pinholes(at).length, 0);

test("all labels are checked; a rule filters the grid, and its wall changes just what it says, but for what is left out", async ({
  page,
  editor,
}) => {
  await open(editor);
  await expect(checked(page)).toHaveText(`0 of ${count} checked`);
  await panel(page).getByRole("button", { name: "Check all labels" }).click();
  await expect(checked(page)).toHaveText(`${count} of ${count} checked`);
  await expect(row(page, "Pinholes")).toHaveText(`Pinholes${holes} in ${holed.length} images`);
  expect.soft(await violations(page), "the panel").toEqual([]);

  await row(page, "Pinholes").click();
  await expect(page.getByTestId("shown-count")).toHaveText(`${holed.length} of ${count} images`);
  await page.getByRole("button", { name: "Not only Pinholes" }).click();
  await expect(page.getByTestId("shown-count")).toHaveText(`${count} images`);

  // It is all there after a reload.
  await expect(page.locator('[data-saved="saved"]')).toBeVisible();
  await page.reload();
  await editor.resume.click();
  await expect(checked(page)).toHaveText(`${count} of ${count} checked`);

  await panel(page).getByRole("button", { name: "Crops of pinholes" }).click();
  const wall = page.getByRole("listbox", { name: "Examples of pinholes" });
  await expect(wall.getByRole("option")).toHaveCount(holes);
  await expect(editor.button(`Fill ${holes} pinholes of up to 3 px in left`)).toBeEnabled();
  await wall.getByRole("option", { name: `${name(spared)}, pinhole 1 of 2` }).click();
  await expect(editor.button(`Fill ${holes - 1} of ${holes} pinholes of up to 3 px in left`)).toBeEnabled();
  const where = `${2 * (holes - 1)} pixels in ${holed.length} images`;
  await expect(page.getByTestId("lint-preview")).toHaveText(`Changes ${where}`);
  expect.soft(await violations(page), "the wall").toEqual([]);
  await wall.focus();
  await page.keyboard.press("Enter");
  await said(editor, `Filled ${holes - 1} of ${holes} pinholes of up to 3 px in left.`);
  await said(editor, `${where}.`);
  // What is left is what was left out.
  await expect(wall.getByRole("option")).toHaveCount(1);
  await expect(wall.getByRole("option")).toHaveAttribute("aria-selected", "false");
  await expect(editor.button("The pinhole is left out: take it in")).toBeDisabled();

  const files = await exported(page);
  expect(Object.keys(files)).toHaveLength(holed.length + 1);
  for (const at of holed) {
    const wanted = pinholes(at).slice(at === spared ? 1 : 0);
    const { changed, after, sameFormat } = compareLabels(sources[at], files[`labels/${name(at)}.png`]);
    expect(sameFormat).toBe(true);
    const places = changed.map(({ x, y }) => `${x} ${y} ${after[y * width + x]}`);
    expect(places.sort()).toEqual(wanted.flatMap(([x, y]) => [`${x} ${y} 1`, `${x + 1} ${y} 1`]).sort());
  }

  // One press takes all of it back, at a later visit too: every label is the file's again.
  await page.keyboard.press("Escape");
  await expect(page.locator('[data-saved="saved"]')).toBeVisible();
  await page.reload();
  await editor.resume.click();
  await panel(page).getByRole("button", { name: "Crops of pinholes" }).click();
  await expect(wall.getByRole("option")).toHaveCount(1);
  await editor.button("Take back what was done in several images…").click();
  const acts = page.getByRole("dialog", { name: "Take back what was done in several images" });
  await expect(acts.getByRole("region")).toHaveAccessibleName(
    `Filled ${holes - 1} of ${holes} pinholes of up to 3 px in left`,
  );
  await page.keyboard.press("Escape");
  await wall.focus();
  await page.keyboard.press("Control+z");
  await said(editor, `taken back in ${holed.length} images`);
  await expect(wall.getByRole("option")).toHaveCount(holes);
  await page.keyboard.press("Escape");
  await expect(row(page, "Pinholes")).toHaveText(`Pinholes${holes} in ${holed.length} images`);
  await runCommand(page, "Changed labels as zip");
  await said(editor, "Nothing has changed yet");
});

test("what was counted of a label goes when it is edited; excluded images are neither counted nor changed", async ({
  page,
  editor,
}) => {
  await open(editor);
  const grid = page.getByRole("grid", { name: "Images" });
  await page.keyboard.press("End");
  await page.keyboard.press("x");
  await runCommand(page, "Check all labels");
  await expect(checked(page)).toHaveText(`${count - 1} of ${count - 1} checked`);
  const without = holes - pinholes(count - 1).length;
  await expect(row(page, "Pinholes")).toContainText(`${without} in`);

  await grid.focus();
  await page.keyboard.press("Home");
  await page.keyboard.press("ArrowRight");
  await page.keyboard.press("Enter");
  await editor.imageOpen(name(1));
  await editor.button("Review menu").click();
  await page.getByRole("menuitem", { name: "Check label" }).click();
  const pinholeRule = page.getByRole("region", { name: "Pinholes", exact: true });
  await pinholeRule.getByRole("button", { name: "Pinholes" }).click();
  await pinholeRule.getByRole("button", { name: /^Fill 1 pinhole/ }).click();
  await expect(editor.mirror("changed")).toHaveAttribute("data-pixels", "2");
  await page.keyboard.press("v");
  await expect(checked(page)).toHaveText(`${count - 2} of ${count - 1} checked`);
  await panel(page).getByRole("button", { name: "Check all labels" }).click();
  await expect(checked(page)).toHaveText(`${count - 1} of ${count - 1} checked`);
  await expect(row(page, "Pinholes")).toContainText(`${without - 1} in`);

  await panel(page).getByRole("button", { name: "Crops of pinholes" }).click();
  await page.getByRole("button", { name: `Fill ${without - 1} pinholes` }).click();
  await said(editor, `Filled ${without - 1} pinholes`);
  const files = await exported(page);
  expect(Object.keys(files)).not.toContain(`labels/${name(count - 1)}.png`);
});

for (const colorScheme of ["light", "dark"] as const) {
  test(`axe finds no serious fault where the rules are shown, ${colorScheme}`, async ({ page, editor }) => {
    await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
    await open(editor);
    await page.keyboard.press("Shift+Q");
    await page.getByRole("radio", { name: "Lint", exact: true }).press("Space");
    await expect(page.getByText("The labels are not checked yet")).toBeVisible();
    expect.soft(await violations(page), "nothing checked").toEqual([]);
    await editor.button("Check all labels").click();
    await expect(page.getByRole("listbox").getByRole("option")).not.toHaveCount(0);
    expect.soft(await violations(page), "a wall").toEqual([]);
  });
}
