/** The cells of windows, 8 x 8 px each, as examples that classifiers learn from. */
import { VOID } from "../window";
import { CELL } from "./posteriors";
import { type PlacedCells, quadrantsOf } from "./quadrants";
import type { Place } from "./setting";
import { type CellFeatures, type LabelledCells, pureCells, rowsOf } from "./sums";

/** Of the cells of a window every such is kept, to train MLPs on and to try temperatures. */
export const KEPT = 3;

/** A window to learn from or to say the posteriors of. */
export interface TrainingWindow {
  /** Where it lies in its image. */
  readonly place: Place;
  /** [size / 8 * size / 8, channels] */
  readonly features: CellFeatures;
  /** The label as given: ids or VOID, size * size. */
  readonly label: Int32Array;
  /** Side, px. */
  readonly size: number;
}

/** All cells of a window. */
export function cellsOf({ features, label, size, place }: TrainingWindow): PlacedCells {
  return { features, ids: pureCells(label, size), quadrants: quadrantsOf(place, size / CELL) };
}

/** Every KEPTth cell of each window, without those that show no single class. There is at least one window. */
export function keptOf(windows: readonly PlacedCells[]): PlacedCells {
  const { channels } = windows[0].features;
  const values: Float32Array[] = [];
  const ids: number[] = [];
  const quadrants: number[] = [];
  for (const window of windows) {
    for (let cell = 1; cell < window.ids.length; cell += KEPT) {
      if (window.ids[cell] === VOID) continue;
      values.push(window.features.values.subarray(cell * channels, (cell + 1) * channels));
      ids.push(window.ids[cell]);
      quadrants.push(window.quadrants[cell]);
    }
  }
  return {
    features: { values: concatenated(values), channels },
    ids: Int32Array.from(ids),
    quadrants: Uint8Array.from(quadrants),
  };
}

/** The cells of all parts, null of none. */
export function joinedCells(parts: readonly LabelledCells[]): LabelledCells | null {
  if (parts.length === 0) return null;
  const values = concatenated(parts.map(({ features }) => features.values));
  return {
    features: { values, channels: parts[0].features.channels },
    ids: Int32Array.from(parts.flatMap(({ ids }) => [...ids])),
  };
}

/** Those cells that show one of the classes. */
export function knownCells(classes: readonly number[], { features, ids }: LabelledCells): LabelledCells {
  const cells = [...ids.keys()].filter((cell) => classes.includes(ids[cell]));
  if (cells.length === ids.length) return { features, ids };
  return { features: rowsOf(features, cells), ids: Int32Array.from(cells, (cell) => ids[cell]) };
}

/** Those cells that lie in a quadrant. */
export function cellsInQuadrant({ features, ids, quadrants }: PlacedCells, quadrant: number): LabelledCells {
  const cells = numbersInQuadrant(quadrants, quadrant);
  return { features: rowsOf(features, cells), ids: Int32Array.from(cells, (cell) => ids[cell]) };
}

/** The numbers of the cells that lie in a quadrant. */
export function numbersInQuadrant(quadrants: Uint8Array, quadrant: number): number[] {
  return [...quadrants.keys()].filter((cell) => quadrants[cell] === quadrant);
}

function concatenated(parts: readonly Float32Array[]): Float32Array {
  const all = new Float32Array(parts.reduce((length, part) => length + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}
