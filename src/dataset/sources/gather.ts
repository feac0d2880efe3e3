import { parallelReads } from "../concurrent";
import type { SourceFile } from "../types";
import { wholeBytes } from "./blobFile";

/** So many files are read in one go, or so many bytes of them. */
const mostFiles = 64;
const mostBytes = 1 << 22;

/** Reads a small file whole. @throws FileError */
export type ReadWhole = (file: SourceFile) => Promise<Uint8Array>;

interface Wanted {
  readonly file: SourceFile;
  readonly blob: () => Promise<Blob>;
  resolve(bytes: Uint8Array): void;
  reject(error: unknown): void;
}

/** How many files are best read: small ones behind handles gathered, four times as many at once as are read in one go. */
export function readsOf(files: readonly SourceFile[]): { readonly whole: ReadWhole; readonly parallel: number } {
  const areGathered = files.every(({ size, blob }) => blob !== undefined && size <= wholeBytes);
  return areGathered
    ? { whole: createGather(), parallel: 4 * mostFiles }
    : { whole: readAlone, parallel: parallelReads };
}

/** Reads a file by itself. */
export const readAlone: ReadWhole = (file) => file.slice(0, file.size);

/**
 * Reads small files several at once, as one Blob: of files behind handles the browser takes about as long over one as over
 * many in a row, half a millisecond each. Where that fails, each is read by itself.
 */
function createGather(): ReadWhole {
  let waiting: Wanted[] = [];
  let bytes = 0;
  let timer: ReturnType<typeof setTimeout> | undefined;

  function flush(): void {
    clearTimeout(timer);
    const wanted = waiting;
    [waiting, bytes, timer] = [[], 0, undefined];
    void readTogether(wanted);
  }

  return (file) => {
    const { blob, size } = file;
    if (blob === undefined) return readAlone(file);
    return new Promise((resolve, reject) => {
      waiting.push({ file, blob, resolve, reject });
      bytes += size;
      if (waiting.length >= mostFiles || bytes >= mostBytes) flush();
      else timer ??= setTimeout(flush);
    });
  };
}

async function readTogether(wanted: readonly Wanted[]): Promise<void> {
  const parts = await partsOf(wanted).catch(() => null);
  wanted.forEach(({ file, resolve, reject }, i) => {
    if (parts === null) readAlone(file).then(resolve, reject);
    else resolve(parts[i]);
  });
}

/** Null where what was read is not as long as the files were. */
async function partsOf(wanted: readonly Wanted[]): Promise<readonly Uint8Array[] | null> {
  const blobs = await Promise.all(wanted.map(({ blob }) => blob()));
  // One that was changed meanwhile would move the others.
  if (blobs.some(({ size }, i) => size !== wanted[i].file.size)) return null;
  const all = new Uint8Array(await new Blob(blobs).arrayBuffer());
  let start = 0;
  const parts = blobs.map(({ size }) => {
    const end = start + size;
    // A copy: each part that is kept would keep all of it.
    const part = all.slice(start, end);
    start = end;
    return part;
  });
  return start === all.length ? parts : null;
}
