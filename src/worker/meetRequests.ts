import { emptyTiledMask, tiledMask } from "../core/tiledMask";
import { findErrors } from "../find/findErrors";
import type { FindRequest } from "../find/types";
import { type LoadedModel, SLOT_COUNTS } from "../model/loadedModel";
import { cutRequest } from "../reconstruct/cutRequest";
import { reconstruct } from "../reconstruct/reconstruct";
import type { ReconstructionRequest } from "../reconstruct/types";
import type { SupportMap } from "../support/types";
import { createWindowCache } from "../window/windowCache";
import type { WorkImage } from "../window/workImage";

/** Of the made-up pictures, px: one has room for a large window. */
const WIDTH = 400;
const HEIGHT = 320;

/** A picture of stripes with a hole, to be rebuilt and perhaps searched. */
interface Sight {
  readonly classes: number;
  /** Side of the hole, px. */
  readonly hole: number;
  readonly isSupported: boolean;
  readonly ratio: number;
  readonly isSearched: boolean;
  /** Top left corners of the hole, px: more than one where it is there several times. */
  readonly at: readonly (readonly [x: number, y: number])[];
}

const plain: Sight = { classes: 6, hole: 40, isSupported: true, ratio: 0, isSearched: false, at: [[150, 150]] };
const sights: readonly Sight[] = [
  ...SLOT_COUNTS.flatMap((classes) => [
    { ...plain, classes },
    { ...plain, classes, isSupported: false },
  ]),
  { ...plain, hole: 12, ratio: 0.5 },
  { ...plain, hole: 120, ratio: 0.5 },
  { ...plain, hole: 120, isSupported: false },
  {
    ...plain,
    hole: 16,
    at: [
      [4, 4],
      [376, 4],
      [376, 300],
    ],
  },
  ...[2, 4, 8].map((classes) => ({ ...plain, classes, isSearched: true })),
  { ...plain, hole: 120, isSearched: true },
  { ...plain, isSupported: false, isSearched: true },
];

/**
 * Runs made-up requests of every kind once, for an engine that compiles a program for every new shape: all numbers of slots, both
 * sizes of windows, small and large holes, with support and without, and searches where the model has rules for them. What comes
 * later finds its programs compiled. `onProgress` hears how much is done, 0..1.
 */
export async function meetRequests(model: LoadedModel, onProgress: (progress: number) => void): Promise<void> {
  const cache = createWindowCache(model);
  try {
    for (const [i, sight] of sights.entries()) {
      await meet(cache, sight, model.finding !== null && sight.isSearched);
      onProgress((i + 1) / sights.length);
    }
  } finally {
    cache.dispose();
  }
}

async function meet(cache: ReturnType<typeof createWindowCache>, sight: Sight, search: boolean): Promise<void> {
  const { classes, hole, at, isSupported, ratio } = sight;
  const proceed = async (): Promise<void> => {};
  const labels = Uint16Array.from({ length: WIDTH * HEIGHT }, (_, p) => ((p % WIDTH) >> 3) % classes);
  const image = imageOf(labels, classes);
  const support = isSupported ? sureOf(classes) : null;
  cache.setImage(image);
  const mask = new Uint8Array(labels.length);
  for (const [x, y] of at) {
    for (let row = y; row < y + hole; row++) mask.fill(1, row * WIDTH + x, row * WIDTH + x + hole);
  }
  const given = { width: WIDTH, height: HEIGHT, ignoredIds: [], lockedIds: [] };
  const of = { ...given, imageKey: image.imageKey, documentVersion: 0, seed: 1 };
  const request: ReconstructionRequest = {
    ...of,
    ...cutRequest({
      ...{ ...given, labels, mask: tiledMask({ width: WIDTH, height: HEIGHT, data: mask }) },
      hints: emptyTiledMask(WIDTH, HEIGHT),
    }),
    ...{ ratio, passes: 2 },
  };
  for await (const _ of reconstruct(cache, image, request, support, proceed));
  if (!search) return;
  // The hole as an error.
  const wrong = labels.map((id, p) => (mask[p] === 1 ? (id + 1) % classes : id));
  const find: FindRequest = { ...of, labels: wrong, excluded: new Uint8Array(labels.length) };
  await findErrors(cache, image, find, support, proceed, () => {});
}

function imageOf(labels: Uint16Array, classes: number): WorkImage {
  const rgba = new Uint8ClampedArray(4 * labels.length).fill(255);
  labels.forEach((id, p) => {
    rgba[4 * p] = (255 * id) / classes;
  });
  return { imageKey: `${classes} stripes`, width: WIDTH, height: HEIGHT, rgba };
}

/** Support that is sure of the stripes. */
function sureOf(classes: number): SupportMap {
  const [columns, rows] = [WIDTH / 8, HEIGHT / 8];
  const probabilities = new Float32Array(classes * rows * columns).fill(0.1 / classes);
  for (let cell = 0; cell < rows * columns; cell++) {
    probabilities[((cell % columns) % classes) * rows * columns + cell] += 0.9;
  }
  return { classes: Array.from({ length: classes }, (_, id) => id), rows, columns, probabilities };
}
