import type { LabelMap } from "../core/labelMap";
import type { Region } from "../core/region";
import type { Suggestion } from "./types";

/** The id each pixel of a suggestion's rectangle would get. */
export function newIds({ region, ids, to }: Suggestion): Uint16Array {
  return ids ?? new Uint16Array(region.bits.length).fill(to);
}

/** The pixels of a suggestion, as in its region's bits, that are of no locked class and would be of none. */
export function writableBits(labels: LabelMap, suggestion: Suggestion, locked: ReadonlySet<number>): Uint8Array {
  const { rect, bits } = suggestion.region;
  if (locked.size === 0) return bits;
  const ids = newIds(suggestion);
  return bits.map((bit, i) => {
    const at = (rect.y + Math.floor(i / rect.width)) * labels.width + rect.x + (i % rect.width);
    return bit === 1 && !locked.has(labels.data[at]) && !locked.has(ids[i]) ? 1 : 0;
  });
}

/** Those of `bits`, as in the region's, whose pixels are not of the new id already. */
export function changedBits(labels: LabelMap, { rect }: Region, bits: Uint8Array, ids: Uint16Array): Uint8Array {
  return bits.map((bit, i) => {
    const at = (rect.y + Math.floor(i / rect.width)) * labels.width + rect.x + (i % rect.width);
    return bit === 1 && labels.data[at] !== ids[i] ? 1 : 0;
  });
}
