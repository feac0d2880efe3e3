import { makeZip } from "client-zip";

/** A file to go into a zip. */
export interface ZipEntry {
  readonly path: string;
  readonly bytes: Uint8Array | Blob;
}

/** Bytes handed on at once: a zip is made of many small pieces, and each costs a call. */
const batch = 1 << 20;

/**
 * The bytes of a zip of files, which are asked for one at a time as it is read. Fails with whatever asking for a file
 * throws; no zip that ends like a whole one comes of that.
 */
export function zipStream(files: AsyncIterable<ZipEntry>, modified: Date = new Date()): ReadableStream<Uint8Array> {
  async function* entries() {
    for await (const { path, bytes } of files) {
      yield { name: path, input: bytes instanceof Blob ? bytes : new Uint8Array(bytes), lastModified: modified };
    }
  }
  return makeZip(entries()).pipeThrough(batches());
}

function batches(): TransformStream<Uint8Array, Uint8Array> {
  let waiting: Uint8Array[] = [];
  let length = 0;
  const joined = (): Uint8Array => {
    const all = new Uint8Array(length);
    let at = 0;
    for (const piece of waiting) {
      all.set(piece, at);
      at += piece.length;
    }
    waiting = [];
    length = 0;
    return all;
  };
  return new TransformStream({
    transform(piece, controller) {
      waiting.push(piece);
      length += piece.length;
      if (length >= batch) controller.enqueue(joined());
    },
    flush(controller) {
      if (length > 0) controller.enqueue(joined());
    },
  });
}
