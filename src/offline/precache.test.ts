import { createHash } from "node:crypto";
import { beforeEach, describe, expect, it } from "vitest";
import { createPrecache, type FileCache, type PrecacheEntry } from "./precache";

const root = "https://host.example/some/folder/";
const integrityOf = (text: string) => `sha256-${createHash("sha256").update(text).digest("base64")}`;

/** A host's files by address relative to the root, and a network that can fail. */
let host: Map<string, string>;
let isOnline: boolean;
/** What was fetched, in order, with how. */
let requests: string[];
let kept: Map<string, Response>;
/** What the browser's own cache holds still, in place of the host's. */
let stale: Map<string, string>;

const cache: FileCache = {
  match: async (key) => kept.get(key)?.clone(),
  put: async (key, response) => void kept.set(key, response),
  delete: async (key) => kept.delete(key),
  keys: async () => [...kept.keys()].map((url) => ({ url })),
};

const fetchFile = (async (input: string, init: RequestInit = {}) => {
  const path = input.slice(root.length);
  requests.push(`${init.cache ?? "plain"} ${path}`);
  if (!isOnline) throw new TypeError("Failed to fetch");
  const text = (init.cache === "reload" ? undefined : stale.get(path)) ?? host.get(path);
  if (text === undefined) return new Response("not found", { status: 404 });
  if (init.integrity !== undefined && init.integrity !== integrityOf(text)) throw new TypeError("Failed to fetch");
  return new Response(text);
}) as typeof fetch;

const open = async () => cache;
const entriesOf = (files: ReadonlyMap<string, string>): PrecacheEntry[] =>
  [...files].map(([url, text]) => ({ url, integrity: integrityOf(text) }));
const precacheOf = (files: ReadonlyMap<string, string>) => createPrecache(entriesOf(files), root, open, fetchFile);
const ask = (path: string, destination: RequestDestination = "", mode: RequestMode = "cors") => ({
  url: root + path,
  destination,
  mode,
});
const textOf = async (answer: Promise<Response> | undefined) => (await answer)?.text();

beforeEach(() => {
  host = new Map([
    ["index.html", "page 1"],
    ["assets/a.js", "code 1"],
    ["models/m.bin", "weights"],
  ]);
  isOnline = true;
  requests = [];
  kept = new Map();
  stale = new Map();
});

describe("filling", () => {
  it("keeps every file, tells how far it is, and serves all of them without a network", async () => {
    const precache = precacheOf(host);
    const progress: string[] = [];
    await precache.fill((done, total) => progress.push(`${done}/${total}`));
    expect(progress).toEqual(["1/3", "2/3", "3/3"]);
    isOnline = false;
    for (const [path, text] of host) expect(await textOf(precache.answer(ask(path)))).toBe(text);
  });

  it("names the file that fails, and goes on from there at the next try", async () => {
    const precache = precacheOf(host);
    host.delete("models/m.bin");
    await expect(precache.fill(() => undefined)).rejects.toThrow("models/m.bin: HTTP 404");
    host.set("models/m.bin", "weights");
    requests = [];
    await precache.fill(() => undefined);
    expect(requests).toEqual(["default models/m.bin"]);
  });

  it("asks the host where the browser's own cache has other bytes", async () => {
    stale.set("index.html", "page 0");
    const precache = precacheOf(host);
    await precache.fill(() => undefined);
    expect(await textOf(precache.answer(ask("index.html")))).toBe("page 1");
    expect(requests.slice(0, 2)).toEqual(["default index.html", "reload index.html"]);
  });

  it("refuses files of another version than its own", async () => {
    const precache = precacheOf(host);
    host.set("models/m.bin", "other weights");
    await expect(precache.fill(() => undefined)).rejects.toThrow("models/m.bin: the server has another version of it");
  });

  it("says that the host cannot be reached, or what the browser said when it kept nothing", async () => {
    const precache = precacheOf(host);
    isOnline = false;
    await expect(precache.fill(() => undefined)).rejects.toThrow("index.html: the server cannot be reached");
    isOnline = true;
    const full = { ...cache, put: () => Promise.reject(new DOMException("Quota exceeded", "QuotaExceededError")) };
    const crowded = createPrecache(entriesOf(host), root, async () => full, fetchFile);
    await expect(crowded.fill(() => undefined)).rejects.toThrow("index.html: Quota exceeded");
  });
});

describe("versions", () => {
  it("share what is the same, keep apart what is not, and the old one's go when they are dropped", async () => {
    const first = precacheOf(host);
    await first.fill(() => undefined);
    host.set("index.html", "page 2").set("assets/b.js", "code 2").delete("assets/a.js");
    const second = precacheOf(host);
    requests = [];
    await second.fill(() => undefined);
    expect(requests).toEqual(["default index.html", "default assets/b.js"]);
    expect(await textOf(first.answer(ask("index.html")))).toBe("page 1");
    expect(await textOf(second.answer(ask("index.html")))).toBe("page 2");
    expect(second.answer(ask("assets/a.js"))).toBeUndefined();
    expect([first.has(`${root}assets/a.js`), second.has(`${root}assets/a.js`)]).toEqual([true, false]);
    await second.dropOthers();
    expect(kept.size).toBe(3);
    expect(await textOf(second.answer(ask("models/m.bin")))).toBe("weights");
  });
});

describe("answers", () => {
  it("open the folder with the start page whatever the query, and nothing else with it", async () => {
    const precache = precacheOf(host);
    await precache.fill(() => undefined);
    const page = (path: string) => precache.answer(ask(path, "document", "navigate"));
    expect(await textOf(page(""))).toBe("page 1");
    expect(await textOf(page("?backend=wasm&model=lmae-small"))).toBe("page 1");
    expect(await textOf(page("index.html?x"))).toBe("page 1");
    expect(page("other/")).toBeUndefined();
    expect(precache.answer(ask(""))).toBeUndefined();
    expect(precache.answer({ ...ask(""), url: "https://other.example/some/folder/index.html" })).toBeUndefined();
  });

  it("isolate the page", async () => {
    const precache = precacheOf(host);
    await precache.fill(() => undefined);
    const { headers } = (await precache.answer(ask("", "document", "navigate"))) as Response;
    expect(headers.get("Cross-Origin-Embedder-Policy")).toBe("require-corp");
  });

  it("fetch a file that was lost only in the page's own version", async () => {
    const precache = precacheOf(host);
    await precache.fill(() => undefined);
    for (const key of kept.keys()) if (key.includes("m.bin")) kept.delete(key);
    expect(await textOf(precache.answer(ask("models/m.bin")))).toBe("weights");
    host.set("models/m.bin", "other weights");
    await expect(precache.answer(ask("models/m.bin"))).rejects.toThrow("Failed to fetch");
  });

  it("come from the network, page and all, where everything was lost", async () => {
    const precache = precacheOf(host);
    host.set("index.html", "page 2").set("models/m.bin", "other weights");
    expect(await textOf(precache.answer(ask("", "document", "navigate")))).toBe("page 2");
    expect(await textOf(precache.answer(ask("models/m.bin")))).toBe("other weights");
    host.delete("assets/a.js");
    expect((await precache.answer(ask("assets/a.js")))?.status).toBe(404);
  });
});
