import { readFileSync } from "node:fs";
import type { Locator } from "@playwright/test";
import { unzipSync } from "fflate";
import { violations } from "../fixtures/axe.ts";
import type { Editor } from "../fixtures/editor.ts";
import { payload } from "../fixtures/files.ts";
import { openedProject } from "../fixtures/foundRows.ts";
import { largeSetZip } from "../fixtures/largeSet.ts";
import { expect, test, tinyModel } from "../fixtures/test.ts";

test("a set of many images opens as a grid: seen, filtered, marked and opened by the keyboard alone", async ({
  page,
  editor,
}) => {
  await editor.start(`?model=${tinyModel}&backend=wasm`);
  await editor.openFiles([payload("many.zip", largeSetZip(60))]);
  const grid = page.getByRole("grid", { name: "Images" });
  const current = page.locator('[role="gridcell"][data-current="true"]');
  await expect(grid).toBeFocused();
  await expect(grid.locator("img")).not.toHaveCount(0);
  await expect(current).toHaveAttribute("data-key", "labels/00001.png");
  const cells = await page.getByRole("gridcell").count();
  expect(cells).toBeLessThan(60);

  await page.keyboard.press("End");
  await expect(current).toHaveAttribute("data-key", "labels/00060.png");
  await page.keyboard.press("Shift+ArrowLeft");
  await page.keyboard.press("r");
  await expect(page.getByText("2 of 60 reviewed")).toBeVisible();
  await editor.button("Take back").click();
  await expect(page.getByText("0 of 60 reviewed")).toBeVisible();
  await grid.focus();
  await page.keyboard.press("r");
  await expect(page.getByText("2 of 60 reviewed")).toBeVisible();
  await page.keyboard.press("Escape");
  await page.keyboard.press("Home");
  await page.keyboard.press("x");
  await expect(current).toHaveAttribute("data-state", "excluded");

  await page.keyboard.press("/");
  await page.keyboard.type("0006");
  await page.keyboard.press("Enter");
  await expect(page.getByTestId("shown-count")).toHaveText("2 of 60 images");
  await page.keyboard.press("Home");
  await page.keyboard.press("Enter");
  // Enter and Tab act on its rows at once.
  await expect(editor.canvas).toBeFocused();
  await editor.imageOpen("00006");
  await page.keyboard.press("ArrowRight");
  await editor.imageOpen("00060");
  await page.keyboard.press("Escape");
  await editor.imageOpen("00060");
  await page.keyboard.press("v");
  await expect(current).toHaveAttribute("data-key", "labels/00060.png");
  await expect(page.getByTestId("shown-count")).toHaveText("2 of 60 images");

  // Filter and marks are there at the next visit, and the image opened last is the current one.
  await page.reload();
  await editor.resume.click();
  await expect(page.getByTestId("shown-count")).toHaveText("2 of 60 images");
  await expect(page.getByText("2 of 60 reviewed")).toBeVisible();
  await expect(current).toHaveAttribute("data-key", "labels/00060.png");
});

test("a reload in the editor, or in the review of findings, of a set of many images goes back there", async ({
  page,
  editor,
}) => {
  await editor.start(`?model=${tinyModel}&backend=wasm`);
  await editor.openFiles([payload("many.zip", largeSetZip(60))]);
  const grid = page.getByRole("grid", { name: "Images" });
  await expect(grid).toBeFocused();
  await page.keyboard.press("ArrowRight");
  await page.keyboard.press("Enter");
  await editor.imageOpen("00002");
  await editor.canvas.focus();
  await page.keyboard.press("ArrowRight");
  await editor.imageOpen("00003");
  // It is noted once the files are copied for the next visit.
  await expect.poll(async () => (await openedProject(page)).key).toBe("labels/00003.png");
  await page.reload();
  await editor.resume.click();
  await editor.imageOpen("00003");
  await expect(grid).toHaveCount(0);

  // And to all images from there, with that one current.
  await page.keyboard.press("v");
  await expect(page.locator('[role="gridcell"][data-current="true"]')).toHaveAttribute("data-key", "labels/00003.png");
  await page.keyboard.press("Shift+Q");
  const review = page.getByTestId("queue-progress");
  await expect(review).toBeVisible();
  await page.reload();
  await editor.resume.click();
  await expect(review).toBeVisible();
  await page.keyboard.press("Escape");
  await expect(grid).toBeVisible();
  await editor.leaveDataSet();
  await editor.imageOpen("00003");
});

test("scrolling through the grid makes no file of a tile's picture, and draws all labels from the same memory", async ({
  page,
  editor,
}) => {
  await page.addInitScript(() => {
    const made = { blobs: 0, drawn: 0, buffers: new Set<ArrayBufferLike>() };
    Object.assign(window, {
      made,
      Blob: class extends Blob {
        constructor(...given: ConstructorParameters<typeof Blob>) {
          super(...given);
          if (given[1]?.type?.startsWith("image/")) made.blobs += 1;
        }
      },
    });
    const { putImageData } = CanvasRenderingContext2D.prototype;
    CanvasRenderingContext2D.prototype.putImageData = function (...given: readonly unknown[]) {
      made.drawn += 1;
      made.buffers.add((given[0] as ImageData).data.buffer);
      Reflect.apply(putImageData, this, given);
    };
  });
  await editor.start(`?model=${tinyModel}&backend=wasm`);
  await editor.openFiles([payload("many.zip", largeSetZip(60))]);
  const grid = page.getByRole("grid", { name: "Images" });
  await expect(grid.locator("img")).not.toHaveCount(0);
  await page.keyboard.press("End");
  const last = page.locator('[role="gridcell"][data-key="labels/00060.png"] img');
  await expect(last).toHaveJSProperty("complete", true);
  expect(await last.evaluate((image: HTMLImageElement) => image.naturalWidth)).toBeGreaterThan(100);
  const counts = await page.evaluate(() => {
    const { blobs, drawn, buffers } = (
      window as unknown as { made: { blobs: number; drawn: number; buffers: Set<ArrayBufferLike> } }
    ).made;
    return { blobs, drawn, buffers: buffers.size };
  });
  expect(counts).toMatchObject({ blobs: 0, buffers: 1 });
  expect(counts.drawn).toBeGreaterThan(12);
});

test("selected images are exported alone; a class is found in labels nobody looked at", async ({ page, editor }) => {
  await editor.start(`?model=${tinyModel}&backend=wasm`);
  await editor.openFiles([payload("many.zip", largeSetZip(60))]);
  const cell = (name: string) => page.getByRole("gridcell", { name: new RegExp(`^${name},`) });
  await cell("00002").click();
  await cell("00004").click({ modifiers: ["Shift"] });
  await expect(page.getByRole("toolbar")).toContainText("3 images selected");
  const download = page.waitForEvent("download");
  await page.getByRole("toolbar").getByRole("button", { name: "Export" }).click();
  await page.getByRole("menuitem", { name: "All 3 labels, as zip" }).click();
  const zip = unzipSync(new Uint8Array(readFileSync(await (await download).path())));
  expect(Object.keys(zip)).toEqual([..."234"].map((digit) => `labels/0000${digit}.png`).concat("changes.json"));

  await page.getByLabel("Class in the label", { exact: true }).first().click();
  await page.getByRole("option", { name: "car", exact: true }).click();
  await expect(page.getByTestId("shown-count")).not.toHaveText(/^0 of/);
  await cell("000\\d\\d").first().dblclick();
  await expect(page.locator('[data-mirror="image"]')).toBeAttached();
  await editor.button("Data set").click();
  await expect(page.getByRole("grid")).toBeFocused();
});

test("the grid says why nothing can be searched, and that there are no heat maps, once", async ({ page, editor }) => {
  await editor.start(`?model=${tinyModel}&backend=wasm`);
  await editor.openFiles([payload("many.zip", largeSetZip(30))]);
  await editor.engineReady("wasm");
  const find = editor.button("Find errors in all images…");
  await expect(find).toBeDisabled();
  await expect(find).toHaveAccessibleDescription(/came without rules for finding errors\.$/);
  await find.hover({ force: true });
  await expect(page.getByRole("tooltip")).toContainText("came without rules for finding errors.");
  await expect(page.getByRole("button", { name: /^Reviewed/ })).toHaveAccessibleDescription(/^No image /);

  await page.getByRole("grid").focus();
  await page.keyboard.down("h");
  await expect(editor.toast("No image in sight has a heat map")).toBeVisible();
  await expect(page.locator("canvas[data-heat]")).toHaveCount(0);
  await page.keyboard.up("h");
});

test("a message covers no tile and no control, goes with its screen and can be read again", async ({
  page,
  editor,
}) => {
  await openNarrow(editor);
  await page.getByRole("grid").focus();
  await page.keyboard.press("Control+a");
  const bar = page.getByRole("toolbar", { name: "Selected images" });
  const before = await bar.boundingBox();
  await page.keyboard.press("x");
  const toast = editor.toast("30 images: excluded");
  await expect(toast).toBeVisible();
  // Whoever clicks on in the bar finds its buttons where they were.
  const right = ({ x = 0, width = 0, y = 0 } = {}) => [Math.round(2 * x + width), Math.round(y)];
  expect(right((await bar.boundingBox()) ?? {})).toEqual(right(before ?? {}));
  await page.keyboard.press("End");
  const last = page.locator('[role="gridcell"][data-current="true"]');
  await expect(last).toHaveAttribute("data-key", "labels/00030.png");
  const boxOf = async (of: Locator) => (await of.boundingBox()) ?? { x: 0, y: 0, width: 0, height: 0 };
  // It comes and grows in a moment.
  await expect(async () => {
    const box = await boxOf(toast);
    for (const other of [page.getByRole("grid"), page.getByRole("toolbar"), page.getByRole("contentinfo")]) {
      const { x, y, width, height } = await boxOf(other);
      const meets = x < box.x + box.width && box.x < x + width && y < box.y + box.height && box.y < y + height;
      expect(meets, await other.first().evaluate((element) => element.className)).toBe(false);
    }
  }).toPass();

  await page.keyboard.down("h");
  await expect(editor.toast("No image in sight has a heat map")).toBeVisible();
  await page.keyboard.up("h");
  await page.waitForTimeout(3100);
  await page.keyboard.press("Enter");
  await editor.imageOpen("00030");
  // What can be taken back stays at hand.
  await expect(editor.toasts).toHaveCount(1);
  await editor.button("2 messages").click();
  const list = page.getByRole("dialog").filter({ hasText: "Forget all" });
  await expect(list.getByRole("article", { name: "No image in sight has a heat map" })).toBeVisible();
  expect.soft(await violations(page), "the list of messages").toEqual([]);
  await list.getByRole("button", { name: "Take back" }).click();
  await page.keyboard.press("v");
  await expect(page.getByRole("button", { name: /^Excluded/ })).toHaveText(/0$/);
});

test("the room of a message that goes is the grid's again at once, but for tiles that would move under the pointer", async ({
  page,
  editor,
}) => {
  await openNarrow(editor);
  const grid = page.getByRole("grid");
  const tile = page.locator('[role="gridcell"][data-current="true"]');
  const boxOf = async (of: Locator) => (await of.boundingBox()) ?? { x: 0, y: 0, width: 0, height: 0 };
  const bottomOf = async (of: Locator) => ((box) => Math.round(box.y + box.height))(await boxOf(of));
  const all = await bottomOf(grid);
  /** A message goes while the pointer rests on the current tile: where that was before and is after. */
  const afterMessage = async () => {
    await grid.focus();
    await page.keyboard.press("x");
    await expect(editor.toasts).toHaveCount(1);
    await expect.poll(() => bottomOf(grid)).toBeLessThan(all);
    // Scrolled into sight, by a key.
    await page.keyboard.press("Home");
    return boxOf(tile);
  };
  const close = async (): Promise<void> => {
    // By the keyboard: the pointer stays where it is.
    await editor.toasts.getByRole("button", { name: "Close message" }).press("Enter");
    await expect(editor.toasts).toHaveCount(0);
  };

  await grid.focus();
  await page.keyboard.press("Home");
  const first = await afterMessage();
  await page.mouse.move(first.x + 40, first.y + 40);
  await close();
  await expect.poll(() => bottomOf(grid)).toBe(all);
  expect(await boxOf(tile)).toEqual(first);

  await afterMessage();
  await page.keyboard.press("End");
  await expect(tile).toHaveAttribute("data-key", "labels/00030.png");
  await expect.poll(() => grid.evaluate((one) => one.scrollHeight - one.clientHeight - one.scrollTop)).toBeLessThan(2);
  const last = await boxOf(tile);
  await page.mouse.move(last.x + 40, last.y + 40);
  await close();
  // It would come too late to be wrong in the moment after.
  await page.waitForTimeout(500);
  expect(await bottomOf(grid)).toBeLessThan(all);
  expect(await boxOf(tile)).toEqual(last);
  // The filters do not move.
  await page.mouse.move(last.x + 40, 66);
  await expect.poll(() => bottomOf(grid)).toBe(all);
});

test("the bar of the selected images covers no tile at the end, and filters in a narrow window wrap", async ({
  page,
  editor,
}) => {
  await openNarrow(editor);
  await page.keyboard.press("Control+a");
  await page.keyboard.press("End");
  const last = page.locator('[role="gridcell"][data-current="true"]');
  await expect(last).toHaveAttribute("data-key", "labels/00030.png");
  const bar = page.getByRole("toolbar", { name: "Selected images" });
  await expect
    .poll(async () => {
      const [tile, over] = [await last.boundingBox(), await bar.boundingBox()];
      return tile !== null && over !== null && tile.y + tile.height <= over.y;
    })
    .toBe(true);

  const row = page.getByRole("search", { name: "Filters" });
  await editor.button("State").click();
  await page.getByRole("checkbox", { name: /^Untouched/ }).check();
  await page.keyboard.press("Escape");
  await editor.button("Score").click();
  await page.keyboard.press("Escape");
  await page.keyboard.press("/");
  await page.keyboard.type("000");
  await expect(page.getByTestId("shown-count")).toHaveText("30 of 30 images");
  expect(await row.evaluate((element) => element.scrollWidth - element.clientWidth)).toBe(0);
});

for (const colorScheme of ["light", "dark"] as const) {
  test(`axe finds no serious fault in the data set view, ${colorScheme}`, async ({ page, editor }) => {
    await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
    await editor.start(`?model=${tinyModel}&backend=wasm`);
    await editor.openFiles([payload("many.zip", largeSetZip(30))]);
    await expect(page.getByRole("grid").locator("img")).not.toHaveCount(0);
    await page.keyboard.press("Control+a");
    expect.soft(await violations(page), "all selected").toEqual([]);
    await editor.button("State").click();
    await expect(page.getByRole("dialog", { name: "State" })).toBeVisible();
    expect.soft(await violations(page), "states").toEqual([]);
    await page.keyboard.press("Escape");
    await page.keyboard.press("/");
    await page.keyboard.type("no such name");
    await expect(editor.button("Show all images")).toBeVisible();
    expect.soft(await violations(page), "nothing shown").toEqual([]);
  });
}

/** A grid of 30 images in a window of 1024 x 768, which shows a part of them. */
async function openNarrow(editor: Editor): Promise<void> {
  await editor.page.setViewportSize({ width: 1024, height: 768 });
  await editor.start(`?model=${tinyModel}&backend=wasm`);
  await editor.openFiles([payload("many.zip", largeSetZip(30))]);
  await editor.engineReady("wasm");
}
