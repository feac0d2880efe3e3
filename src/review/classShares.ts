import type { LabelMap } from "../core/labelMap";
import { forEachPixel, type Region } from "../core/region";

/** The classes of a region of the label, the most common first. */
export function classesIn(labels: LabelMap, region: Region): number[] {
  const pixels = new Map<number, number>();
  forEachPixel(region, (x, y) => {
    const id = labels.data[y * labels.width + x];
    pixels.set(id, (pixels.get(id) ?? 0) + 1);
  });
  return mostFirst(pixels);
}

/** The keys by their counts, the most first. */
export function mostFirst(counts: ReadonlyMap<number, number>): number[] {
  return [...counts].sort(([a, ofA], [b, ofB]) => ofB - ofA || a - b).map(([id]) => id);
}

/** What a suggestion says of the classes it replaces. */
export function replaced(ids: readonly number[]): { readonly from: number; readonly fromIds?: readonly number[] } {
  return ids.length > 1 ? { from: ids[0], fromIds: ids } : { from: ids[0] };
}

/** The classes a suggestion would give, the most common first. */
export function proposedClasses({ region, ids, to }: { region: Region; ids?: Uint16Array; to: number }): number[] {
  if (ids === undefined) return [to];
  const pixels = new Map<number, number>();
  ids.forEach((id, i) => {
    if (region.bits[i] === 1) pixels.set(id, (pixels.get(id) ?? 0) + 1);
  });
  return mostFirst(pixels);
}
