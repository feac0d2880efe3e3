import type { LabelMap } from "./labelMap";

/** FNV-1a, 32 bits, over the ids, each one step: tells a label file from another; suggestions files hold it too. */
export function hashLabels({ data }: LabelMap): number {
  let hash = 0x811c9dc5;
  // By index: an iterator takes six times as long.
  for (let i = 0; i < data.length; i++) hash = Math.imul(hash ^ data[i], 0x01000193);
  return hash >>> 0;
}
