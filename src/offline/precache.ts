import { servedHeaders } from "./headers";

/** A file of the built app. */
export interface PrecacheEntry {
  /** Relative to the app's root. */
  readonly url: string;
  /** Of its bytes, as in `fetch`: "sha256-...". */
  readonly integrity: string;
}

/** The part of the Cache interface that is used. */
export interface FileCache {
  match(key: string): Promise<Response | undefined>;
  put(key: string, response: Response): Promise<void>;
  delete(key: string): Promise<boolean>;
  keys(): Promise<readonly { readonly url: string }[]>;
}

/** The files of one version, kept by the browser. */
export interface Precache {
  /**
   * Fetches what is not kept yet; what was fetched stays when it fails, so that the next try goes on from there.
   * @throws Error that names the file which could not be fetched or kept
   */
  fill(onProgress: (done: number, missing: number) => void): Promise<void>;
  /** The answer to a request for one of these files; undefined for any other, and for one that the browser lost. */
  answer(request: Pick<Request, "url" | "destination" | "mode">): Promise<Response> | undefined;
  /** Whether this version has the file. */
  has(url: string): boolean;
  /** Drops what belongs to other versions. */
  dropOthers(): Promise<void>;
}

/** Of the cache with the files. One origin may hold the app in several folders. */
export const cacheName = (root: string): string => `maskmend ${root}`;

interface KeptFile {
  readonly address: string;
  readonly integrity: string;
  /** In the cache. */
  readonly key: string;
}

/** The start page, which also answers for the folder it lies in. */
const startPage = "index.html";

/**
 * Files are kept under their address together with the hash of their bytes, and the browser compares fetched bytes with the
 * hash: versions share what is the same in both, and a file of one is never served to the other.
 *
 * @param root The app's root, with a slash at its end.
 */
export function createPrecache(
  entries: readonly PrecacheEntry[],
  root: string,
  open: () => Promise<FileCache>,
  fetchFile: typeof fetch,
): Precache {
  const files = new Map(
    entries.map(({ url, integrity }): readonly [string, KeptFile] => {
      const address = new URL(url, root).href;
      return [address, { address, integrity, key: `${address}?${encodeURIComponent(integrity)}` }];
    }),
  );
  /** From the browser's own cache where that has these very bytes: the page has just loaded most of them. */
  async function fetched({ address, integrity }: KeptFile): Promise<Response> {
    const get = async (cache: RequestCache): Promise<Response> => {
      const response = await fetchFile(address, { integrity, cache, credentials: "same-origin" });
      if (!response.ok) throw new Error(`HTTP ${response.status}`);
      return response;
    };
    try {
      return await get("default");
    } catch {
      return get("reload");
    }
  }

  /** The browser does not say why bytes were refused, or that there were none. */
  async function whyNotFetched({ address }: KeptFile): Promise<string> {
    try {
      const { ok, status } = await fetchFile(address, { method: "HEAD", cache: "no-store" });
      return ok ? "the server has another version of it" : `HTTP ${status}`;
    } catch {
      return "the server cannot be reached";
    }
  }

  async function keep(cache: FileCache, file: KeptFile): Promise<void> {
    const name = file.address.slice(root.length);
    const response = await fetched(file).catch(async () => {
      throw new Error(`${name}: ${await whyNotFetched(file)}`);
    });
    try {
      // A response that was redirected cannot answer a navigation: only its body and headers are kept.
      await cache.put(file.key, new Response(response.body, { headers: response.headers }));
    } catch (error) {
      throw new Error(`${name}: ${error instanceof Error ? error.message : String(error)}`);
    }
  }

  function fileOf(url: string, mode?: RequestMode): KeptFile | undefined {
    const { origin, pathname } = new URL(url);
    const address = origin + pathname;
    // ?backend= and ?model= are the page's own business.
    return files.get(mode === "navigate" && address === root ? root + startPage : address);
  }

  async function answerWith(file: KeptFile, destination: RequestDestination): Promise<Response> {
    const cache = await open();
    const response = (await cache.match(file.key)) ?? (await missing(cache, file));
    if (!response.ok) return response;
    return new Response(response.body, { headers: servedHeaders(response.headers, destination) });
  }

  /** Where even the start page was lost, the page is the network's, of whatever version, and so are its files. */
  async function missing(cache: FileCache, file: KeptFile): Promise<Response> {
    const start = files.get(root + startPage);
    return start && (await cache.match(start.key)) ? fetched(file) : fetchFile(file.address);
  }

  return {
    async fill(onProgress) {
      const cache = await open();
      const kept = new Set((await cache.keys()).map(({ url }) => url));
      const missing = [...files.values()].filter(({ key }) => !kept.has(key));
      for (const [done, file] of missing.entries()) {
        await keep(cache, file);
        onProgress(done + 1, missing.length);
      }
    },
    answer({ url, destination, mode }) {
      const file = fileOf(url, mode);
      return file && answerWith(file, destination);
    },
    has: (url) => fileOf(url) !== undefined,
    async dropOthers() {
      const cache = await open();
      const own = new Set([...files.values()].map(({ key }) => key));
      const kept = await cache.keys();
      await Promise.all(kept.filter(({ url }) => !own.has(url)).map(({ url }) => cache.delete(url)));
    },
  };
}
