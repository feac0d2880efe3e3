/**
 * Whole objects, hidden without a hint, in photographs: how well the app rebuilds them, and how often it names them right.
 *
 *   DATA=/data npm run measure -- objects.spec
 *
 * /data holds the unpacked sets camvid, clothing and facade (`training/README.md`, "Data"). Four validation photographs of
 * each are opened in one folder with 64 of its training photographs, which is what the app can learn the classes from. In
 * each photograph one object (a component of 1 to 20 % of the image) is masked with the region tool, and what the app
 * suggests is accepted. SUPPORT=off measures without what other images say.
 */
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { labelComponents } from "../../src/core/components.ts";
import type { Point } from "../../src/core/point.ts";
import { createRandom } from "../../src/core/random.ts";
import { decodePng } from "../../src/formats/png/index.ts";
import type { Editor } from "../fixtures/editor.ts";
import { expect, test } from "../fixtures/test.ts";

const data = process.env.DATA ?? "";
const sets = ["camvid", "clothing", "facade"];
const photographs = 4;
const others = 64;
/** Share of the image that an object covers. */
const leastShare = 0.01;
const mostShare = 0.2;
/** The region tool masks this far around what is clicked, px. */
const grown = 3;
const voidId = 255;

/** One photograph: mean IoU over the classes of the masked area, 0..1, and whether the object got its class. */
interface Row {
  readonly image: string;
  readonly iou: number;
  readonly named: boolean;
}

interface Target {
  readonly width: number;
  readonly ids: Uint16Array;
  readonly objectId: number;
  /** Indices of the object's pixels, and of all that are masked. */
  readonly object: readonly number[];
  readonly masked: readonly number[];
  /** A pixel well inside. */
  readonly click: Point;
}

test("whole objects without a hint", async ({ editor }) => {
  if (!existsSync(join(data, sets[0]))) throw new Error("DATA must name the folder with the unpacked sets.");
  test.setTimeout(sets.length * 600_000);
  const rows: Row[] = [];
  // As in browsers without a directory picker, whose upload a test can feed.
  await editor.page.addInitScript("delete window.showDirectoryPicker");
  for (const set of sets) {
    const { folder, names } = makeFolder(set);
    await editor.start("?backend=wasm");
    await editor.openFolder(folder);
    await editor.leaveDataSet();
    await editor.engineReady("wasm");
    await settleSupport(editor);
    for (const [i, name] of names.entries()) {
      if (i > 0) await editor.button("Next image").click();
      await editor.imageOpen(name);
      const target = chooseObject(readFileSync(join(folder, "labels", `${name}.png`)), i);
      if (target === null) continue;
      rows.push(await rebuild(editor, `${set} ${name}`, target));
      console.log(line(rows[rows.length - 1]));
    }
  }
  const mean = rows.reduce((sum, row) => sum + row.iou, 0) / rows.length;
  console.log(`mean IoU ${percent(mean)}, named right ${rows.filter((row) => row.named).length} of ${rows.length}`);
});

/** The app has learnt from the labels, or is told not to. */
async function settleSupport(editor: Editor): Promise<void> {
  const learning = editor.page.getByRole("switch", { name: "Learn from the other labels" });
  if (process.env.SUPPORT !== "off") {
    await expect(editor.status).toContainText("Learnt", { timeout: 300_000 });
  } else if (await learning.isVisible()) {
    await learning.uncheck();
  }
}

/** Photographs of the validation split first, then those of the training split: as images/ and labels/. */
function makeFolder(set: string): { folder: string; names: string[] } {
  const folder = mkdtempSync(join(tmpdir(), `objects-${set}-`));
  for (const part of ["images", "labels"]) mkdirSync(join(folder, part));
  const names: string[] = [];
  for (const [split, count, prefix] of [
    ["val", photographs, "a"],
    ["train", others, "b"],
  ] as const) {
    const stems = readdirSync(join(data, set, split, "labels")).map((file) => file.replace(/\.png$/, ""));
    for (const stem of createRandom(1).shuffle(stems.sort()).slice(0, count).sort()) {
      const name = `${prefix}-${stem}`;
      copyFileSync(join(data, set, split, "images", `${stem}.jpg`), join(folder, "images", `${name}.jpg`));
      copyFileSync(join(data, set, split, "labels", `${stem}.png`), join(folder, "labels", `${name}.png`));
      if (split === "val") names.push(name);
    }
  }
  return { folder, names };
}

function chooseObject(png: Uint8Array, seed: number): Target | null {
  const { width, height, samples } = decodePng(new Uint8Array(png));
  const ids = Uint16Array.from(samples);
  const components = labelComponents({ width, height, data: ids });
  const eligible = components.list
    .map((component, number) => ({ ...component, number }))
    .filter(({ id, area }) => id !== voidId && area >= leastShare * ids.length && area <= mostShare * ids.length);
  if (eligible.length === 0) return null;
  const { id, number } = eligible[createRandom(seed).int(eligible.length)];
  const object = [...components.labels.keys()].filter((i) => components.labels[i] === number);
  const near = new Set<number>();
  for (const i of object) {
    for (let dy = -grown; dy <= grown; dy++) {
      for (let dx = -grown; dx <= grown; dx++) {
        const [x, y] = [(i % width) + dx, Math.floor(i / width) + dy];
        if (dx * dx + dy * dy <= grown * grown && x >= 0 && x < width && y >= 0 && y < height) near.add(y * width + x);
      }
    }
  }
  return { width, ids, objectId: id, object, masked: [...near], click: middle(components.labels, number, width) };
}

/** The middle of the longest row of a component's pixels. */
function middle(numbers: Int32Array, number: number, width: number): Point {
  let best = { length: 0, x: 0, y: 0 };
  for (let i = 0, length = 0; i < numbers.length; i++) {
    if (i % width === 0) length = 0;
    length = numbers[i] === number ? length + 1 : 0;
    if (length > best.length) best = { length, x: (i % width) - (length >> 1), y: Math.floor(i / width) };
  }
  return { x: best.x, y: best.y };
}

async function rebuild(editor: Editor, image: string, target: Target): Promise<Row> {
  await editor.choose("Select region");
  await editor.click(target.click);
  await expect(editor.mirror("mask")).not.toHaveAttribute("data-pixels", "0");
  await expect(editor.suggestions()).not.toHaveCount(0);
  await expect(editor.status.locator('[data-engine="ready"]')).toBeVisible();
  await editor.acceptEverything();
  const { bytes } = await editor.export("This label as a file");
  const after = decodePng(bytes).samples;
  expect(target.masked.length).toBe(target.masked.filter((i) => i < after.length).length);
  const counts = new Map<number, number>();
  for (const i of target.object) counts.set(after[i], (counts.get(after[i]) ?? 0) + 1);
  const top = [...counts].sort((a, b) => b[1] - a[1])[0][0];
  return { image, iou: meanIou(target.ids, after, target.masked), named: top === target.objectId };
}

/** Over the classes that occur (as truth) at these pixels; void does not count. */
function meanIou(truth: Uint16Array, answer: ArrayLike<number>, pixels: readonly number[]): number {
  const known = pixels.filter((i) => truth[i] !== voidId);
  const ious = [...new Set(known.map((i) => truth[i]))].map((id) => {
    const both = known.filter((i) => truth[i] === id && answer[i] === id).length;
    return both / known.filter((i) => truth[i] === id || answer[i] === id).length;
  });
  return ious.reduce((sum, iou) => sum + iou, 0) / ious.length;
}

function line({ image, iou, named }: Row): string {
  return `| ${image} | ${percent(iou)} | ${named ? "right" : "wrong"} |`;
}

function percent(share: number): string {
  return `${(100 * share).toFixed(1)} %`;
}
