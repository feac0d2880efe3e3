/** Pixels of each id that occurs, in order of id. */
export function countIds(ids: Uint16Array): Map<number, number> {
  const counts = new Uint32Array(65536);
  for (let i = 0; i < ids.length; i += 1) counts[ids[i]] += 1;
  const out = new Map<number, number>();
  for (let id = 0; id < counts.length; id += 1) if (counts[id] > 0) out.set(id, counts[id]);
  return out;
}
