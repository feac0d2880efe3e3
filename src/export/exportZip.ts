import { makeZip } from "client-zip";
import type { ExportFile } from "./labelFiles";

/**
 * A zip of files, which are asked for one at a time.
 * @throws whatever asking for a file throws.
 */
export async function exportZip(
  files: AsyncIterable<ExportFile> | Iterable<ExportFile>,
  modified: Date = new Date(),
): Promise<Blob> {
  let failure: { readonly error: unknown } | null = null;
  async function* entries() {
    try {
      for await (const { path, bytes } of files) {
        yield { name: path, input: new Uint8Array(bytes), lastModified: modified };
      }
    } catch (error) {
      failure = { error };
      throw error;
    }
  }
  try {
    return await new Response(makeZip(entries())).blob();
  } catch (error) {
    // Chromium reports any failure inside a response's stream as "Failed to fetch".
    throw failureOr(failure, error);
  }
}

function failureOr(failure: { readonly error: unknown } | null, error: unknown): unknown {
  return failure === null ? error : failure.error;
}
