import { shownPercent } from "../review/doubt";
import { type StripState, type StripTile, whyNotAgreed } from "./strip";
import { percentOf } from "./stripPlan";

/** A tile as it is shown: a candidate, or one that stands for all of them. */
export interface ShownTile {
  readonly tile: StripTile;
  /** Its place among all candidates, from 0. */
  readonly index: number;
  /** Its mask ratio, or the lowest and the highest of those it stands for: "50 %", "10–90 %". */
  readonly percent: string;
  /** How many candidates say the same as it, itself counted; 1 where it stands for itself. */
  readonly alike: number;
}

/** The tiles to show: all of them, or the chosen one in place of all where all say the same. None that failed is left out. */
export function shownTiles({ tiles, chosen, agreement }: StripState): readonly ShownTile[] {
  const done = tiles.filter(({ set }) => set !== null);
  const isOne =
    agreement !== null &&
    agreement.disputed.bits.length === 0 &&
    tiles.every(({ set, barred }) => set !== null || barred !== null);
  const [lowest, highest] = [done[0], done[done.length - 1]];
  return tiles.flatMap((tile, index) => {
    if (!isOne) return { tile, index, percent: `${percentOf(tile.ratio)} %`, alike: 1 };
    if (index !== chosen) return [];
    return { tile, index, percent: `${percentOf(lowest.ratio)}–${percentOf(highest.ratio)} %`, alike: done.length };
  });
}

/** How far the candidates agree, in a few words. */
export function agreementText(state: StripState): string {
  const { agreement, tiles } = state;
  if (agreement === null) return whyNotAgreed(state);
  const disputed = agreement.disputed.bits.reduce((sum, bit) => sum + bit, 0);
  if (disputed > 0) return `${disputed.toLocaleString("en")} px differ`;
  const failed = tiles.filter((one) => one.state === "failed").length;
  return failed === 0 ? `All ${agreement.of} ratios agree` : `${agreement.of} ratios agree, ${failed} failed`;
}

/** What there is to say of a candidate beside its ratio. */
export function tileText({ state, barred, reason, confidence }: StripTile): string {
  switch (state) {
    case "barred":
      return `cannot be had: ${barred}`;
    case "failed":
      return `failed: ${reason}`;
    case "running":
      return "being computed";
    case "waiting":
      return "to come";
    case "idle":
      return "not computed";
    case "done":
      return confidence === null ? "no class is visible around the mask" : `confidence ${shownPercent(confidence)} %`;
  }
}
