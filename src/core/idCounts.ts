import type { LabelMap } from "./labelMap";

/** How many pixels each id of a label has; ids without any are left out. In order of id. */
export function idCounts({ data }: LabelMap): ReadonlyMap<number, number> {
  const counts = new Uint32Array(65536);
  for (let i = 0; i < data.length; i++) counts[data[i]]++;
  const found = new Map<number, number>();
  counts.forEach((count, id) => {
    if (count > 0) found.set(id, count);
  });
  return found;
}
