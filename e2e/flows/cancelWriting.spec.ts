import { readFileSync } from "node:fs";
import type { Page } from "@playwright/test";
import { unzipSync } from "fflate";
import type { Editor } from "../fixtures/editor.ts";
import { compareLabels, sampleFile } from "../fixtures/files.ts";
import { keepFound, openedProject } from "../fixtures/foundRows.ts";
import { runCommand } from "../fixtures/keyboard.ts";
import { base64, pickOwnFolder, readDisk, writeFolder } from "../fixtures/ownFolder.ts";
import { classId } from "../fixtures/samples/classes.ts";
import { expect, test, tinyModel } from "../fixtures/test.ts";

const names = ["01-street", "02-street", "03-street", "04-street"];
const extra = ["05-fields", "06-fields", "07-fields", "08-fields", "09-cells", "10-cells"];
const labels = [...names, ...extra].map((name) => `labels/${name}.png`);
const edited = names.map((name) => `labels/${name}.png`);

/** A folder of ten images opened to be written in place, four of whose labels are changed by one press in the review. */
async function changed(page: Page, editor: Editor): Promise<void> {
  await pickOwnFolder(page, "project");
  await editor.start(`?backend=wasm&model=${tinyModel}`);
  await openFolder(page, editor);
  const { id } = await openedProject(page);
  await page.reload();
  await expect(editor.button("Try the sample")).toBeVisible();
  const [from, to] = [classId("pavement"), classId("road")];
  await keepFound(page, id, Object.fromEntries(edited.map((key) => [key, [{ from, to, confidences: [0.9] }]])));
  await openFolder(page, editor);
  await page.keyboard.press("Shift+Q");
  await page.getByRole("radio", { name: "By class pair" }).press("Space");
  await expect(editor.button("Accept 4 of 4")).toBeEnabled();
  await page.getByRole("listbox", { name: "Findings of this pair" }).press("Enter");
  await expect(editor.toasts).toContainText("Accepted 4 pavement to road");
}

/** Through a real directory handle without the system's dialog: the origin's private folder. */
async function openFolder(page: Page, editor: Editor): Promise<void> {
  const paths = [
    "classes.json",
    ...[...names, ...extra].flatMap((name) => [`images/${name}.jpg`, `labels/${name}.png`]),
  ];
  await writeFolder(page, "project", new Map(paths.map((path) => [path, base64(sampleFile(path))])));
  await editor.button("Open folder").click();
  await editor.imageOpen("01-street");
}

/** While it is on, every label takes a while to be read: there is time to cancel. */
const readSlowly = (page: Page, isSlow: boolean): Promise<void> =>
  page.evaluate((slow) => {
    const state = window as { readingIsSlow?: boolean };
    const isFirst = state.readingIsSlow === undefined;
    state.readingIsSlow = slow;
    if (!isFirst) return;
    const { arrayBuffer } = Blob.prototype;
    Blob.prototype.arrayBuffer = async function () {
      const isLabel = this instanceof File && this.name.endsWith(".png");
      if (state.readingIsSlow && isLabel) await new Promise((resolve) => setTimeout(resolve, 500));
      return arrayBuffer.call(this);
    };
  }, isSlow);

/** All files in the browser's private folder: what was opened, and zips that are being made. */
async function stored(page: Page): Promise<Readonly<Record<string, Uint8Array>>> {
  await readSlowly(page, false);
  const found = await readDisk(page);
  return Object.fromEntries([...found].map(([path, text]) => [path, new Uint8Array(Buffer.from(text, "base64"))]));
}

test("a zip that is cancelled half way leaves no file and says so; the next one holds everything", async ({
  page,
  editor,
}) => {
  await changed(page, editor);
  await readSlowly(page, true);
  const downloads: string[] = [];
  page.on("download", (one) => downloads.push(one.suggestedFilename()));
  await runCommand(page, "All labels as zip");
  await expect(page.getByTestId("exporting")).toContainText(/Exporting [2-9]\/10/);
  await page.getByRole("button", { name: "Cancel exporting" }).press("Enter");
  await expect(page.getByTestId("announcements")).toHaveText("Export cancelled. No file was written.");
  await expect(page.getByTestId("exporting")).toBeHidden();
  const after = await stored(page);
  expect(Object.keys(after).filter((path) => !path.startsWith("project/"))).toEqual([]);
  for (const path of labels) expect(after[`project/${path}`], path).toEqual(sampleFile(path));
  expect(downloads).toEqual([]);

  const download = page.waitForEvent("download");
  await runCommand(page, "All labels as zip");
  const zip = unzipSync(new Uint8Array(readFileSync(await (await download).path())));
  expect(Object.keys(zip).sort()).toEqual(["changes.json", ...labels].sort());
  for (const path of labels) {
    const { changed: pixels, sameFormat } = compareLabels(sampleFile(path), zip[path]);
    expect(sameFormat).toBe(true);
    expect(pixels.length > 0, path).toBe(edited.includes(path));
  }
});

test("saving that is cancelled half way leaves each file old or new, says how many, and goes on with the rest", async ({
  page,
  editor,
}) => {
  await changed(page, editor);
  await readSlowly(page, true);
  await page.keyboard.press("Control+s");
  await expect(page.getByTestId("exporting")).toContainText(/Saving [1-3]\/4/);
  await page.getByRole("button", { name: "Cancel saving" }).press("Enter");
  const note = page.getByRole("note", { name: /^Stopped: \d labels? saved into project$/ });
  await expect(note).toBeVisible();
  const text = (await note.textContent()) ?? "";
  const saved = Number(/Stopped: (\d)/.exec(text)?.[1]);
  expect(saved).toBeGreaterThan(0);
  expect(saved).toBeLessThan(4);
  expect(text).toMatch(new RegExp(`Up to ${4 - saved} labels? (is|are) unsaved`));

  const half = await stored(page);
  const isNew = (path: string): boolean => {
    const difference = compareLabels(sampleFile(path), half[`project/${path}`]);
    expect(difference.sameFormat).toBe(true);
    return difference.changed.length > 0;
  };
  const written = edited.filter(isNew);
  expect(written).toHaveLength(saved);
  for (const path of labels) {
    if (!written.includes(path)) expect(half[`project/${path}`], path).toEqual(sampleFile(path));
    const backup = half[`project/.maskmend-backup/${path}`];
    if (written.includes(path)) expect(backup, path).toEqual(sampleFile(path));
    else expect(backup === undefined || Buffer.compare(backup, sampleFile(path)) === 0, path).toBe(true);
  }
  // Nothing that a write in progress leaves.
  const known = new Set(Object.keys(half).filter((path) => /^project\/(\.maskmend-backup\/)?labels\//.test(path)));
  expect(known.size).toBeLessThanOrEqual(labels.length + saved + 1);

  await page.keyboard.press("Control+s");
  await expect(page.getByRole("note", { name: new RegExp(`^Saved ${4 - saved} labels? into project$`) })).toBeVisible();
  const whole = await stored(page);
  for (const path of written) expect(whole[`project/${path}`], path).toEqual(half[`project/${path}`]);
  for (const path of edited) {
    expect(compareLabels(sampleFile(path), whole[`project/${path}`]).changed.length, path).toBeGreaterThan(0);
    expect(whole[`project/.maskmend-backup/${path}`], path).toEqual(sampleFile(path));
  }
});
