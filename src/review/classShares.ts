import type { LabelMap } from "../core/labelMap";
import { forEachPixel, type Region } from "../core/region";
import type { ClassPair } from "../document/types";
import type { Suggestion } from "./types";
import { newIds } from "./writing";

/** A class that is less of a region than this is not worth naming. */
const LEAST_SHARE = 0.05;

/** What a suggestion says of the classes its region has in the label now. */
export function replacedClasses(labels: LabelMap, region: Region): Pick<Suggestion, "from" | "fromIds"> {
  const pixels = new Map<number, number>();
  forEachPixel(region, (x, y) => count(pixels, labels.data[y * labels.width + x]));
  const ids = mainClasses(pixels);
  return ids.length > 1 ? { from: ids[0], fromIds: ids } : { from: ids[0] };
}

/** How many pixels of a suggestion go from which class to which when it is accepted now, the most first. */
export function classPairs(labels: LabelMap, one: Suggestion): readonly ClassPair[] {
  const ids = newIds(one);
  const { rect } = one.region;
  const pairs = new Map<number, number>();
  forEachPixel(one.region, (x, y) => {
    const from = labels.data[y * labels.width + x];
    count(pairs, from * 65536 + ids[(y - rect.y) * rect.width + x - rect.x]);
  });
  return [...pairs]
    .map(([key, area]) => ({ from: Math.floor(key / 65536), to: key % 65536, area }))
    .sort((a, b) => b.area - a.area);
}

/** The main classes a suggestion would give, the most common first. */
export function proposedClasses({ region, ids, to }: Pick<Suggestion, "region" | "ids" | "to">): readonly number[] {
  if (ids === undefined) return [to];
  const pixels = new Map<number, number>();
  ids.forEach((id, i) => {
    if (region.bits[i] === 1) count(pixels, id);
  });
  return pixels.size === 0 ? [to] : mainClasses(pixels);
}

/** The classes that are at least LEAST_SHARE of all counted pixels, and the most common one anyway; the most common first. */
export function mainClasses(pixels: ReadonlyMap<number, number>): readonly number[] {
  const sorted = [...pixels].sort(([a, ofA], [b, ofB]) => ofB - ofA || a - b);
  const all = sorted.reduce((sum, [, area]) => sum + area, 0);
  return sorted.filter(([, area], i) => i === 0 || area >= LEAST_SHARE * all).map(([id]) => id);
}

function count(pixels: Map<number, number>, id: number): void {
  pixels.set(id, (pixels.get(id) ?? 0) + 1);
}
