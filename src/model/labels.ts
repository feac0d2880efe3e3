import type { Tensor1D, Tensor4D } from "@tensorflow/tfjs-core";
import * as tf from "@tensorflow/tfjs-core";
import type { LmaeConfig } from "./config";
import { halve, toFloat } from "./ops";
import { rivals } from "./rivals";

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
}

/** Rasters by stride. */
export type Levels = Readonly<Record<number, Tensor4D>>;

/** The visible label and the prior as the network sees them, at full resolution (1) and pooled. */
export type Labels = {
  /** stride -> [1, h, w, K], share of the cell's pixels that show the slot. */
  readonly own: Levels;
  /** stride -> [1, h, w, 1], share that shows any label. */
  readonly known: Levels;
  /** stride -> [1, h, w, K], nearest-label prior. */
  readonly prior: Levels;
  /** The same at strides 1 and 8, fading slowly: the prior of wide holes. */
  readonly far: Levels;
  /** Where a slot stands against its nearest rival (`rivals`), at strides 2, 4 and 8: [1, h, w, K] both. */
  readonly lead: Levels;
  readonly width: Levels;
  /** How near the two nearest slots are (`rivals`), at stride 2: [1, h, w, 1]. */
  readonly between: Tensor4D;
  /** [K], 1 = the slot is visible somewhere in the window. */
  readonly valid: Tensor1D;
};

/** Plain rasters -> `Labels`. */
export function prepareLabels(config: LmaeConfig, input: WindowInput): Labels {
  const shape: [number, number, number] = [1, input.height, input.width];
  const oneHot = (ids: Uint8Array): Tensor4D =>
    toFloat(tf.oneHot(tf.tensor(Int32Array.from(ids), shape, "int32"), input.slots) as Tensor4D);
  const own = oneHot(input.given);
  const known = tf.tensor4d(
    Float32Array.from(input.given, (id) => (id === UNKNOWN ? 0 : 1)),
    [...shape, 1],
  );
  const copied = oneHot(input.nearest);
  const fading = (length: number): Tensor4D => {
    const fade = Float32Array.from(input.distance, (d) => Math.exp(-d / length));
    return tf.mul(copied, tf.tensor4d(fade, [...shape, 1]));
  };
  const far = fading(config.farLength);
  const against = rivals(input.given, input.width, input.height, input.slots);
  const fromStride2 = (raster: Float32Array): Levels => {
    const level2 = tf.tensor4d(raster, [1, input.height / 2, input.width / 2, input.slots]);
    const level4 = halve(level2);
    return { 2: level2, 4: level4, 8: halve(level4) };
  };
  return {
    own: pyramid(own),
    known: pyramid(known),
    prior: pyramid(fading(config.priorLength)),
    far: { 1: far, 8: tf.avgPool(far, 8, 8, "valid") },
    lead: fromStride2(against.lead),
    width: fromStride2(against.width),
    between: tf.tensor4d(against.between, [1, input.height / 2, input.width / 2, 1]),
    valid: tf.tensor1d(Float32Array.from(shownSlots(input))),
  };
}

/** Which slots `given` shows: 1 a slot. */
export function shownSlots({ given, slots }: WindowInput): Uint8Array {
  const shown = new Uint8Array(slots);
  for (const slot of given) if (slot < slots) shown[slot] = 1;
  return shown;
}

function pyramid(full: Tensor4D): Levels {
  const levels: Record<number, Tensor4D> = { 1: full };
  for (const stride of [2, 4, 8, 16]) levels[stride] = halve(levels[stride / 2]);
  return levels;
}
