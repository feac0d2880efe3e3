import { afterEach, expect, it, vi } from "vitest";
import type { FileHandleLike } from "../fileSystem";
import { greyPng, jpegHeader } from "../fixtures/files";
import { openDataset } from "../openDataset";
import { seePhotographs } from "../seePhotographs";
import type { SourceFile } from "../types";
import { blobFile, handleFile, wholeBytes } from "./blobFile";
import { readsOf } from "./gather";

afterEach(() => vi.restoreAllMocks());

/** A file behind a handle that counts how often it is asked for; `next` is what it is then. */
async function behindHandle(path: string, bytes: Uint8Array, next: () => Blob = () => fileOf(bytes)) {
  const getFile = vi.fn(async () => next());
  const handle = { kind: "file", name: path, getFile } as unknown as FileHandleLike;
  return { file: await handleFile(path, handle), getFile };
}

const fileOf = (bytes: Uint8Array) => new File([new Uint8Array(bytes)], "a");

const bytesOf = (length: number, seed: number) => Uint8Array.from({ length }, (_, i) => (i * 7 + seed) % 251);

it("gives each file its own bytes, many in one reading", async () => {
  const contents = Array.from({ length: 300 }, (_, i) => bytesOf((i * 37) % 900, i));
  const made = await Promise.all(contents.map((bytes, i) => behindHandle(`${i}`, bytes)));
  const { whole, parallel } = readsOf(made.map(({ file }) => file));
  expect(parallel).toBe(256);
  const readings = vi.spyOn(Blob.prototype, "arrayBuffer");
  expect(await Promise.all(made.map(({ file }) => whole(file)))).toEqual(contents);
  expect(readings).toHaveBeenCalledTimes(5);
  expect(made.every(({ getFile }) => getFile.mock.calls.length === 1)).toBe(true);
});

it("reads each by itself where one cannot be read, which alone fails", async () => {
  const made = await Promise.all(Array.from({ length: 5 }, (_, i) => behindHandle(`${i}`, bytesOf(100, i))));
  const broken = {
    ...made[2].file,
    blob: () => Promise.reject(new Error("gone")),
    slice: () => Promise.reject(new Error("gone")),
  };
  const files: SourceFile[] = made.map(({ file }, i) => (i === 2 ? broken : file));
  const { whole } = readsOf(files);
  const read = await Promise.allSettled(files.map(whole));
  expect(read.map((one) => (one.status === "fulfilled" ? one.value[0] : one.status))).toEqual([0, 1, "rejected", 3, 4]);
});

it("moves no bytes into the next file where one was changed meanwhile", async () => {
  const [a, b, c] = [bytesOf(100, 1), bytesOf(100, 2), bytesOf(100, 3)];
  const made = await Promise.all([behindHandle("a", a), behindHandle("b", b), behindHandle("c", c)]);
  const files = made.map(({ file }, i) => (i === 0 ? { ...file, blob: async () => fileOf(bytesOf(60, 9)) } : file));
  const { whole } = readsOf(files);
  expect(await Promise.all(files.map(whole))).toEqual([a, b, c]);
});

it("gathers neither large files nor those without handles", async () => {
  const { file: large } = await behindHandle("a", new Uint8Array(wholeBytes + 1));
  const { file: small } = await behindHandle("b", new Uint8Array(9));
  expect(readsOf([small, large]).parallel).toBe(8);
  expect(readsOf([blobFile("c", fileOf(new Uint8Array(9)))]).parallel).toBe(8);
});

it("lists a folder of many pairs with few readings, none of them of a photograph", async () => {
  const asked = new Map<string, number>();
  const files = await Promise.all(
    Array.from({ length: 600 }, async (_, i) => {
      const name = `${1000 + i}`;
      const pair = [
        [`images/${name}.jpg`, jpegHeader(6, 4)],
        [`masks/${name}.png`, greyPng(6, 4, (p) => (p + i) % 3)],
      ] as const;
      return Promise.all(
        pair.map(async ([path, bytes]) => {
          const { file } = await behindHandle(path, bytes);
          const { blob } = file;
          if (blob === undefined) throw new Error("It is behind a handle.");
          const counted = () => {
            asked.set(path, (asked.get(path) ?? 0) + 1);
            return blob();
          };
          return { ...file, blob: counted };
        }),
      );
    }),
  );
  const readings = vi.spyOn(Blob.prototype, "arrayBuffer");
  const dataset = await openDataset({ name: "set", files: files.flat(), problems: [] }, { mostSeen: 500 });
  expect(dataset.items).toHaveLength(600);
  expect([...asked.keys()].filter((path) => path.startsWith("images/"))).toEqual([]);
  // 600 labels in tens of files each, and 40 whose ids are looked at.
  expect(readings.mock.calls.length).toBeLessThan(100);
  readings.mockClear();
  const seen = await seePhotographs(dataset, new AbortController().signal, () => undefined);
  expect(seen?.items.size).toBe(600);
  expect(readings.mock.calls.length).toBeLessThan(60);
});
