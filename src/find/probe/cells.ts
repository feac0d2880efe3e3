/** The cells of windows, 8 x 8 px each, as examples that classifiers learn from. */
import {
  CELL,
  type CellFeatures,
  concatenated,
  type LabelledCells,
  pureCells,
  rowsOf,
  VOID,
} from "../../support/cells";
import { type PlacedCells, quadrantsOf } from "./quadrants";
import type { Place } from "./setting";

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
  return { features, ids: pureCells(label, size, size), quadrants: quadrantsOf(place, size / CELL) };
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

/** Those cells that lie in a quadrant. */
export function cellsInQuadrant({ features, ids, quadrants }: PlacedCells, quadrant: number): LabelledCells {
  const cells = numbersInQuadrant(quadrants, quadrant);
  return { features: rowsOf(features, cells), ids: Int32Array.from(cells, (cell) => ids[cell]) };
}

/** The numbers of the cells that lie in a quadrant. */
export function numbersInQuadrant(quadrants: Uint8Array, quadrant: number): number[] {
  return [...quadrants.keys()].filter((cell) => quadrants[cell] === quadrant);
}
