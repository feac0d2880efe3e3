import { expect, it } from "vitest";
import { greyPng, jpegHeader, memorySource } from "./fixtures/files";
import { openDataset } from "./openDataset";
import { hasUnseen, seePhotographs, withSeen } from "./seePhotographs";
import type { Source, Turn } from "./types";

/** Pairs of 6 x 4 px, how often each file is read, and which are asked for their size. */
function setOf(photographs: Readonly<Record<string, Uint8Array>>) {
  const entries = Object.entries(photographs).flatMap(([name, photo]) => [
    [`images/${name}.jpg`, photo],
    [`masks/${name}.png`, greyPng(6, 4, (p) => p % 3)],
  ]);
  const { files, ...rest } = memorySource(Object.fromEntries(entries));
  const readings = new Map<string, number>(files.map(({ path }) => [path, 0]));
  const count = <T>(path: string, read: T): T => {
    readings.set(path, (readings.get(path) ?? 0) + 1);
    return read;
  };
  const sized = new Set<string>();
  const counted = files.map((file) => ({
    ...file,
    get size() {
      sized.add(file.path);
      return file.size;
    },
    bytes: () => count(file.path, file.bytes()),
    slice: (start: number, end: number) => count(file.path, file.slice(start, end)),
  }));
  const read = (folder: string) => [...readings].filter(([path]) => path.startsWith(folder)).map(([, times]) => times);
  return { source: { ...rest, files: counted } as Source, read, sized };
}

const many = (count: number) =>
  Object.fromEntries(Array.from({ length: count }, (_, i) => [String(i).padStart(3, "0"), jpegHeader(6, 4)]));

const hurt: Readonly<Record<string, Uint8Array>> = {
  ...many(4),
  empty: new Uint8Array(),
  large: jpegHeader(8, 4),
  mirrored: jpegHeader(6, 4, 2),
  quarter: jpegHeader(4, 6),
  rotated: jpegHeader(4, 6, 6),
  text: Uint8Array.from([1, 2, 3]),
  truncated: jpegHeader(6, 4).subarray(0, -2),
};

const never = new AbortController().signal;

it("lists many pairs without reading a photograph, and reads each once afterwards", async () => {
  const { source, read, sized } = setOf(many(200));
  const dataset = await openDataset(source, { mostSeen: 100 });
  expect(dataset.items).toHaveLength(200);
  expect(dataset.items.every(({ isUnseen }) => isUnseen)).toBe(true);
  expect(new Set(read("images/"))).toEqual(new Set([0]));
  // Of thousands of uploaded files the browser would take seconds to tell.
  expect([...sized].filter((path) => path.startsWith("images/"))).toEqual([]);
  // A label is one reading, and a second one where its ids are looked at to tell the classes.
  expect(read("masks/").filter((times) => times > 1)).toHaveLength(40);
  expect(Math.max(...read("masks/"))).toBe(2);
  const told: number[] = [];
  const seen = await seePhotographs(dataset, never, (done) => told.push(done));
  expect(new Set(read("images/"))).toEqual(new Set([1]));
  expect(told).toEqual(Array.from({ length: 200 }, (_, i) => i + 1));
  if (seen === null) throw new Error("It was not aborted.");
  expect(hasUnseen(withSeen(dataset, seen, new Map()))).toBe(false);
});

it("leaves none unseen where they are few", async () => {
  const dataset = await openDataset(setOf(many(20)).source, { mostSeen: 20 });
  expect(hasUnseen(dataset)).toBe(false);
});

it("finds the same in photographs as if they were seen at once", async () => {
  const atOnce = await openDataset(memoryOf(hurt));
  const listed = await openDataset(memoryOf(hurt), { mostSeen: 1 });
  expect(listed.items).toHaveLength(11);
  const seen = await seePhotographs(listed, never, () => undefined);
  if (seen === null) throw new Error("It was not aborted.");
  expect([...seen.unusable].sort()).toEqual(["masks/empty.png", "masks/large.png", "masks/text.png"]);
  const later = withSeen(listed, seen, new Map());
  const plain = ({ items, problems, id, ...rest }: typeof later) => ({
    ...rest,
    items: items.map(({ image, label, ...item }) => ({ ...item, files: [image?.path, label.path] })),
    problems: problems.map((problem) => JSON.stringify(problem)).sort(),
  });
  expect(plain(later)).toEqual(plain(atOnce));
  expect(later.problems.filter(({ severity }) => severity === "error")).toHaveLength(3);
});

it("keeps how the user turned a photograph, seen or not", async () => {
  const listed = await openDataset(memoryOf({ a: jpegHeader(6, 4), quarter: jpegHeader(4, 6) }), { mostSeen: 1 });
  const seen = await seePhotographs(listed, never, () => undefined);
  if (seen === null) throw new Error("It was not aborted.");
  const turnsOf = (turns: readonly (readonly [string, Turn])[]) =>
    withSeen(listed, seen, new Map(turns)).items.map(({ turn }) => turn);
  expect(turnsOf([])).toEqual([0, 90]);
  expect(
    turnsOf([
      ["masks/a.png", 180],
      ["masks/quarter.png", 270],
    ]),
  ).toEqual([180, 270]);
});

it("stops reading once the data set is left", async () => {
  const { source, read } = setOf(many(50));
  const dataset = await openDataset(source, { mostSeen: 1 });
  const controller = new AbortController();
  const seen = await seePhotographs(dataset, controller.signal, (done) => done === 10 && controller.abort());
  expect(seen).toBeNull();
  expect(read("images/").filter((times) => times > 0).length).toBeLessThan(20);
});

function memoryOf(photographs: Readonly<Record<string, Uint8Array>>): Source {
  return setOf(photographs).source;
}
