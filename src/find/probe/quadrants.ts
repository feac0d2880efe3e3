/**
 * Classifiers for the four quadrants of an image, each learnt from other images and from the image's other quadrants: an
 * image unlike all others is still known by itself, and no wrong label vouches for itself.
 */
import { type LabelledCells, VOID } from "../../support/cells";
import { LEAST_CELLS } from "../../support/folds";
import { type Classifier, discriminant } from "./discriminant";
import type { Place } from "./setting";
import { addSums, emptySums, type Sums, sumsOf } from "./sums";

/** Quarters of an image: two by two. */
export const QUADRANTS = 4;
/**
 * A kept cell of the image itself weighs as much as so many cells of other images while there are at most FEW: nothing
 * looks like an image as that image does. Among many others some do, and they have other mistakes: the weight falls with
 * the square of the number of images.
 */
export const OWN_WEIGHT = 12;
export const FEW = 16;

/** Labelled cells of an image, and the quadrant of it that each lies in: 0 to 3, row by row. */
export interface PlacedCells extends LabelledCells {
  readonly quadrants: Uint8Array;
}

/** In which quadrant of the image each of a window's side * side cells has its centre. */
export function quadrantsOf({ top, left, bottom, right }: Place, side: number): Uint8Array {
  const beyond = (from: number, to: number, i: number) => (from + ((i + 0.5) / side) * (to - from) > 0.5 ? 1 : 0);
  return Uint8Array.from(
    { length: side * side },
    (_, cell) => 2 * beyond(top, bottom, Math.floor(cell / side)) + beyond(left, right, cell % side),
  );
}

/**
 * A linear discriminant for each quadrant of an image, from the sums of other images and of the image's other quadrants.
 * All four know the same classes: a class that is seen in one quadrant only is learnt there even for that quadrant.
 * @param others null when there is no other image.
 * @param own null when nothing was learnt from the image.
 * @param images how many there are, this one included.
 */
export function quadrantClassifiers(others: Sums | null, own: PlacedCells | null, images: number): Classifier[] {
  if (!own || own.ids.length === 0) return new Array<Classifier>(QUADRANTS).fill(discriminant(others ?? emptySums(0)));
  const weight = OWN_WEIGHT * Math.min(1, FEW / images) ** 2;
  const base = others ?? emptySums(own.features.channels);
  const parts = Array.from({ length: QUADRANTS }, (_, quadrant) => sumsWhere(own, (_id, at) => at === quadrant));
  const times = (sums: Sums, id: number): number => sums.classes.get(id)?.count ?? 0;
  const cells = (id: number, of: readonly Sums[]): number => of.reduce((n, sums) => n + times(sums, id), 0);
  const ids = new Set([...base.classes.keys(), ...own.ids]);
  const known = [...ids].filter((id) => cells(id, [base, ...parts]) >= LEAST_CELLS).sort((a, b) => a - b);
  return parts.map((part, quadrant) => {
    const away = parts.filter((_, other) => other !== quadrant);
    const isLacking = (id: number): boolean => cells(id, [base, ...away]) < LEAST_CELLS;
    let sums = away.reduce((all, one) => addSums(all, one, weight), base);
    if ([...part.classes.keys()].some(isLacking)) {
      sums = addSums(
        sums,
        sumsWhere(own, (id, at) => at === quadrant && isLacking(id)),
        weight,
      );
    }
    return discriminant(sums, known);
  });
}

/** Sums over the cells that count. */
function sumsWhere({ features, ids, quadrants }: PlacedCells, counts: (id: number, quadrant: number) => boolean): Sums {
  return sumsOf({ features, ids: ids.map((id, i) => (counts(id, quadrants[i]) ? id : VOID)) });
}
