import type { Checkpoint } from "../model/steps";
import { joinedCells, knownCells, type LabelledCells } from "./cells";
import { type Mlp, STEPS, trainMlp } from "./mlp";

/** MLPs, each trained without the images of one fold. */
export const FOLDS = 4;
/** A class seen in fewer cells is not learnt. */
export const LEAST_CELLS = 4;

/**
 * One MLP a fold, trained on the images of all other folds (image i is in fold i mod FOLDS); none at all where these show
 * fewer than two classes.
 */
export async function trainFolds(
  images: readonly LabelledCells[],
  checkpoint: Checkpoint,
  steps = STEPS,
): Promise<Mlp[]> {
  const folds = Math.min(FOLDS, images.length);
  const mlps: Mlp[] = [];
  for (let fold = 0; fold < folds; fold++) {
    const cells = joinedCells(images.filter((_, number) => number % folds !== fold));
    const known = cells ? knownClasses(cells.ids) : [];
    if (!cells || known.length < 2) return [];
    mlps.push(await trainMlp(knownCells(known, cells), known, fold, checkpoint, steps));
  }
  return mlps;
}

/** Ids, ascending, of LEAST_CELLS cells or more. */
function knownClasses(ids: Int32Array): number[] {
  const times = new Map<number, number>();
  for (const id of ids) times.set(id, (times.get(id) ?? 0) + 1);
  return [...times.keys()].filter((id) => (times.get(id) ?? 0) >= LEAST_CELLS).sort((a, b) => a - b);
}
