import { labelComponents } from "./components";
import type { LabelMap } from "./labelMap";
import { type PixelMask, type Region, regionFromPredicate } from "./region";

/**
 * What a mask left over of the components it is meant for: the unmasked pixels of every 8-connected component of one id
 * of which at least half is masked. A component that the mask only grazes (the surroundings, after growing it) is not
 * meant, or one road touched at its edge would mask the whole street.
 * @param mask As large as `labels`.
 * @returns The pixels, and of how many components they are.
 */
export function restOfComponents(labels: LabelMap, mask: PixelMask): { readonly rest: Region; readonly count: number } {
  const { width, height } = labels;
  // 8-connected: slivers left at a rim often hang together by their corners only.
  const components = labelComponents(labels, undefined, 8);
  const masked = new Uint32Array(components.list.length);
  mask.data.forEach((bit, i) => {
    masked[components.labels[i]] += bit;
  });
  const meant = components.list.map(({ area }, number) => masked[number] < area && 2 * masked[number] >= area);
  const rest = regionFromPredicate({ x: 0, y: 0, width, height }, (x, y) => {
    const i = y * width + x;
    return mask.data[i] === 0 && meant[components.labels[i]];
  });
  return { rest, count: meant.filter(Boolean).length };
}
