import { expect, it, vi } from "vitest";
import { greyPng, jpegHeader, memorySource } from "../dataset/fixtures/files";
import { openDataset } from "../dataset/openDataset";
import { whyNotMany } from "./bulkRun";
import { runImages } from "./imageRun";
import { allSeen, createPhotographs, unseenOf } from "./photographs";
import { createSession } from "./session";

/** A data set that is listed with all its photographs unseen; `hold` keeps them from being read until it is called. */
async function listed(pictures: Readonly<Record<string, Uint8Array>>) {
  const entries = Object.entries(pictures).flatMap(([name, photo]) => [
    [`images/${name}.jpg`, photo],
    [`masks/${name}.png`, greyPng(6, 4, (p) => p % 3)],
  ]);
  const source = memorySource(Object.fromEntries(entries));
  let read: () => void = () => undefined;
  const mayRead = new Promise<void>((resolve) => {
    read = resolve;
  });
  const files = source.files.map((file) =>
    file.path.startsWith("images/")
      ? { ...file, slice: (start: number, end: number) => mayRead.then(() => file.slice(start, end)) }
      : file,
  );
  const session = createSession();
  const close = vi.fn(async () => session.setState({ dataset: null, photographsLeft: null }));
  const photographs = createPhotographs(session, close);
  const dataset = await openDataset({ ...source, files }, { mostSeen: 0 });
  session.setState({ dataset, photographsLeft: unseenOf(dataset) });
  const keys = () => session.getState().dataset?.items.map(({ key }) => key);
  return { session, photographs, close, read, keys };
}

const fits = jpegHeader(6, 4);
const other = jpegHeader(8, 4);

it("takes images out whose photograph cannot be used, and says so; places and selection follow", async () => {
  const { session, read, keys } = await listed({ a: other, b: fits, c: fits, d: other });
  const image = { item: session.getState().dataset?.items[2] } as never;
  const tiles = { ...session.getState().tiles, current: "masks/a.png", selected: new Set(keys()) };
  session.setState({ image, index: 2, tiles, unreadable: new Map([["masks/a.png", "Its size."]]) });
  read();
  await allSeen(session);
  expect(keys()).toEqual(["masks/b.png", "masks/c.png"]);
  const { index, tiles: now, unreadable, problems, message, dataset } = session.getState();
  expect(index).toBe(1);
  expect(now).toMatchObject({ current: "masks/b.png", selected: new Set(keys()) });
  expect(unreadable.size).toBe(0);
  expect(problems.map(({ path, severity }) => [path, severity]).sort()).toEqual([
    ["masks/a.png", "error"],
    ["masks/d.png", "error"],
  ]);
  expect(dataset?.items.some(({ isUnseen }) => isUnseen)).toBe(false);
  expect(message?.title).toBe("2 images cannot be used");
  message?.action?.run();
  expect(session.getState().dialog).toBe("report");
});

it("says nothing where all can be used", async () => {
  const { session, read, keys } = await listed({ a: fits, b: fits });
  read();
  await allSeen(session);
  expect(keys()).toHaveLength(2);
  expect(session.getState()).toMatchObject({ message: null, problems: [] });
});

it("lets nothing be done in all images before", async () => {
  const { session, read, keys } = await listed({ a: fits, b: other });
  expect(whyNotMany(session)).toMatch(/still being looked at/);
  const worked: string[] = [];
  const run = runImages(
    {
      session,
      isOpen: () => true,
      work: async ({ key }) => {
        worked.push(key);
        return "done";
      },
      passOver: async (key) => void worked.push(`not ${key}`),
      onDone: () => undefined,
    },
    keys() ?? [],
    new AbortController().signal,
  );
  await new Promise((resolve) => setTimeout(resolve, 20));
  expect(worked).toEqual([]);
  read();
  await run;
  expect(worked).toEqual(["masks/a.png", "not masks/b.png"]);
  expect(whyNotMany(session)).toBeNull();
});

it("looks at one before it is opened, which stays the same value afterwards", async () => {
  const { session, photographs, read, keys } = await listed({ a: fits, b: other, c: jpegHeader(4, 6) });
  const [a, b, c] = session.getState().dataset?.items ?? [];
  session.setState({ turns: new Map([["masks/c.png", 270]]) });
  const opened = photographs.see(c);
  const broken = photographs.see(b);
  read();
  await expect(broken).rejects.toThrow(/label is 6 x 4 px, its image 8 x 4 px/);
  const seen = await opened;
  expect(seen).toMatchObject({ key: "masks/c.png", turn: 270 });
  await allSeen(session);
  expect(keys()).toEqual(["masks/a.png", "masks/c.png"]);
  expect(session.getState().dataset?.items[1]).toBe(seen);
  expect(await photographs.see(a)).toBe(session.getState().dataset?.items[0]);
  await expect(photographs.see({ ...b })).rejects.toThrow();
});

it("closes a data set of which nothing can be used, and shows why", async () => {
  const { session, close, read } = await listed({ a: other, b: other });
  read();
  await vi.waitFor(() => expect(session.getState().dialog).toBe("report"));
  expect(close).toHaveBeenCalledOnce();
  expect(session.getState()).toMatchObject({ dataset: null, message: { title: "Nothing could be opened" } });
  expect(session.getState().problems).toHaveLength(2);
});

it("ends where the data set is left", async () => {
  const { session, photographs, read, keys } = await listed({ a: fits, b: other });
  photographs.follow();
  read();
  await allSeen(session);
  await new Promise((resolve) => setTimeout(resolve, 20));
  expect(keys()).toHaveLength(2);
});
