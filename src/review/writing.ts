import type { LabelMap } from "../core/labelMap";
import { forEachPixel } from "../core/region";
import type { Suggestion } from "./types";

/** The id each pixel of a suggestion's rectangle would get. */
export function newIds({ region, ids, to }: Suggestion): Uint16Array {
  return ids ?? new Uint16Array(region.bits.length).fill(to);
}

/** Whether any pixel of a suggestion has another class than the one it proposes. */
export function differs({ labels }: { readonly labels: LabelMap }, suggestion: Suggestion): boolean {
  const { region, ids, to } = suggestion;
  const { rect } = region;
  let found = false;
  forEachPixel(region, (x, y) => {
    const id = ids === undefined ? to : ids[(y - rect.y) * rect.width + x - rect.x];
    found ||= labels.data[y * labels.width + x] !== id;
  });
  return found;
}
