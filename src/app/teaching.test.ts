import { describe, expect, it, vi } from "vitest";
import type { Dataset, DatasetItem } from "../dataset/types";
import type { FindExample } from "../find/types";
import { EngineRestarted } from "../worker/inferenceClient";
import type { Examples } from "./examples";
import { createTeaching, mostExamples } from "./teaching";

const itemOf = (key: string) => ({ key, name: key, image: {} }) as DatasetItem;

function setUp(keys: readonly string[]) {
  const dataset = { items: keys.map(itemOf) } as unknown as Dataset;
  const learnt = new Set<string>();
  const learn = vi.fn(async ({ imageKey }: FindExample): Promise<void> => void learnt.add(imageKey));
  const forget = vi.fn(() => learnt.clear());
  const stamps = new Map<string, string>();
  const load = vi.fn(async (_: Dataset, { key }: DatasetItem) => ({ imageKey: key }) as FindExample);
  const examples: Examples = {
    near: ({ items }, index) => items.filter((_, i) => i !== index),
    stamp: async (_, { key }) => stamps.get(key) ?? "file",
    load,
  };
  const teaching = createTeaching({ learn, learntKeys: () => learnt, forget }, examples);
  const said: string[] = [];
  const teach = (signal = new AbortController().signal) =>
    teaching.teach(dataset, 0, signal, (text) => said.push(text));
  return { forget, learn, learnt, load, said, stamps, teach, teaching };
}

const taughtBy = (learn: ReturnType<typeof setUp>["learn"]) => learn.mock.calls.map(([{ imageKey }]) => imageKey);

describe("teaching", () => {
  it("teaches all others, with counts", async () => {
    const { learn, said, teach } = setUp(["open", "a", "b"]);
    expect(await teach()).toEqual({ learnt: 2, skipped: [] });
    expect(taughtBy(learn)).toEqual(["a", "b"]);
    expect(said).toEqual(["Learning classes: 1 of 2 images", "Learning classes: 2 of 2 images"]);
  });

  it("stops at forty, the nearest ones", async () => {
    const { learn, teach } = setUp(Array.from({ length: 60 }, (_, i) => `${i}`));
    expect((await teach()).learnt).toBe(mostExamples);
    expect(taughtBy(learn)).toHaveLength(40);
    expect(taughtBy(learn).at(-1)).toBe("40");
  });

  it("teaches again only what changed, or what a restarted worker has lost", async () => {
    const { learn, learnt, stamps, teach } = setUp(["open", "a", "b"]);
    await teach();
    learn.mockClear();
    expect(await teach()).toEqual({ learnt: 2, skipped: [] });
    expect(learn).not.toHaveBeenCalled();
    stamps.set("b", "document 1 version 3");
    await teach();
    expect(taughtBy(learn)).toEqual(["b"]);
    learn.mockClear();
    learnt.clear();
    await teach();
    expect(taughtBy(learn)).toEqual(["a", "b"]);
  });

  it("passes over what cannot be read or learnt, and names it", async () => {
    const { learn, load, teach } = setUp(["open", "a", "b", "c"]);
    load.mockRejectedValueOnce(new Error("a.png: The file is damaged."));
    learn.mockRejectedValueOnce(new Error("Nothing but void."));
    expect(await teach()).toEqual({
      learnt: 1,
      skipped: ["a: a.png: The file is damaged.", "b: Nothing but void."],
    });
  });

  it("ends when told to, and counts no image that was not learnt", async () => {
    const { learn, learnt, said, teach } = setUp(["open", "a", "b", "c"]);
    const abort = new AbortController();
    learn.mockImplementationOnce(async ({ imageKey }) => {
      learnt.add(imageKey);
      abort.abort();
    });
    await teach(abort.signal);
    expect(taughtBy(learn)).toEqual(["a"]);
    expect(said).toHaveLength(1);
  });

  it("ends when the engine restarts, and does not try that image again", async () => {
    const { learn, teach, teaching } = setUp(["open", "a", "b"]);
    learn.mockRejectedValueOnce(new EngineRestarted());
    await expect(teach()).rejects.toThrow("press Find errors again");
    expect(await teach()).toEqual({ learnt: 1, skipped: ["a: the engine restarted while it was learnt."] });
    teaching.forget();
    expect(await teach()).toEqual({ learnt: 2, skipped: [] });
  });

  it("forgets with the data set", async () => {
    const { forget, learn, teach, teaching } = setUp(["open", "a"]);
    await teach();
    teaching.forget();
    expect(forget).toHaveBeenCalled();
    await teach();
    expect(taughtBy(learn)).toEqual(["a", "a"]);
  });
});
