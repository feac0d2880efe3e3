import type { SuggestionSet } from "../review/types";

/** Mask ratios that the strip offers. */
const stripRatios = [0.1, 0.25, 0.5, 0.75, 0.9] as const;

/** One candidate as it is planned: its ratio, and whether that can be had. */
export interface PlannedTile {
  /** Of all that is unknown, context included: 0.1..0.9, up to 1 for the mask alone. */
  readonly ratio: number;
  /** Nothing but the mask is hidden: what is asked for is 0. */
  readonly maskAlone: boolean;
  /** Why it cannot be had; null where it can. */
  readonly barred: string | null;
}

/**
 * The five candidates for a mask of which `least` (`hiddenShare`, 0.1 or more) is hidden already: of those up to it only the last can be
 * had, as the mask alone. A chosen ratio that is none of the five takes the place of the nearest above.
 */
export function planTiles(least: number, chosen: number): readonly PlannedTile[] {
  const base = stripRatios.findLastIndex((ratio) => ratio <= least + 1e-9);
  const effective = Math.max(least, chosen);
  const tiles = stripRatios.map((ratio, i): PlannedTile => {
    const barred = i < base ? `${percentOf(least)} % is masked already` : null;
    return { ratio: i === base ? least : ratio, maskAlone: i === base, barred };
  });
  if (effective <= least || tiles.some(({ ratio }) => isSame(ratio, effective))) return tiles;
  const distances = stripRatios.map((ratio, i) => (i > base ? Math.abs(ratio - effective) : Number.POSITIVE_INFINITY));
  const nearest = distances.indexOf(Math.min(...distances));
  return tiles.map((tile, i) => (i === nearest && i > base ? { ...tile, ratio: effective } : tile));
}

/** Index of the tile of the chosen ratio. */
export function chosenTile(tiles: readonly PlannedTile[], least: number, chosen: number): number {
  return tiles.findIndex((tile) => (chosen <= least ? tile.maskAlone : isSame(tile.ratio, chosen) && !tile.maskAlone));
}

/** Whether a set is the answer at a tile's ratio. */
export function isOfTile({ maskAlone, ratio }: PlannedTile, set: Pick<SuggestionSet, "ratio">): boolean {
  return maskAlone ? set.ratio === 0 : isSame(ratio, set.ratio);
}

/** What a candidate costs, to compare: passes, of which each encodes only what is visible. */
export function costOf({ ratio, maskAlone }: PlannedTile, passes: number, passesOfMask: number): number {
  return (maskAlone ? Math.min(passes, passesOfMask) : passes) * (1 - ratio);
}

export function percentOf(share: number): number {
  return Math.round(share * 100);
}

function isSame(a: number, b: number): boolean {
  return percentOf(a) === percentOf(b);
}
