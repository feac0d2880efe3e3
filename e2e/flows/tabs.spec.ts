import type { Page } from "@playwright/test";
import { Editor } from "../fixtures/editor.ts";
import { compareLabels, sampleFile } from "../fixtures/files.ts";
import { expect, offerTinyModels, test, tinyModel } from "../fixtures/test.ts";

const start = `?backend=wasm&model=${tinyModel}`;

/** One stroke, of a class that is nowhere else, from here 40 px to the right. */
async function stroke(editor: Editor, y: number): Promise<void> {
  await editor.choose("Class brush");
  await editor.drag([
    { x: 100, y },
    { x: 140, y },
  ]);
}

async function openSample(page: Page): Promise<Editor> {
  const editor = new Editor(page);
  await editor.start(start);
  await editor.trySample();
  const hints = editor.button("Got it");
  if (await hints.isVisible()) await hints.click();
  return editor;
}

const bar = (page: Page) => page.getByRole("region", { name: "Open in another tab" });

test("two tabs on one data set: the second looks on, takes over with all that was done, and the first looks on", async ({
  context,
  page,
}) => {
  // Two pages, each with its engine.
  test.slow();
  await offerTinyModels(page);
  const first = await openSample(page);
  await first.paintWith("book");
  await stroke(first, 60);
  const painted = await first.pixels("changed");
  expect(painted).toBeGreaterThan(0);

  const other = await context.newPage();
  const second = await openSample(other);
  await expect(bar(other)).toContainText("open in another tab");
  await expect(bar(page)).toBeHidden();
  await expect(second.mirror("changed")).toHaveAttribute("data-pixels", String(painted));
  // Nothing edits: neither the pen, nor keys, nor buttons.
  for (const name of ["Class brush", "Lock road", "Add class"]) {
    await expect(second.button(name)).toHaveAttribute("aria-disabled", "true");
  }
  await second.drag([
    { x: 100, y: 300 },
    { x: 140, y: 300 },
  ]);
  await other.keyboard.press("Control+z");
  await expect(second.mirror("changed")).toHaveAttribute("data-pixels", String(painted));
  await expect(other.locator('[data-saved="elsewhere"]')).toHaveText("Read only");
  expect(await second.pixels("changed")).toBe(painted);

  // The first edits on. What the second would export is older, which it says; it reloads it first.
  await page.bringToFront();
  await stroke(first, 160);
  await expect(page.locator('[data-saved="saved"]')).toBeVisible();
  const newer = await first.pixels("changed");
  expect(newer).toBeGreaterThan(painted);
  await other.bringToFront();
  const older = other.getByRole("dialog", { name: "Export an older state?" });
  const exporting = second.export("This label as a file");
  await expect(older).toContainText("Another tab edits this data set. This one shows it as it was at");
  await other.screenshot({ path: test.info().outputPath("older.png") });
  await older.getByRole("button", { name: "Reload, then export" }).click();
  const reloaded = (await exporting).bytes;
  expect(compareLabels(sampleFile("labels/01-street.png"), reloaded).changed).toHaveLength(newer);
  await expect(second.mirror("changed")).toHaveAttribute("data-pixels", String(newer));
  await expect(bar(other)).toContainText("open in another tab");

  // It is in the middle of a stroke when the other takes over.
  await page.bringToFront();
  const from = await first.onPage({ x: 100, y: 260 });
  const to = await first.onPage({ x: 140, y: 260 });
  await page.mouse.move(from.x, from.y);
  await page.mouse.down();
  await page.mouse.move(to.x, to.y);
  const drawn = await first.pixels("changed");
  expect(drawn).toBeGreaterThan(newer);
  await bar(other).getByRole("button", { name: "Take over here" }).click();
  await expect(bar(other)).toBeHidden();
  await second.imageOpen("01-street");
  await expect(second.mirror("changed")).toHaveAttribute("data-pixels", String(drawn));
  await expect(bar(page)).toContainText("open in another tab");
  await page.mouse.up();
  await stroke(second, 360);
  const all = await second.pixels("changed");
  expect(all).toBeGreaterThan(drawn);
  await expect(other.locator('[data-saved="saved"]')).toBeVisible();
  const { bytes } = await second.export("This label as a file");

  // Once the other is closed, the first goes on from what was done there, and says so.
  await other.close();
  await expect(first.toast("This tab goes on")).toContainText("What it kept is shown");
  await expect(bar(page)).toBeHidden();
  await first.imageOpen("01-street");
  await expect(first.mirror("changed")).toHaveAttribute("data-pixels", String(all));
  const again = (await first.export("This label as a file")).bytes;
  expect(compareLabels(bytes, again).changed).toEqual([]);
  expect(compareLabels(sampleFile("labels/01-street.png"), again).changed).toHaveLength(all);
});
