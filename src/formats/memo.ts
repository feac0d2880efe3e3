/** More keys than this are names of files rather than words: keeping all would only fill memory. */
const maxKeys = 50_000;

/** A pure function of a text, computed once for each. */
export function memo<V>(make: (key: string) => V): (key: string) => V {
  const known = new Map<string, V>();
  return (key) => {
    const found = known.get(key);
    if (found !== undefined) return found;
    const value = make(key);
    if (known.size >= maxKeys) known.clear();
    known.set(key, value);
    return value;
  };
}
