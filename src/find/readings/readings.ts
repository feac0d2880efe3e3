import { NO_SLOT } from "../../model/labels";
import { LEAST_PROBABILITY, type Opinion, spread } from "../probe/posteriors";
import { pureCells } from "../probe/sums";
import { VOID } from "../window";
import type { Completion } from "./predict";

/** The probe is heard in full of a pixel around which so much of the cells is of one class. */
export const FULL_PURITY = 1 / 3;

/** What some passes say at every pixel where they hide it. */
export interface Reading {
  /** Log probability of the given label, 0 where never hidden. */
  readonly given: Float32Array;
  /** Log probability of the likeliest other class, less that. */
  readonly margin: Float32Array;
  /** Share of those passes that hide the pixel. */
  readonly share: Float32Array;
}

/** The bands along class boundaries as they come out rebuilt; outside them the given label, and zeros. */
export interface Band {
  readonly label: Int32Array;
  /** Log probability of the new label, less that of the given one. */
  readonly margin: Float32Array;
}

/** Collects what the passes of one reading say, one by one. */
export interface Reader {
  /** hidden: 1 where this pass did not show the label. */
  add(answer: Completion, hidden: Uint8Array): void;
  /** The mean over the passes that hide a pixel. */
  read(): Reading;
}

/** @param slots the given label as slots, NO_SLOT or UNKNOWN; `count` of them are in use. */
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
        reading.given[i] = clampedLog(agreed[i] / times[i]);
        reading.margin[i] = clampedLog(best / times[i]) - reading.given[i];
        reading.share[i] = times[i] / passes;
      }
      return reading;
    },
  };
}

/** The likeliest visible class where a band was hidden. classes[k] is slot k's id. */
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

/** Of a label without a boundary. */
export function noBand(label: Int32Array): Band {
  return { label: label.slice(), margin: new Float32Array(label.length) };
}

/**
 * The probe's opinion of a label; it says nothing of a class it does not know, nor when it knows no other, nor of what is
 * finer than the cells that it was taught with, such as a lamp post.
 */
export function readProbe({ classes, logs }: Opinion, label: Int32Array): Reading {
  const reading = emptyReading(label.length);
  if (classes.length < 2) return reading;
  const place = new Map(classes.map((id, k) => [id, k]));
  const heard = purity(label).map((share) => Math.min(1, share / FULL_PURITY));
  for (let i = 0; i < label.length; i++) {
    const own = label[i] === VOID ? undefined : place.get(label[i]);
    if (own === undefined) continue;
    let best = Math.log(LEAST_PROBABILITY);
    for (let k = 0; k < logs.length; k++) if (k !== own) best = Math.max(best, logs[k][i]);
    reading.given[i] = heard[i] * logs[own][i];
    reading.margin[i] = heard[i] * (best - logs[own][i]);
    reading.share[i] = heard[i];
  }
  return reading;
}

/** How much the cells around each pixel of a square label show its class only, 0..1: bilinear between the cells' centres. */
function purity(label: Int32Array): Float32Array {
  const size = Math.sqrt(label.length);
  const cells = pureCells(label, size);
  const result = new Float32Array(label.length);
  for (const id of new Set(cells)) {
    const share = spread(
      Float64Array.from(cells, (shown) => (shown === id ? 1 : 0)),
      size,
    );
    for (let i = 0; i < result.length; i++) if (label[i] === id) result[i] = share[i];
  }
  return result;
}

function emptyReading(pixels: number): Reading {
  const raster = () => new Float32Array(pixels);
  return { given: raster(), margin: raster(), share: raster() };
}

function clampedLog(probability: number): number {
  return Math.log(Math.max(probability, LEAST_PROBABILITY));
}
