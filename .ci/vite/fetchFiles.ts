import { readFile } from "node:fs/promises";

/** Node's fetch reads no files; @jsquash/webp fetches its wasm from beside its script. For tests only. */
const fetchUrl = globalThis.fetch;
globalThis.fetch = async (input, init) => {
  const url = String(input instanceof Request ? input.url : input);
  if (!url.startsWith("file:")) return fetchUrl(input, init);
  const type = url.endsWith(".wasm") ? "application/wasm" : "application/octet-stream";
  return new Response(new Uint8Array(await readFile(new URL(url))), { headers: { "Content-Type": type } });
};
