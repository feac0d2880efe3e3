/** Pixels of each id that occurs, in order of id. */
export function countIds(ids: Uint16Array): Map<number, number> {
  return listedIds(idCountsOf(ids));
}

/** The same as an array of a number for each possible id. */
export function idCountsOf(ids: Uint16Array): Uint32Array {
  const counts = new Uint32Array(65536);
  for (let i = 0; i < ids.length; i += 1) counts[ids[i]] += 1;
  return counts;
}

/** What of these occurs, in order of id. */
export function listedIds(counts: Uint32Array): Map<number, number> {
  const out = new Map<number, number>();
  for (let id = 0; id < counts.length; id += 1) if (counts[id] > 0) out.set(id, counts[id]);
  return out;
}
