/** Judging an image by its other quarters too, so that what looks like no other image is not strange to itself. */

import { VOID } from "../window";
import { type Classifier, discriminant, LEAST_CELLS } from "./discriminant";
import type { Place } from "./setting";
import { addSums, emptySums, type LabelledCells, type Sums, sumsOf } from "./sums";

export const QUADRANTS = 4;
/**
 * A kept cell of the image itself counts as so many of others while these are FEW: nothing looks like an image as that
 * image does. Among many others some do, and they have not made its mistakes: it falls with the square of their number.
 */
export const OWN_WEIGHT = 12;
export const FEW = 16;

/** Labelled cells of an image, and the quarter of the picture that each lies in. */
export interface PlacedCells extends LabelledCells {
  readonly quarters: Uint8Array;
}

/** Which quarter of the picture, 0 to 3, each of a window's side * side cells has its middle in. */
export function quartersOf({ top, left, bottom, right }: Place, side: number): Uint8Array {
  const beyond = (from: number, to: number, i: number) => (from + ((i + 0.5) / side) * (to - from) > 0.5 ? 1 : 0);
  return Uint8Array.from(
    { length: side * side },
    (_, cell) => 2 * beyond(top, bottom, Math.floor(cell / side)) + beyond(left, right, cell % side),
  );
}

/**
 * Of each quarter of a picture: what other images and the other quarters taught, by linear discriminant analysis. All know
 * the same classes; of one that is seen in that quarter only they know it from there.
 * @param images how many there are, this one included.
 */
export function quarterClassifiers(others: Sums | null, own: PlacedCells | null, images: number): Classifier[] {
  if (!own || own.ids.length === 0) return new Array<Classifier>(QUADRANTS).fill(discriminant(others ?? emptySums(0)));
  const weight = OWN_WEIGHT * Math.min(1, FEW / images) ** 2;
  const base = others ?? emptySums(own.features.channels);
  const parts = Array.from({ length: QUADRANTS }, (_, quarter) => sumsWhere(own, (_id, at) => at === quarter));
  const times = (sums: Sums, id: number): number => sums.classes.get(id)?.count ?? 0;
  const cells = (id: number, of: readonly Sums[]): number => of.reduce((n, sums) => n + times(sums, id), 0);
  const ids = new Set([...base.classes.keys(), ...own.ids]);
  const known = [...ids].filter((id) => cells(id, [base, ...parts]) >= LEAST_CELLS).sort((a, b) => a - b);
  return parts.map((part, quarter) => {
    const away = parts.filter((_, other) => other !== quarter);
    const isLacking = (id: number): boolean => cells(id, [base, ...away]) < LEAST_CELLS;
    let sums = away.reduce((all, one) => addSums(all, one, weight), base);
    if ([...part.classes.keys()].some(isLacking)) {
      sums = addSums(
        sums,
        sumsWhere(own, (id, at) => at === quarter && isLacking(id)),
        weight,
      );
    }
    return discriminant(sums, known);
  });
}

function sumsWhere({ features, ids, quarters }: PlacedCells, heard: (id: number, quarter: number) => boolean): Sums {
  return sumsOf({ features, ids: ids.map((id, i) => (heard(id, quarters[i]) ? id : VOID)) });
}
