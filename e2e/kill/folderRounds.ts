import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { expect, type Page } from "@playwright/test";
import { unzipSync } from "fflate";
import type { Random } from "../../src/core/random.ts";
import { Editor } from "../fixtures/editor.ts";
import { base64, readDisk, writeFolder } from "../fixtures/ownFolder.ts";
import { background, cellIds, cellMiddle, type Done, type FolderSet, folderSet, nothingDone } from "./folderSet.ts";
import { startBrowser } from "./killableBrowser.ts";
import { type ScanRecords, scanFaults, scanRecords } from "./scanRecords.ts";

/** Amid what: "picked" is a zip that streams into a file that the user chose. */
export type FolderKind = "save" | "zip" | "picked" | "scan";

/** What came of killing the browser while it worked on all images of a folder, and was drawn on meanwhile. */
export interface FolderCounts {
  kills: Record<FolderKind, number>;
  strokes: number;
  /** Strokes that were surely older than `grace` when the browser was killed, and younger ones, that were not there again. */
  lostOld: number;
  lostYoung: number;
  /** Labels in the folder that a kill amid saving left new, and old; and files that are neither, or backups that are not the first version. */
  written: number;
  unwritten: number;
  torn: number;
  /** Of the kills amid writing a chosen file, those after its first bytes went out and before it was closed. */
  halfWay: number;
  /** What lay in chosen files after a kill: the new zip, what lay there before (or nothing, where nothing did), or neither. */
  zips: number;
  noZips: number;
  brokenZips: number;
  /** Images whose search was kept when the browser was killed amid a scan. */
  searched: number;
  /** Labels that the app shows or exports otherwise than they were worked on. */
  wrongLabels: number;
  /** What the app said or noted that is not so: labels to save, images searched, work set aside. */
  wronglySaid: number;
  /** About each fault. */
  readonly notes: string[];
}

export const noFolderCounts = (): FolderCounts => ({
  ...{
    kills: { save: 0, zip: 0, picked: 0, scan: 0 },
    strokes: 0,
    lostOld: 0,
    lostYoung: 0,
    written: 0,
    unwritten: 0,
    torn: 0,
  },
  ...{ halfWay: 0, zips: 0, noZips: 0, brokenZips: 0, searched: 0, wrongLabels: 0, wronglySaid: 0, notes: [] },
});

interface Stroke {
  readonly cell: number;
  /** A moment when it was surely committed. */
  readonly after: number;
}

/** What was being done when the browser was killed. */
interface Killed {
  readonly kind: FolderKind;
  readonly at: number;
  /** What was done to the labels before, and the strokes made since. */
  readonly before: Done;
  readonly strokes: readonly Stroke[];
  /** Of the scan that ran: images done, and when that was read. */
  readonly scan: { readonly done: number; readonly at: number } | null;
}

/** Younger strokes may be lost with a killed browser; older ones never. */
const grace = 50;
/** Classes are used up: after so many rounds there is another folder, in a browser of its own. */
const [most, mostLarge] = [12, 3];
/** From 200 labels on a zip goes into a file that the user chose. More than 12 images open in the grid. */
const [small, large] = [12, 204];
const [folder, pickedZip] = ["project", "labels.zip"];

/**
 * Rounds on one folder: each relabels a class in all images, begins to save, to export or to search them all, strokes on, and
 * kills the browser amid that; the next one looks first at what is there.
 */
export function folderRounds(
  executable: string,
  url: string,
  random: Random,
  counts: FolderCounts,
  log: (line: string) => void,
  size: "small" | "large",
) {
  const profile = mkdtempSync(join(tmpdir(), "maskmend-kill-folder-"));
  const isLarge = size === "large";
  const set = folderSet(isLarge ? large : small, random.int(2 ** 30));
  const classes = random.shuffle([...cellIds]);
  let rounds = 0;
  /** Nothing can be told of what comes after. */
  let isLost = false;
  let onDisk: Done = nothingDone;
  let now: Done = nothingDone;
  let killed: Killed | null = null;
  /** What the user chose a file for, as it was written last; null: never. */
  let inZip: Done | null = null;
  /** How long each kind takes, ms: it is killed amid that. What comes of it says whether that is too long or too short. */
  const lasts: Record<FolderKind, number> = { save: 1000, zip: 1000, picked: 600, scan: 4000 };

  function fault(counter: "torn" | "brokenZips" | "wrongLabels" | "wronglySaid", text: string): void {
    counts[counter] += 1;
    counts.notes.push(`${killed?.kind} ${JSON.stringify(counts.kills)}: ${counter}, ${text}`);
  }

  async function open(kind: FolderKind) {
    const browser = await startBrowser(executable, profile);
    const { page } = browser;
    const editor = new Editor(page);
    try {
      // Loading the model is most of a start, and only scans need it.
      if (kind !== "scan") await page.route("**/models/**", (route) => route.abort());
      await page.addInitScript(pickersOfTheOrigin, [folder, pickedZip, String(isLarge)] as const);
      await page.goto(`${url}?backend=wasm`);
      await expect(editor.button("Open folder")).toBeVisible();
      if (rounds === 0) {
        await writeFolder(page, folder, set.files);
        await editor.button("Open folder").click();
      } else await editor.resume.click();
      if (isLarge) await editor.leaveDataSet();
      await editor.imageOpen("000");
      return { ...browser, editor };
    } catch (error) {
      await browser.kill();
      throw error;
    }
  }

  /** Compares what is there with what was done. */
  async function check(page: Page, editor: Editor, { kind, at, before, strokes, scan }: Killed): Promise<void> {
    const said = (await editor.toasts.allTextContents()).join(" | ");
    if (/set aside|could not be|damaged/i.test(said)) fault("wronglySaid", said);
    const states = [
      before,
      ...strokes.map((_, i) => ({
        ...before,
        cells: [...before.cells, ...strokes.slice(0, i + 1).map((s) => s.cell)],
      })),
    ];
    const { bytes } = await editor.export("This label as a file");
    const there = states.findLastIndex((state) => set.is(set.labels[0], base64(bytes), state));
    if (there < 0) {
      isLost = true;
      const what = states.map((state) => set.difference(set.labels[0], base64(bytes), state)).join(" / ");
      return fault("wrongLabels", `the open label is none that was there: ${what}; said: ${said}`);
    }
    for (const { after } of strokes.slice(there)) {
      if (at - after > grace) {
        counts.lostOld += 1;
        counts.notes.push(`${kind}: a stroke ${at - after} ms old is lost; ${said}`);
      } else counts.lostYoung += 1;
    }
    now = states[there];
    const disk = await readDisk(page);
    const isNew = (path: string) =>
      states.some((state) => state !== onDisk && set.is(path, disk.get(`${folder}/${path}`), state));
    const isOld = (path: string) => set.is(path, disk.get(`${folder}/${path}`), onDisk);
    for (const path of set.labels) {
      const file = disk.get(`${folder}/${path}`);
      if (!isOld(path) && !(kind === "save" && isNew(path))) {
        fault("torn", `${path}, ${file?.length} characters: ${set.difference(path, file, onDisk)}`);
      }
      const copy = disk.get(`${folder}/.maskmend-backup/${path}`) ?? "";
      // An empty copy is one that was never written; the next save makes it.
      if (copy !== "" && !set.is(path, copy, nothingDone)) fault("torn", `the backup of ${path}`);
    }
    if (kind === "picked") checkZip(disk.get(pickedZip), states);
    if (kind === "scan") checkScan(await scanRecords(page), scan);
    if (kind === "scan" || !isLarge) await checkAll(editor);
    if (kind !== "save") return;
    const written = set.edited.filter((path) => !isOld(path)).length;
    counts.written += written;
    counts.unwritten += set.edited.length - written;
    lasts.save *= written === 0 ? 1.5 : 0.8;
    await completeSaving(
      page,
      editor,
      set.labels.filter((path) => !set.is(path, disk.get(`${folder}/${path}`), now)),
    );
  }

  function checkZip(text: string | undefined, states: readonly Done[]): void {
    if (text === undefined || text === "") {
      if (inZip !== null) fault("brokenZips", "the zip that was there is gone");
      counts.noZips += 1;
      lasts.picked *= 1.5;
      return;
    }
    const known = inZip === null ? states : [inZip, ...states];
    const is = known.find((state) => isZip(set, Buffer.from(text, "base64"), state));
    if (is === undefined) fault("brokenZips", `${text.length} characters`);
    else {
      if (is === inZip) counts.noZips += 1;
      else counts.zips += 1;
      lasts.picked *= is === inZip ? 1.5 : 0.8;
      inZip = is;
    }
  }

  function checkScan(records: ScanRecords, scan: Killed["scan"]): void {
    counts.searched += records.done.length;
    for (const text of scanFaults(records)) fault("wronglySaid", text);
    if (scan !== null && records.done.length < scan.done) {
      fault("wronglySaid", `${records.done.length} images are done, before the kill ${scan.done} were`);
    }
  }

  /** What leaves the app is what was worked on, in every image. */
  async function checkAll(editor: Editor): Promise<void> {
    const { bytes } = await editor.export("All labels as zip");
    if (!isZip(set, bytes, now)) fault("wrongLabels", "the zip of all labels holds others");
  }

  /** Saves the rest: just that is unsaved, and the folder is as the app is. */
  async function completeSaving(page: Page, editor: Editor, left: readonly string[]): Promise<void> {
    await editor.button("Save").click();
    const expected = left.length === 0 ? "Nothing to save" : `Saved ${left.length} label`;
    const announced = page.getByTestId("announcements");
    await expect(announced).toContainText(/Saved \d|Nothing to save|failed|Not saved/);
    const said = (await announced.textContent()) ?? "";
    if (!said.includes(expected)) fault("wronglySaid", `${said}, where ${left.length} labels were unsaved`);
    const disk = await readDisk(page);
    const wrong = set.labels.filter((path) => !set.is(path, disk.get(`${folder}/${path}`), now));
    if (wrong.length > 0) fault("wrongLabels", `after saving the folder holds others: ${wrong.join(", ")}`);
    onDisk = now;
  }

  async function relabel(
    { page, editor }: { readonly page: Page; readonly editor: Editor },
    id: number,
  ): Promise<void> {
    await editor.button(`Edit class class ${id}`).click();
    await editor.button("Delete class").click();
    const dialog = page.getByRole("dialog", { name: `Delete class class ${id}` });
    await dialog.getByRole("combobox").selectOption(`class ${background}`);
    await dialog
      .getByRole("button", { name: /^(In all \d+ images|Relabel )/ })
      .last()
      .click();
    await expect(editor.toasts.filter({ hasText: /images/ })).not.toHaveCount(0);
    await expect(dialog).toBeHidden();
    now = { ...now, classes: new Set([...now.classes, id]) };
  }

  async function act(browser: Awaited<ReturnType<typeof open>>, kind: FolderKind): Promise<Killed> {
    const { page, editor } = browser;
    await relabel(browser, classes[rounds]);
    await editor.paintWith(`class ${background}`);
    await editor.choose("Fill");
    await editor.canvas.focus();
    const cells = set.cellsLeft(now).slice(0, 1 + random.int(4));
    const until = random.next() * lasts[kind];
    await begin(page, editor, kind);
    // Else most are killed while the classes are learnt.
    if (kind === "scan" && random.int(3) > 0) {
      const done = async () => (await scanDone(page))?.done ?? Number.POSITIVE_INFINITY;
      await expect.poll(done, { timeout: 120_000 }).toBeGreaterThan(0);
    }
    // Else most are killed before the first label is packed.
    const isAmidWriting = kind === "picked" && random.int(4) > 0;
    if (isAmidWriting) await page.waitForFunction(() => "chosenFile" in window);
    const start = Date.now();
    const strokes: Stroke[] = [];
    for (const cell of isAmidWriting ? [] : cells) {
      if (Date.now() - start > until) break;
      // The status bar may have grown.
      await editor.button("Fit image").click();
      const changed = await editor.pixels("changed");
      await editor.click(cellMiddle(cell));
      strokes.push({ cell, after: Date.now() });
      await expect(editor.mirror("changed")).not.toHaveAttribute("data-pixels", String(changed));
      await wait(random.int(Math.max(1, Math.min(200, until / 4))));
    }
    await wait(isAmidWriting ? random.int(1000) : Math.max(0, until - (Date.now() - start)));
    const scan = kind === "scan" ? await scanDone(page) : null;
    if (await isHalfWay(page)) counts.halfWay += 1;
    const at = await browser.kill();
    counts.kills[kind] += 1;
    counts.strokes += strokes.length;
    log(
      `${kind} ${JSON.stringify(counts.kills)}: killed after ${at - start} ms, strokes ${strokes.map(({ after }) => at - after)}`,
    );
    return { kind, at, before: now, strokes, scan };
  }

  return {
    isSpent: () => isLost || rounds >= (isLarge ? mostLarge : most),
    async round(kind: FolderKind) {
      const browser = await open(kind);
      try {
        if (killed !== null && !isLost) await check(browser.page, browser.editor, killed);
        killed = await act(browser, kind);
        rounds += 1;
      } finally {
        await browser.kill();
      }
    },
    /** Looks at what the last round left, and clears up. */
    async end() {
      try {
        if (killed === null || isLost) return;
        const browser = await open("save");
        try {
          await check(browser.page, browser.editor, killed);
        } finally {
          await browser.kill();
        }
      } finally {
        rmSync(profile, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
      }
    },
  };
}

async function begin(page: Page, editor: Editor, kind: FolderKind): Promise<void> {
  if (kind === "save") return editor.button("Save").click();
  if (kind !== "scan") {
    await editor.button("Export").click();
    return page.getByRole("menuitem", { name: "All labels as zip" }).click();
  }
  const paused = page.getByRole("button", { name: /^Resume the scan/ });
  if (await paused.isVisible()) return paused.click();
  const scan = page.getByTestId("scan-status");
  if (await scan.isVisible()) return;
  await editor.button("Review menu").click();
  await page.getByRole("menuitem", { name: "Find errors in all images…" }).click();
  await page.getByRole("checkbox", { name: /^Also images that were searched/ }).check();
  await editor.button("Start scan").click();
  // It covers the picture while it fades.
  await expect(page.getByRole("dialog")).toHaveCount(0);
}

/** How many images of the scan are done as the app says; null when it says none runs. */
async function scanDone(page: Page): Promise<Killed["scan"]> {
  const scan = page.getByTestId("scan-status");
  if (!(await scan.isVisible())) return null;
  const done = Number(/(\d+)(?:\/| of )\d/.exec((await scan.textContent()) ?? "")?.[1] ?? 0);
  return { done, at: Date.now() };
}

/** Whether a chosen file is being written: some bytes went out, and it is not closed. */
function isHalfWay(page: Page): Promise<boolean> {
  return page.evaluate(() => (window as unknown as { chosenFile?: string }).chosenFile === "written to");
}

/** Whether a zip holds all labels, with this done to them. */
function isZip(set: FolderSet, bytes: Uint8Array, done: Done): boolean {
  try {
    const files = unzipSync(new Uint8Array(bytes));
    if (!("changes.json" in files)) return false;
    return set.labels.every((path) => path in files && set.is(path, base64(files[path]), done));
  } catch {
    return false;
  }
}

/** Runs in the page: pickers give what lies in the origin's own folder, which are real handles without the system's dialogs. */
function pickersOfTheOrigin([folderName, zipName, picksZips]: readonly [string, string, string]): void {
  localStorage.setItem("maskmend.settings", JSON.stringify({ live: false, hintsDismissed: true }));
  const home = () => navigator.storage.getDirectory();
  const showDirectoryPicker = async () => (await home()).getDirectoryHandle(folderName, { create: true });
  const note = (chosenFile: string) => Object.assign(window, { chosenFile });
  const pickZip = async () => {
    const handle = await (await home()).getFileHandle(zipName, { create: true });
    const open = handle.createWritable.bind(handle);
    const createWritable = async () => {
      const writable = await open();
      return new WritableStream<FileSystemWriteChunkType>({
        async write(piece) {
          await writable.write(piece);
          note("written to");
          // As to a slow disk: else all of it is written before a kill can come between.
          await new Promise((resolve) => setTimeout(resolve, 10));
        },
        async close() {
          note("closed");
          await writable.close();
        },
        abort: (reason) => writable.abort(reason),
      });
    };
    return Object.assign(handle, { createWritable });
  };
  Object.assign(window, { showDirectoryPicker, showSaveFilePicker: picksZips === "true" ? pickZip : undefined });
}
