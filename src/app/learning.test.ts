import { describe, expect, it, vi } from "vitest";
import type { Dataset, DatasetItem } from "../dataset/types";
import type { FindExample } from "../find/types";
import { EngineRestarted } from "../worker/inferenceClient";
import type { Examples } from "./examples";
import { createLearning, mostExamples } from "./learning";

const itemOf = (key: string) => ({ key, name: key, image: {} }) as DatasetItem;

function setUp(keys: readonly string[]) {
  const dataset = { items: keys.map(itemOf) } as unknown as Dataset;
  const learnt = new Set<string>();
  const learn = vi.fn(async ({ imageKey }: FindExample) => void learnt.add(imageKey));
  const forget = vi.fn(() => learnt.clear());
  const stamps = new Map<string, string>();
  const load = vi.fn(async (_: Dataset, { key }: DatasetItem) => ({ imageKey: key }) as FindExample);
  const examples: Pick<Examples, "near" | "stamp" | "load"> = {
    near: ({ items }, index) => items.filter((_, i) => i !== index),
    stamp: async (_, { key }) => stamps.get(key) ?? "file",
    load,
  };
  const learning = createLearning({ learn, learntKeys: () => learnt, forget }, examples);
  const said: string[] = [];
  const learnAll = (signal = new AbortController().signal) =>
    learning.learnAround(dataset, 0, signal, (text) => said.push(text));
  return { forget, learn, learnt, load, said, stamps, learnAll, learning };
}

const learntFrom = (learn: ReturnType<typeof setUp>["learn"]) => learn.mock.calls.map(([{ imageKey }]) => imageKey);

describe("learning", () => {
  it("learns from all others, with counts", async () => {
    const { learn, said, learnAll } = setUp(["open", "a", "b"]);
    expect(await learnAll()).toEqual({ images: 2, skipped: [] });
    expect(learntFrom(learn)).toEqual(["a", "b"]);
    expect(said).toEqual(["Learning classes: 1 of 2 images", "Learning classes: 2 of 2 images"]);
  });

  it("stops at forty, the nearest ones", async () => {
    const { learn, learnAll } = setUp(Array.from({ length: 60 }, (_, i) => `${i}`));
    expect((await learnAll()).images).toBe(mostExamples);
    expect(learntFrom(learn)).toHaveLength(40);
    expect(learntFrom(learn).at(-1)).toBe("40");
  });

  it("learns again only what changed, or what a restarted worker has lost", async () => {
    const { learn, learnt, stamps, learnAll } = setUp(["open", "a", "b"]);
    await learnAll();
    learn.mockClear();
    expect(await learnAll()).toEqual({ images: 2, skipped: [] });
    expect(learn).not.toHaveBeenCalled();
    stamps.set("b", "document 1 version 3");
    await learnAll();
    expect(learntFrom(learn)).toEqual(["b"]);
    learn.mockClear();
    learnt.clear();
    await learnAll();
    expect(learntFrom(learn)).toEqual(["a", "b"]);
  });

  it("passes over what cannot be read or learnt, and names it", async () => {
    const { learn, load, learnAll } = setUp(["open", "a", "b", "c"]);
    load.mockRejectedValueOnce(new Error("a.png: The file is damaged."));
    learn.mockRejectedValueOnce(new Error("Nothing but void."));
    expect(await learnAll()).toEqual({
      images: 1,
      skipped: ["a: a.png: The file is damaged.", "b: Nothing but void."],
    });
  });

  it("ends when told to, and counts no image that was not learnt", async () => {
    const { learn, learnt, said, learnAll } = setUp(["open", "a", "b", "c"]);
    const ended = new AbortController();
    learn.mockImplementationOnce(async ({ imageKey }) => {
      learnt.add(imageKey);
      ended.abort();
    });
    await learnAll(ended.signal);
    expect(said).toHaveLength(1);
    expect(learntFrom(learn)).toEqual(["a"]);
  });

  it("ends when the engine restarts, and does not try that image again", async () => {
    const { learn, learnAll, learning } = setUp(["open", "a", "b"]);
    learn.mockRejectedValueOnce(new EngineRestarted());
    await expect(learnAll()).rejects.toThrow("press Find errors again");
    expect(await learnAll()).toEqual({ images: 1, skipped: ["a: the engine restarted while it was learnt."] });
    learning.forget();
    expect(await learnAll()).toEqual({ images: 2, skipped: [] });
  });

  it("forgets with the data set", async () => {
    const { forget, learn, learnAll, learning } = setUp(["open", "a"]);
    await learnAll();
    learning.forget();
    expect(forget).toHaveBeenCalled();
    await learnAll();
    expect(learntFrom(learn)).toEqual(["a", "a"]);
  });
});
