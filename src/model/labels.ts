import type { Tensor1D, Tensor2D, Tensor3D, Tensor4D } from "@tensorflow/tfjs-core";
import * as tf from "@tensorflow/tfjs-core";
import { cutRaster } from "../core/cutRaster";
import type { Rect } from "../core/rect";
import type { LmaeConfig } from "./config";
import { holeShape } from "./holeShape";
import { hasKernel } from "./kernels/kernel";
import { PLACE, placeBySlot } from "./kernels/place";
import { halved, type Raster } from "./raster";
import { rivals } from "./rivals";
import { type Evidence, type SlotSupport, supportEvidence } from "./support";

/** Value of `given` where no label is visible. */
export const UNKNOWN = 255;
/** Value of `given` where a label is visible whose class has no slot. */
export const NO_SLOT = 254;

/** The label of one window as plain rasters, row by row; width and height are multiples of the patch. */
export interface WindowInput {
  readonly width: number;
  readonly height: number;
  /** Slot index at known pixels, NO_SLOT where the class has none, UNKNOWN elsewhere. */
  readonly given: Uint8Array;
  /** `given` of the nearest known pixel; UNKNOWN when nothing is known. */
  readonly nearest: Uint8Array;
  /** Distance to that pixel, px. */
  readonly distance: Float32Array;
  /** K: slots 0..K-1 may occur in `given`. */
  readonly slots: number;
  /** What other labelled images say of the slots; null: nothing. Networks that cannot listen to it ignore it. */
  readonly support: SlotSupport | null;
}

/** Rasters by stride. */
type Levels = Readonly<Record<2 | 4 | 8, Tensor4D>>;

/**
 * The visible label as the network sees it, pooled to every stride. Made in plain code: a pixel shows one slot, so that counting
 * costs a step a pixel where an engine would pool [H, W, K] floats.
 */
export type VisibleLabels = {
  /** stride -> [K, h, w, 1], share of the cell's pixels that show the slot. */
  readonly own: Levels;
  /** stride -> [1, h, w, 1], share that shows any label. */
  readonly known: Levels;
  /** [K, N16, 1], 1 = the patch shows the slot. */
  readonly seen: Tensor3D;
  /** [N16, 2]: the share of a patch that is known, and how many slots it shows. */
  readonly patches: Tensor2D;
  /** [K], 1 = the slot is visible somewhere in the window, or a candidate of support. */
  readonly valid: Tensor1D;
  /** Undefined without support: then nothing of it is computed. */
  readonly support: Evidence | undefined;
};

/** What an answer for hidden pixels needs beside. */
export type Labels = VisibleLabels & {
  /** How the hole lies between two classes (`holeShape`), [1, h8, w8, 3]. */
  readonly hole: Tensor4D;
};

/** A label's rasters before any of them is given to the engine, which gets of the large ones only the parts it reads. */
export interface LabelRasters {
  readonly shares: Shares;
  /**
   * stride -> C rasters of K planes, what the decoder reads of every slot: the nearest-label prior, `own`, at stride 8 the
   * prior that fades slowly, and where the slot stands against its nearest rival (`rivals`: lead, width).
   */
  readonly channels: Readonly<Record<2 | 4 | 8, readonly Raster[]>>;
  /** As `Rivals`. */
  readonly between: Float32Array;
}

/** Of every pixel, [H * W], the value of its nearest slot, 0 where there is none: the prior, and the one that fades slowly. */
export interface PriorRasters {
  readonly near: Float32Array;
  readonly far: Float32Array;
}

/** At full resolution, [1, h, w, K + 1] of a part of a window (nothing at "other"). */
export type Priors = { readonly near: Tensor4D; readonly far: Tensor4D };

/** Plain rasters -> `VisibleLabels`. */
export function visibleLabels(config: LmaeConfig, input: WindowInput): VisibleLabels {
  return upload(config, input, sharesOf(input));
}

/** The nearest-label priors of a window. */
export function priorRasters(config: LmaeConfig, { nearest, distance, slots }: WindowInput): PriorRasters {
  const [near, far] = [new Float32Array(distance.length), new Float32Array(distance.length)];
  for (let i = 0; i < distance.length; i++) {
    if (nearest[i] >= slots) continue;
    const away = distance[i];
    near[i] = away === 0 ? 1 : Math.exp(-away / config.priorLength);
    far[i] = away === 0 ? 1 : Math.exp(-away / config.farLength);
  }
  return { near, far };
}

/** The rasters of a window's label, for answers about its hidden pixels. */
export function labelRasters(input: WindowInput, priors: PriorRasters): LabelRasters {
  const { width, height, slots, given, nearest } = input;
  const [columns, rows] = [width / 2, height / 2];
  const shares = sharesOf(input);
  // Where a label is visible the priors are it.
  const [near, far] = [shares.own[2].values.slice(), shares.own[2].values.slice()];
  for (let y = 0, i = 0; y < height; y++) {
    for (let x = 0; x < width; x++, i++) {
      if (given[i] !== UNKNOWN || nearest[i] >= slots) continue;
      const at = nearest[i] * columns * rows + (y >> 1) * columns + (x >> 1);
      near[at] += 0.25 * priors.near[i];
      far[at] += 0.25 * priors.far[i];
    }
  }
  const { lead, width: gap, between } = rivals(given, width, height, slots);
  const pyramids = [near, far, lead, gap].map((values) => pyramid(level(input, slots, values)));
  const [nears, fars, leads, gaps] = pyramids;
  const at = (stride: 2 | 4 | 8): Raster[] =>
    [nears, shares.own, ...(stride === 8 ? [fars] : []), leads, gaps].map((one) => one[stride]);
  return { shares, channels: { 2: at(2), 4: at(4), 8: at(8) }, between };
}

/** `LabelRasters` -> `Labels`. */
export function prepareLabels(config: LmaeConfig, input: WindowInput, { shares, between }: LabelRasters): Labels {
  return { ...upload(config, input, shares), hole: holeShape(between, shares.known[2]) };
}

/** The priors of a part of the window (px), each at the slot that is nearest. */
export function placedPriors(rasters: PriorRasters, { slots, nearest, width }: WindowInput, part: Rect): Priors {
  const columns = slots + 1;
  const shape = [1, part.height, part.width, columns] as const;
  const slotOf = cutRaster(nearest, width, part);
  const places = hasKernel(PLACE) ? tf.tensor1d(new Float32Array(slotOf)) : null;
  const placed = (raster: Float32Array): Tensor4D => {
    const values = cutRaster(raster, width, part);
    if (places) return tf.reshape(placeBySlot(tf.tensor1d(values), places, columns), [...shape]);
    const all = new Float32Array(values.length * columns);
    for (let i = 0; i < values.length; i++) if (slotOf[i] < slots) all[i * columns + slotOf[i]] = values[i];
    return tf.tensor4d(all, [...shape]);
  };
  return { near: placed(rasters.near), far: placed(rasters.far) };
}

/** The share of every cell's pixels that show each slot, and of those that show any label. */
interface Shares {
  readonly own: Pyramid;
  readonly known: Pyramid;
}

function sharesOf(input: WindowInput): Shares {
  const { width, height, slots } = input;
  const [columns, rows] = [width / 2, height / 2];
  const [own, known] = [level(input, slots), level(input, 1)];
  for (let y = 0, i = 0; y < height; y++) {
    for (let x = 0; x < width; x++, i++) {
      const cell = (y >> 1) * columns + (x >> 1);
      const id = input.given[i];
      if (id !== UNKNOWN) known.values[cell] += 0.25;
      if (id < slots) own.values[id * columns * rows + cell] += 0.25;
    }
  }
  return { own: pyramid(own), known: pyramid(known) };
}

function upload(config: LmaeConfig, input: WindowInput, { own, known }: Shares): VisibleLabels {
  const { width, height, slots } = input;
  const support = config.support ? input.support : null;
  const own16 = halved(own[8]);
  return {
    own: levels((stride) => toTensor(own[stride])),
    known: levels((stride) => toTensor(known[stride])),
    seen: tf.tensor3d(
      own16.values.map((share) => (share > 0 ? 1 : 0)),
      [slots, own16.width * own16.height, 1],
    ),
    patches: patchShares(own16, halved(known[8])),
    valid: tf.tensor1d(Float32Array.from(slotsTakingPart({ ...input, support }))),
    support: support ? supportEvidence(support, width / 8, height / 8) : undefined,
  };
}

/** Which slots `given` shows: 1 a slot. */
export function shownSlots({ given, slots }: WindowInput): Uint8Array {
  return Uint8Array.from({ length: slots }, (_, slot) => (given.includes(slot) ? 1 : 0));
}

/** Which slots take part in an answer: those that `given` shows, and the candidates of support. 1 a slot. */
export function slotsTakingPart(input: WindowInput): Uint8Array {
  return shownSlots(input).map((shown, slot) => shown | (input.support?.candidates[slot] ?? 0));
}

/** Planes at stride 2. */
function level({ width, height }: WindowInput, planes: number, values?: Float32Array): Raster {
  const [columns, rows] = [width / 2, height / 2];
  return { values: values ?? new Float32Array(planes * columns * rows), planes, width: columns, height: rows };
}

function levels(make: (stride: 2 | 4 | 8) => Tensor4D): Levels {
  return { 2: make(2), 4: make(4), 8: make(8) };
}

type Pyramid = Readonly<Record<2 | 4 | 8, Raster>>;

function pyramid(level2: Raster): Pyramid {
  const level4 = halved(level2);
  return { 2: level2, 4: level4, 8: halved(level4) };
}

/** [planes, h, w, 1]. */
function toTensor({ values, planes, width, height }: Raster): Tensor4D {
  return tf.tensor4d(values, [planes, height, width, 1]);
}

function patchShares(own: Raster, known: Raster): Tensor2D {
  const cells = known.values.length;
  const shares = new Float32Array(2 * cells);
  for (let i = 0; i < cells; i++) shares[2 * i] = known.values[i];
  own.values.forEach((share, i) => {
    if (share > 0) shares[2 * (i % cells) + 1]++;
  });
  return tf.tensor2d(shares, [cells, 2]);
}
