import { type ZipEntry, zipStream } from "../export/zipStream";
import { download } from "./download";

/** Where a zip goes. */
export interface ZipFile {
  /** The name of the file that the user chose; null where the browser downloads it, and says so. */
  readonly chosen: string | null;
  /**
   * Writes it file by file; only pieces of it are in memory. A failure or an abort leaves no file.
   * @throws whatever asking for a file throws, and the signal's reason.
   */
  write(files: AsyncIterable<ZipEntry>, signal: AbortSignal): Promise<void>;
}

/** A file that is written as a stream: nothing of it is there before it is closed. */
interface WritableHandle {
  readonly name: string;
  getFile(): Promise<File>;
  createWritable(): Promise<WritableStream<Uint8Array>>;
  remove?(): Promise<void>;
}

declare global {
  interface Window {
    // Not in TypeScript's DOM library: Chromium only.
    showSaveFilePicker?: (options: {
      suggestedName: string;
      types: readonly { description: string; accept: Readonly<Record<string, readonly string[]>> }[];
    }) => Promise<WritableHandle>;
  }
}

/** From this many labels on the user chooses the file, so that they go straight into it. */
const manyLabels = 200;

/**
 * A new zip. One of many labels goes straight into a file that the user chooses, where the browser lets them; any other is
 * made in the browser's private folder (or in a blob, where there is none) and downloaded from there.
 * Call it in the user's gesture.
 * @returns null when the user chose no file.
 */
export async function zipFile(name: string, labels: number): Promise<ZipFile | null> {
  const pick = typeof window === "undefined" ? undefined : window.showSaveFilePicker;
  if (pick === undefined || labels < manyLabels) return downloadedZip(name);
  try {
    const types = [{ description: "Zip archive", accept: { "application/zip": [".zip"] } }];
    return pickedZip(await pick({ suggestedName: name, types }));
  } catch (error) {
    if (error instanceof DOMException && error.name === "AbortError") return null;
    // Cross-origin frames and some policies forbid the picker.
    return downloadedZip(name);
  }
}

function pickedZip(handle: WritableHandle): ZipFile {
  return {
    chosen: handle.name,
    async write(files, signal) {
      try {
        await zipStream(files).pipeTo(await handle.createWritable(), { signal });
      } catch (error) {
        // The picker has made an empty file of a new name; one that was there before is as it was.
        if ((await handle.getFile().catch(() => null))?.size === 0) await handle.remove?.().catch(() => undefined);
        throw error;
      }
    },
  };
}

function downloadedZip(name: string): ZipFile {
  return {
    chosen: null,
    async write(files, signal) {
      const place = await privateFile().catch(() => null);
      if (place === null) {
        const parts = blobSink();
        await zipStream(files).pipeTo(parts.sink, { signal });
        return download(name, parts.blob());
      }
      try {
        await zipStream(files).pipeTo(place.sink, { signal });
      } catch (error) {
        await place.remove();
        throw roomError(error);
      }
      download(name, await place.file());
    },
  };
}

function roomError(error: unknown): unknown {
  if (!(error instanceof DOMException && error.name === "QuotaExceededError")) return error;
  return new Error("The browser has no room left for the zip. Free disk space, or export fewer labels at a time.");
}

const folderName = "exports";
/** The browser reads a download from the file after it was handed over. */
const keptMs = 10 * 60_000;

/** A new file in the browser's private folder, with what earlier downloads left there cleared. */
async function privateFile() {
  const home = await navigator.storage.getDirectory();
  const folder = await home.getDirectoryHandle(folderName, { create: true });
  for await (const [name, entry] of folder.entries()) {
    const at = entry.kind === "file" ? (await (entry as FileSystemFileHandle).getFile()).lastModified : 0;
    // One that is being written in another tab cannot be removed.
    if (Date.now() - at > keptMs) await folder.removeEntry(name, { recursive: true }).catch(() => undefined);
  }
  const name = `${crypto.randomUUID()}.zip`;
  const handle = await folder.getFileHandle(name, { create: true });
  return {
    sink: (await handle.createWritable()) as WritableStream<Uint8Array>,
    file: () => handle.getFile(),
    remove: () => folder.removeEntry(name).catch(() => undefined),
  };
}

/** Bytes of a blob are the browser's, not the heap's. */
function blobSink() {
  const parts: Blob[] = [];
  const sink = new WritableStream<Uint8Array>({
    write(piece) {
      parts.push(new Blob([new Uint8Array(piece)]));
    },
  });
  return { sink, blob: () => new Blob(parts, { type: "application/zip" }) };
}
