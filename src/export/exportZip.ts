import { makeZip } from "client-zip";
import type { ExportFile } from "./labelFiles";

/**
 * A zip as a stream: files are asked for one at a time as it is read. In the browser
 * `new Response(exportZip(files)).blob()` gives what a download link needs.
 */
export function exportZip(
  files: AsyncIterable<ExportFile> | Iterable<ExportFile>,
  modified: Date = new Date(),
): ReadableStream<Uint8Array> {
  return makeZip(zipEntries(files, modified));
}

async function* zipEntries(files: AsyncIterable<ExportFile> | Iterable<ExportFile>, modified: Date) {
  for await (const { path, bytes } of files) yield { name: path, input: new Uint8Array(bytes), lastModified: modified };
}
