import type { Page } from "@playwright/test";
import { unzipSync } from "fflate";
import { Editor, type Payload } from "../fixtures/editor.ts";
import { compareLabels, label, payload, picture, sampleFile, zip } from "../fixtures/files.ts";
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

const [width, height] = [240, 160];

/** Two images in tiles of four classes, which touch none of their kind; sets of the same names, told by what their labels hold. */
function set(edge: number): Payload {
  const tiles = label(width, height, (x, y) => 1 + ((Math.floor(x / edge) + 2 * Math.floor(y / edge)) % 4));
  const names = ["one", "two"];
  const files = names.flatMap((name): [string, Uint8Array][] => [
    [`images/${name}.png`, picture(width, height)],
    [`labels/${name}.png`, tiles],
  ]);
  return payload(`set-${edge}.zip`, zip(Object.fromEntries(files)));
}

test("two data sets in two tabs: files, undo, decisions and exports of one know nothing of the other's", async ({
  context,
  page,
}) => {
  await offerTinyModels(page);
  const [here, there] = [set(12), set(16)];
  const open = async (tab: Page, files: Payload): Promise<Editor> => {
    const editor = new Editor(tab);
    await editor.start(start);
    await editor.openFiles([files]);
    await editor.imageOpen("one");
    await tab.getByRole("switch", { name: "Live" }).uncheck();
    return editor;
  };
  const first = await open(page, here);
  const other = await context.newPage();
  const second = await open(other, there);
  for (const tab of [page, other]) await expect(bar(tab)).toHaveCount(0);

  const fill = async (editor: Editor, name: string, x: number): Promise<void> => {
    await editor.page.bringToFront();
    await editor.paintWith(name);
    await editor.choose("Fill");
    await editor.click({ x, y: 5 });
  };
  /** Rebuilds all tiles of a class and decides on the first row. */
  const decide = async (editor: Editor, key: "y" | "n"): Promise<void> => {
    await editor.page.bringToFront();
    await editor.page.getByRole("textbox", { name: "Grow mask by, pixels" }).fill("0");
    await editor.canvas.press("Shift+C");
    await editor.click({ x: 5, y: 70 });
    await editor.button("Reconstruct").click();
    await expect(editor.suggestions()).not.toHaveCount(0);
    await editor.canvas.press(key);
    await expect(editor.suggestions(key === "y" ? "accepted" : "rejected")).toHaveCount(1);
  };
  const stateOf = async (editor: Editor) => {
    await editor.page.bringToFront();
    const zipped = unzipSync((await editor.export("All labels as zip")).bytes);
    return {
      label: Buffer.from(zipped["labels/one.png"]).toString("base64"),
      other: Buffer.from(zipped["labels/two.png"]).toString("base64"),
      decisions: Buffer.from(zipped["changes.json"])
        .toString()
        .match(/"decision": ?"\w+"/g),
      changed: await editor.pixels("changed"),
      rows: await editor.suggestions().count(),
    };
  };
  await first.engineReady("wasm");
  await second.engineReady("wasm");
  const untouched = await stateOf(second);
  await fill(first, "class 2", 5);
  await decide(first, "y");
  const done = await stateOf(first);
  expect(done.changed).toBeGreaterThan(144);
  expect(done.decisions).toHaveLength(1);
  expect(await stateOf(second)).toEqual(untouched);

  await fill(second, "class 3", 5);
  await decide(second, "n");
  const doneThere = await stateOf(second);
  expect(doneThere.decisions).not.toEqual(done.decisions);
  expect(await stateOf(first)).toEqual(done);

  // Undo in the one takes back its own alone, to the last step and further.
  await other.bringToFront();
  for (let i = 0; i < 6; i++) await second.canvas.press("Control+z");
  await expect(second.mirror("changed")).toHaveAttribute("data-pixels", "0");
  expect((await stateOf(second)).label).toBe(untouched.label);
  expect(await stateOf(first)).toEqual(done);
  for (let i = 0; i < 6; i++) await second.canvas.press("Control+Shift+z");

  // Both come back as they were, each its own.
  await expect(page.locator('[data-saved="saved"]')).toBeVisible();
  await expect(other.locator('[data-saved="saved"]')).toBeVisible();
  for (const [editor, name, state] of [
    [second, "set-16", doneThere],
    [first, "set-12", done],
  ] as const) {
    await editor.page.bringToFront();
    await editor.page.reload();
    await editor.page.getByRole("button", { name: new RegExp(`^Resume ${name}`) }).click();
    await editor.imageOpen("one");
    const again = await stateOf(editor);
    expect(again).toEqual(state);
  }
});
