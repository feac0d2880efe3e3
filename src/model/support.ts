/**
 * What other labelled images of the data set say of a window's slots, as the network reads it. The twin of
 * `training/lmae/model/support.py`.
 */
import type { Tensor4D } from "@tensorflow/tfjs-core";
import * as tf from "@tensorflow/tfjs-core";
import { doubled, type Raster } from "./raster";

/** Rasters a slot gets: its probability, the logarithm of that scaled to 0..1, and that there is support at all. */
export const SUPPORT_CHANNELS = 3;
/** Probabilities below this count as this. */
const LEAST_POSTERIOR = 1e-3;

/** Class posteriors of a window by slot. */
export interface SlotSupport {
  /** [K + 1, h8 * w8]: of the slots, then of all classes without a slot. They sum to 1. */
  readonly posteriors: Float32Array;
  /** [K], 1 = a candidate: the slot takes part although its class may be visible nowhere in the window. */
  readonly candidates: Uint8Array;
}

/** The evidence of support as tensors. */
export type Evidence = {
  /** stride -> [SUPPORT_CHANNELS, K, h, w] of the slots. */
  readonly slots: Readonly<Record<4 | 8, Tensor4D>>;
  /** [1, h8, w8, SUPPORT_CHANNELS] of the classes without a slot. */
  readonly others: Tensor4D;
  /** [1, h8, w8, K + 1]: the logarithms of the slots, 0 at "other". */
  readonly logs: Tensor4D;
};

/** The posteriors of a window of columns x rows cells -> what the network reads of them. */
export function supportEvidence({ posteriors, candidates }: SlotSupport, columns: number, rows: number): Evidence {
  const [slots, cells] = [candidates.length, columns * rows];
  if (posteriors.length !== (slots + 1) * cells) {
    throw new Error(`Support has ${posteriors.length} posteriors for ${slots} slots of ${columns}x${rows} cells.`);
  }
  const log = posteriors.map((p) => 1 - Math.log(Math.max(p, LEAST_POSTERIOR)) / Math.log(LEAST_POSTERIOR));
  const read = new Float32Array(SUPPORT_CHANNELS * slots * cells).fill(1);
  read.set(posteriors.subarray(0, slots * cells));
  read.set(log.subarray(0, slots * cells), slots * cells);
  const others = new Float32Array(SUPPORT_CHANNELS * cells).fill(1);
  const logs = new Float32Array((slots + 1) * cells);
  for (let cell = 0; cell < cells; cell++) {
    others[SUPPORT_CHANNELS * cell] = posteriors[slots * cells + cell];
    others[SUPPORT_CHANNELS * cell + 1] = log[slots * cells + cell];
    for (let slot = 0; slot < slots; slot++) logs[(slots + 1) * cell + slot] = log[slot * cells + cell];
  }
  const raster8: Raster = { values: read, planes: SUPPORT_CHANNELS * slots, width: columns, height: rows };
  const toTensor = ({ values, width, height }: Raster): Tensor4D =>
    tf.tensor4d(values, [SUPPORT_CHANNELS, slots, height, width]);
  return {
    slots: { 8: toTensor(raster8), 4: toTensor(doubled(raster8)) },
    others: tf.tensor4d(others, [1, rows, columns, SUPPORT_CHANNELS]),
    logs: tf.tensor4d(logs, [1, rows, columns, slots + 1]),
  };
}
