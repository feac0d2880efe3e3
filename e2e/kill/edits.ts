import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "@playwright/test";
import type { Random } from "../../src/core/random.ts";
import type { Editor } from "../fixtures/editor.ts";
import { compareLabels, sampleFile } from "../fixtures/files.ts";
import { root } from "../fixtures/test.ts";

/** What single edits do to the sample's first image, learnt from the app itself once. */
export interface Scene {
  /** Pixels whose label an edit changes, by its name: a stroke in a cell, or a suggestion accepted. */
  readonly changed: ReadonlyMap<string, ReadonlySet<number>>;
  /** Pixels of the mask that one of the rectangles adds. */
  readonly masked: ReadonlyMap<string, number>;
  /** Suggestions there are before any is decided. */
  readonly rows: number;
}

/** Edits done, and undone ones to be done again. */
export interface State {
  readonly done: readonly string[];
  readonly undone: readonly string[];
}

/** One committed edit, what is there after it, and a moment when it was surely committed. */
export interface Commit {
  readonly what: string;
  readonly state: State;
  readonly after: number;
}

/** The document as the app shows and exports it. */
interface Seen {
  readonly changed: ReadonlySet<number>;
  readonly masked: number;
  readonly rows: number;
}

const [width, height, cell] = [640, 480, 40];
const original = sampleFile("labels/01-street.png");
/** Suggestions that `lmae.find` wrote for this image. */
const suggestions = readFileSync(join(root, "e2e/fixtures/suggestions.jsonl"), "utf8")
  .split("\n")
  .slice(0, 2)
  .join("\n");

/** Habits as every edit expects them: a killed browser may have forgotten some. */
export async function setHabits({ page }: Editor): Promise<void> {
  await page.addInitScript(() => {
    const habits = { live: false, brushSize: 16, hintsDismissed: true };
    localStorage.setItem("maskmend.settings", JSON.stringify(habits));
  });
}

export async function prepare(editor: Editor): Promise<void> {
  await editor.paintWith("book");
  await editor.choose("Class brush");
  await editor.canvas.focus();
}

/** Imports suggestions and finds out what each edit does, taking it back again. */
export async function learn(editor: Editor): Promise<Scene> {
  const { page } = editor;
  await editor.trySample();
  const chooser = page.waitForEvent("filechooser");
  await editor.button("Export").click();
  await page.getByRole("menuitem", { name: "Import suggestions or decisions..." }).click();
  const file = { name: "suggestions.jsonl", mimeType: "application/json", buffer: Buffer.from(`${suggestions}\n`) };
  await (await chooser).setFiles([file]);
  await expect(editor.list("Found")).toHaveAttribute("aria-selected", "true");
  await prepare(editor);
  const rows = await editor.suggestions().count();
  const changed = new Map<string, ReadonlySet<number>>();
  const masked = new Map<string, number>();
  for (let row = 0; row < rows; row++) {
    const what = await accept(editor);
    changed.set(what, (await seen(editor)).changed);
  }
  // Each by what it added.
  const all = [...changed];
  for (const [at, [what, pixels]] of all.entries()) {
    const before = all[at - 1]?.[1] ?? new Set();
    changed.set(what, new Set([...pixels].filter((pixel) => !before.has(pixel))));
  }
  const taken = new Set(all.at(-1)?.[1]);
  for (let row = 0; row < rows; row++) await press(editor, "Control+z");
  await expect(editor.mirror("changed")).toHaveAttribute("data-pixels", "0");
  const places = (width / cell) * (height / cell);
  const free = Array.from({ length: places }, (_, at) => at).filter((at) => at % 3 === 0 && !touches(at, taken));
  const cells = free.slice(0, 16);
  for (const at of cells) {
    const before = await editor.pixels("mask");
    await mask(editor, at);
    masked.set(`mask ${at}`, (await editor.pixels("mask")) - before);
  }
  for (const _ of cells) await press(editor, "Control+z");
  for (const at of cells) await paint(editor, at);
  const painted = await seen(editor);
  for (const at of cells) {
    const isInside = (pixel: number) => cellOf(pixel) === at;
    changed.set(`paint ${at}`, new Set([...painted.changed].filter(isInside)));
  }
  for (const _ of cells) await press(editor, "Control+z");
  await expect(editor.mirror("changed")).toHaveAttribute("data-pixels", "0");
  await expect(editor.mirror("mask")).toHaveAttribute("data-pixels", "0");
  if (rows === 0 || masked.size < 8) throw new Error("The sample has no room for these edits");
  return { changed, masked, rows };
}

/** Commits a few edits on `state`, as fast as they can be made. */
export async function commitSome(
  editor: Editor,
  scene: Scene,
  from: State,
  random: Random,
): Promise<readonly Commit[]> {
  const commits: Commit[] = [];
  let state = from;
  const noted = (what: string, next: State) => {
    state = next;
    commits.push({ what, state, after: Date.now() });
  };
  const count = 1 + random.int(4);
  while (commits.length < count) {
    const { done, undone } = state;
    const cells = [...scene.masked.keys()].map((name) => name.split(" ")[1]);
    const free = cells.filter((at) => !done.some((what) => what.endsWith(` ${at}`)));
    const accepted = done.filter((what) => what.startsWith("accept")).length;
    const choice = free.length < cells.length / 3 ? 0 : random.int(8);
    if (choice < 2 && done.length > 0) {
      await press(editor, "Control+z");
      noted("undo", { done: done.slice(0, -1), undone: [...undone, done[done.length - 1]] });
    } else if (choice === 2 && undone.length > 0) {
      await press(editor, "Control+Shift+z");
      noted("redo", { done: [...done, undone[undone.length - 1]], undone: undone.slice(0, -1) });
    } else if (choice < 5 && accepted < scene.rows) {
      const pending = await editor.suggestions().count();
      if (pending === 0) continue;
      const before = await bounds(editor);
      await press(editor, "y");
      const after = Date.now();
      const what = await gone(editor, before);
      state = { done: [...done, what], undone: [] };
      commits.push({ what, state, after });
    } else {
      const at = Number(free[random.int(free.length)]);
      const isMask = choice === 7;
      await (isMask ? mask : paint)(editor, at);
      noted(`${isMask ? "mask" : "paint"} ${at}`, {
        done: [...done, `${isMask ? "mask" : "paint"} ${at}`],
        undone: [],
      });
    }
  }
  return commits;
}

/** What is on screen and in the exported file. */
export async function seen(editor: Editor): Promise<Seen> {
  const { bytes } = await editor.export("This label as a file");
  const { changed, sameFormat } = compareLabels(original, bytes);
  if (!sameFormat) throw new Error("The exported label has another format");
  return {
    changed: new Set(changed.map(({ x, y }) => y * width + x)),
    masked: await editor.pixels("mask"),
    rows: await editor.suggestions().count(),
  };
}

/** In numbers, for a report. */
export function countsOf(scene: Scene, { done }: State) {
  const changed = done.reduce((sum, what) => sum + (scene.changed.get(what)?.size ?? 0), 0);
  const masked = done.reduce((sum, what) => sum + (scene.masked.get(what) ?? 0), 0);
  return { changed, masked, rows: scene.rows - done.filter((what) => what.startsWith("accept")).length };
}

/** Whether exactly this is there, pixel by pixel. */
export function matches(scene: Scene, state: State, now: Seen): boolean {
  const { changed, masked, rows } = countsOf(scene, state);
  if (now.changed.size !== changed || now.masked !== masked || now.rows !== rows) return false;
  return state.done.every((what) => [...(scene.changed.get(what) ?? [])].every((pixel) => now.changed.has(pixel)));
}

async function press({ page }: Editor, keys: string): Promise<void> {
  await page.keyboard.press(keys);
}

/** Accepts the row that is selected, and names it by its place. */
async function accept(editor: Editor): Promise<string> {
  const before = await bounds(editor);
  await press(editor, "y");
  return gone(editor, before);
}

function bounds(editor: Editor): Promise<string[]> {
  return editor.suggestions().evaluateAll((rows) => rows.map((row) => row.getAttribute("data-bounds") ?? ""));
}

async function gone(editor: Editor, before: readonly string[]): Promise<string> {
  await expect(editor.suggestions()).toHaveCount(before.length - 1);
  const left = await bounds(editor);
  return `accept ${before.find((one, at) => one !== left[at])}`;
}

const corner = (at: number) => ({
  x: (at % (width / cell)) * cell,
  y: Math.floor(at / (width / cell)) * cell,
});

const cellOf = (pixel: number) =>
  Math.floor(Math.floor(pixel / width) / cell) * (width / cell) + Math.floor((pixel % width) / cell);

function touches(at: number, pixels: ReadonlySet<number>): boolean {
  const { x, y } = corner(at);
  return [...pixels].some((pixel) => {
    const [px, py] = [pixel % width, Math.floor(pixel / width)];
    return px >= x - 8 && px < x + cell + 8 && py >= y - 8 && py < y + cell + 8;
  });
}

async function paint(editor: Editor, at: number): Promise<void> {
  // Deciding goes to the next suggestion.
  await editor.button("Fit image").click();
  const { x, y } = corner(at);
  await editor.drag([
    { x: x + 12, y: y + 20 },
    { x: x + 28, y: y + 20 },
  ]);
}

/** With the rectangle, and back to the brush. */
async function mask(editor: Editor, at: number): Promise<void> {
  const { x, y } = corner(at);
  await editor.button("Fit image").click();
  await press(editor, "r");
  await editor.drag([
    { x: x + 8, y: y + 8 },
    { x: x + 32, y: y + 32 },
  ]);
  await press(editor, "k");
}
