import { FileError, fileError } from "../errors";
import type { Source, SourceFile } from "../types";
import { memoryFile } from "./blobFile";

/** index.json of a sample: paths relative to it, laid out like any data set. */
interface SampleIndex {
  readonly name: string;
  readonly files: readonly string[];
}

/**
 * A data set served next to the app: `baseUrl`index.json lists its files. It is small, so all of it is fetched.
 * @throws FileError when the index or a file cannot be fetched.
 */
export async function sourceFromSample(baseUrl: string, fetchFile: typeof fetch = fetch): Promise<Source> {
  const base = baseUrl.endsWith("/") ? baseUrl : `${baseUrl}/`;
  const read = async (path: string): Promise<Uint8Array> => {
    try {
      const response = await fetchFile(base + path.split("/").map(encodeURIComponent).join("/"));
      if (!response.ok) throw new Error(`HTTP ${response.status}`);
      return new Uint8Array(await response.arrayBuffer());
    } catch (error) {
      throw new FileError(path, `The sample cannot be fetched (${fileError(path, error).reason})`, "Reload the page.");
    }
  };
  const index: unknown = JSON.parse(new TextDecoder().decode(await read("index.json")));
  if (!isSampleIndex(index)) throw new FileError("index.json", "It lists no files.", "Build the sample again.");
  const files = await Promise.all(
    index.files.map(async (path): Promise<SourceFile> => memoryFile(path, await read(path))),
  );
  return { name: index.name, files, problems: [] };
}

function isSampleIndex(value: unknown): value is SampleIndex {
  if (typeof value !== "object" || value === null) return false;
  const { name, files } = value as Partial<SampleIndex>;
  return typeof name === "string" && Array.isArray(files) && files.every((path) => typeof path === "string");
}
