import { createRandom } from "../../src/core/random.ts";
import { compareLabels, label, picture } from "../fixtures/files.ts";
import { base64, type Disk } from "../fixtures/ownFolder.ts";

const [width, height, pitch, side] = [192, 128, 16, 8];
const columns = width / pitch;
const places = columns * (height / pitch);
/** Around all cells. */
export const background = 1;
/** What the cells of the first images hold: each of these ids is in each of their labels. */
export const cellIds: readonly number[] = Array.from({ length: 20 }, (_, i) => 2 + i);
const edited = 24;
/** What those of the others hold, which nobody edits. */
const otherId = 2 + cellIds.length;

/** What was done to the labels: whole classes and single cells became background. */
export interface Done {
  /** Ids, in all images. */
  readonly classes: ReadonlySet<number>;
  /** Cells of the first image. */
  readonly cells: readonly number[];
}

export const nothingDone: Done = { classes: new Set(), cells: [] };

/** A data set of `count` small images, in whose labels square cells of many classes lie apart on a background. */
export interface FolderSet {
  readonly labels: readonly string[];
  /** Those that hold classes which are edited. */
  readonly edited: readonly string[];
  readonly files: Disk;
  /** Whether a file is exactly the label as opened with this done to it: no other chunk, no other pixel. */
  is(path: string, bytes: string | undefined, done: Done): boolean;
  /** What is otherwise, in words; "" for nothing. */
  difference(path: string, bytes: string | undefined, done: Done): string;
  /** Cells of the first image that still hold a class, in an order of chance. */
  cellsLeft(done: Done): number[];
}

export function folderSet(count: number, seed: number): FolderSet {
  const order = createRandom(seed);
  const names = Array.from({ length: count }, (_, i) => String(i).padStart(3, "0"));
  const labels = names.map((name) => `labels/${name}.png`);
  const idOf = (image: number, cell: number): number =>
    image < edited ? cellIds[(7 * image + 3 * cell) % cellIds.length] : otherId;
  const idsOf =
    (image: number, { classes, cells }: Done) =>
    (x: number, y: number) => {
      const isInside = x % pitch < side && y % pitch < side;
      if (!isInside) return background;
      const cell = Math.floor(y / pitch) * columns + Math.floor(x / pitch);
      if (image === 0 && cells.includes(cell)) return background;
      const id = idOf(image, cell);
      return classes.has(id) ? background : id;
    };
  const originals = labels.map((_, image) => label(width, height, idsOf(image, nothingDone)));
  const photo = base64(picture(width, height));
  const difference = (path: string, text: string | undefined, done: Done): string => {
    const image = labels.indexOf(path);
    if (text === undefined || text === "") return "there is no file";
    try {
      const { sameFormat, after } = compareLabels(originals[image], new Uint8Array(Buffer.from(text, "base64")));
      if (!sameFormat) return "its format is another";
      const idAt = idsOf(image, done);
      const wrong = new Map<string, number>();
      after.forEach((id, at) => {
        const [x, y] = [at % width, Math.floor(at / width)];
        const cell = Math.floor(y / pitch) * columns + Math.floor(x / pitch);
        const what = `cell ${cell}: ${id} instead of ${idAt(x, y)}`;
        if (id !== idAt(x, y)) wrong.set(what, (wrong.get(what) ?? 0) + 1);
      });
      return [...wrong].map(([what, pixels]) => `${what}, ${pixels} px`).join("; ");
    } catch (error) {
      return String(error);
    }
  };
  return {
    labels,
    edited: labels.slice(0, edited),
    files: new Map([
      ...names.map((name) => [`images/${name}.png`, photo] as const),
      ...labels.map((path, image) => [path, base64(originals[image])] as const),
    ]),
    is: (path, text, done) => difference(path, text, done) === "",
    difference,
    cellsLeft({ classes, cells }) {
      const all = Array.from({ length: places }, (_, cell) => cell);
      // Messages cover the lower left.
      const isFree = (cell: number) => Math.floor(cell / columns) < 5 || cell % columns >= 5;
      const left = all.filter((cell) => isFree(cell) && !cells.includes(cell) && !classes.has(idOf(0, cell)));
      return left
        .map((cell) => [order.next(), cell] as const)
        .sort(([a], [b]) => a - b)
        .map(([, cell]) => cell);
    },
  };
}

/** A pixel in the middle of a cell. */
export const cellMiddle = (cell: number) => ({
  x: (cell % columns) * pitch + side / 2,
  y: Math.floor(cell / columns) * pitch + side / 2,
});
