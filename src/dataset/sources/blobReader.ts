/** Of a file on disk each read costs a millisecond or two however little it is, and an archive is read in many small ones. */
const chunkBytes = 1 << 18;
/** At most so many chunks are kept: files are looked at in the order in which archives hold them, in a few places at a time. */
const mostChunks = 16;

/** Bytes of a blob from `start` up to `end`, or to its end; a copy of the caller's own. */
export type BlobReader = (start: number, end: number) => Promise<Uint8Array>;

/**
 * Reads a blob in chunks and keeps the last few, 4 MB at most, so that neighbouring small reads cost one. A read longer than
 * a chunk passes them by.
 */
export function createBlobReader(blob: Blob): BlobReader {
  /** By place, the one used last at the end. */
  const chunks = new Map<number, Promise<Uint8Array>>();

  const read = async (start: number, end: number): Promise<Uint8Array> =>
    new Uint8Array(await blob.slice(start, end).arrayBuffer());

  function chunkAt(place: number): Promise<Uint8Array> {
    const chunk = chunks.get(place) ?? read(place * chunkBytes, Math.min(blob.size, (place + 1) * chunkBytes));
    chunks.delete(place);
    chunks.set(place, chunk);
    // A disk may fail once.
    chunk.catch(() => {
      if (chunks.get(place) === chunk) chunks.delete(place);
    });
    for (const oldest of chunks.keys()) {
      if (chunks.size <= mostChunks) break;
      chunks.delete(oldest);
    }
    return chunk;
  }

  return async (from, to) => {
    const [start, end] = [Math.min(from, blob.size), Math.min(to, blob.size)];
    if (end - start > chunkBytes) return read(start, end);
    const out = new Uint8Array(Math.max(0, end - start));
    const places: number[] = [];
    for (let place = Math.floor(start / chunkBytes); place * chunkBytes < end; place += 1) places.push(place);
    const parts = await Promise.all(places.map(chunkAt));
    parts.forEach((part, i) => {
      const offset = places[i] * chunkBytes;
      out.set(part.subarray(Math.max(0, start - offset), end - offset), Math.max(0, offset - start));
    });
    return out;
  };
}
