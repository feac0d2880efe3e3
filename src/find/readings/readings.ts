import { NO_SLOT } from "../../model/labels";
import { pureCells } from "../../support/cells";
import { type ClassPosteriors, LEAST_PROBABILITY, upsampleCells } from "../posteriors";
import { VOID } from "../window";
import type { Completion } from "./predict";

/** Support counts in full at a pixel around which this share of the cells shows the pixel's class only. */
export const FULL_PURITY = 1 / 3;

/** What the passes of one kind say of the given label, at the pixels that they hide. Rasters of size * size. */
export interface Reading {
  /** Log probability of the given label; 0 where it was never hidden. */
  readonly selfConfidence: Float32Array;
  /** Log probability of the likeliest other class, less that. */
  readonly margin: Float32Array;
  /** Share of the passes that hide the pixel, 0..1. */
  readonly coverage: Float32Array;
}

/** The label with the bands along its class boundaries as the model completes them. Rasters of size * size. */
export interface Band {
  /** Class ids or VOID: the given label outside the bands. */
  readonly label: Int32Array;
  /** Log probability of the new label, less that of the given one; 0 outside the bands. */
  readonly margin: Float32Array;
}

/** Averages the passes of one reading, which come one by one. */
export interface Reader {
  /** @param hidden size * size, 1 where this pass did not show the label. */
  add(completion: Completion, hidden: Uint8Array): void;
  /** The mean over the passes that hide a pixel. */
  read(): Reading;
}

/** @param slots the given label as slots, NO_SLOT or UNKNOWN; `count` slots are in use. */
export function createReader(slots: Uint8Array, count: number): Reader {
  const total = new Float32Array(slots.length * count);
  const agreed = new Float32Array(slots.length);
  const times = new Float32Array(slots.length);
  let passes = 0;
  return {
    add({ values, channels }, hidden) {
      passes++;
      const visible = new Uint8Array(256);
      for (let i = 0; i < slots.length; i++) if (hidden[i] === 0) visible[slots[i]] = 1;
      for (let i = 0; i < slots.length; i++) {
        if (hidden[i] === 0) continue;
        const first = i * channels;
        times[i]++;
        for (let k = 0; k < count; k++) total[i * count + k] += values[first + k];
        if (slots[i] >= NO_SLOT) continue;
        const own = values[first + slots[i]];
        // "Other" counts as agreement where the given class is visible nowhere else in that pass.
        agreed[i] += visible[slots[i]] === 1 ? own : Math.max(own, values[first + channels - 1]);
      }
    },
    read() {
      const reading = emptyReading(slots.length);
      for (let i = 0; i < slots.length; i++) {
        if (slots[i] >= NO_SLOT || times[i] === 0) continue;
        let best = 0;
        for (let k = 0; k < count; k++) if (k !== slots[i]) best = Math.max(best, total[i * count + k]);
        reading.selfConfidence[i] = clampedLog(agreed[i] / times[i]);
        reading.margin[i] = clampedLog(best / times[i]) - reading.selfConfidence[i];
        reading.coverage[i] = times[i] / passes;
      }
      return reading;
    },
  };
}

/** The likeliest class wherever a band was `hidden` (1). `slots` as for `createReader`; classes[k] is slot k's id. */
export function readBand(
  { values, channels }: Completion,
  label: Int32Array,
  hidden: Uint8Array,
  slots: Uint8Array,
  classes: readonly number[],
): Band {
  const band = noBand(label);
  for (let i = 0; i < slots.length; i++) {
    if (hidden[i] === 0 || slots[i] >= NO_SLOT) continue;
    const first = i * channels;
    let best = 0;
    for (let k = 1; k < classes.length; k++) if (values[first + k] > values[first + best]) best = k;
    band.label[i] = classes[best];
    band.margin[i] = clampedLog(values[first + best]) - clampedLog(values[first + slots[i]]);
  }
  return band;
}

/** Of a label without a class boundary. */
export function noBand(label: Int32Array): Band {
  return { label: label.slice(), margin: new Float32Array(label.length) };
}

/**
 * Support's posteriors of a label, size * size ids or VOID. All 0 where the label's class is not known to support and
 * when it knows no other. Weaker where the label is finer than the cells that support learnt from, such as a lamp post.
 */
export function readSupport({ classes, logs }: ClassPosteriors, label: Int32Array): Reading {
  const reading = emptyReading(label.length);
  if (classes.length < 2) return reading;
  const rasterOf = new Map(classes.map((id, k) => [id, k]));
  const weights = purity(label).map((share) => Math.min(1, share / FULL_PURITY));
  for (let i = 0; i < label.length; i++) {
    const own = label[i] === VOID ? undefined : rasterOf.get(label[i]);
    if (own === undefined) continue;
    let best = Math.log(LEAST_PROBABILITY);
    for (let k = 0; k < logs.length; k++) if (k !== own) best = Math.max(best, logs[k][i]);
    reading.selfConfidence[i] = weights[i] * logs[own][i];
    reading.margin[i] = weights[i] * (best - logs[own][i]);
    reading.coverage[i] = weights[i];
  }
  return reading;
}

/** The share of the cells around each pixel that show the pixel's class only, 0..1: bilinear between the cells' centres. */
function purity(label: Int32Array): Float32Array {
  const size = Math.sqrt(label.length);
  const cells = pureCells(label, size, size);
  const result = new Float32Array(label.length);
  for (const id of new Set(cells)) {
    const pure = Float64Array.from(cells, (shown) => (shown === id ? 1 : 0));
    const share = upsampleCells(pure, size);
    for (let i = 0; i < result.length; i++) if (label[i] === id) result[i] = share[i];
  }
  return result;
}

function emptyReading(pixels: number): Reading {
  const raster = () => new Float32Array(pixels);
  return { selfConfidence: raster(), margin: raster(), coverage: raster() };
}

function clampedLog(probability: number): number {
  return Math.log(Math.max(probability, LEAST_PROBABILITY));
}
