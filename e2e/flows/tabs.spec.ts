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
  await expect(second.button("Class brush")).toHaveAttribute("aria-disabled", "true");
  await second.drag([
    { x: 100, y: 300 },
    { x: 140, y: 300 },
  ]);
  await other.keyboard.press("Control+z");
  await expect(second.mirror("changed")).toHaveAttribute("data-pixels", String(painted));
  await expect(other.locator('[data-saved="elsewhere"]')).toHaveText("Read only");
  expect(await second.pixels("changed")).toBe(painted);

  // The first edits on, and is in the middle of a stroke when the other takes over.
  await page.bringToFront();
  await stroke(first, 160);
  const from = await first.onPage({ x: 100, y: 260 });
  const to = await first.onPage({ x: 140, y: 260 });
  await page.mouse.move(from.x, from.y);
  await page.mouse.down();
  await page.mouse.move(to.x, to.y);
  const drawn = await first.pixels("changed");
  expect(drawn).toBeGreaterThan(painted);
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

  // The first is told once the other is closed, and goes on from what was done there.
  await other.close();
  await expect(bar(page)).toContainText("was closed");
  await bar(page).getByRole("button", { name: "Go on here" }).click();
  await expect(bar(page)).toBeHidden();
  await first.imageOpen("01-street");
  await expect(first.mirror("changed")).toHaveAttribute("data-pixels", String(all));
  const again = (await first.export("This label as a file")).bytes;
  expect(compareLabels(bytes, again).changed).toEqual([]);
  expect(compareLabels(sampleFile("labels/01-street.png"), again).changed).toHaveLength(all);
});
