import { describe, expect, it, vi } from "vitest";
import type { Dataset, DatasetItem } from "../dataset/types";
import { memoryStore } from "../project/storage";
import { supportRecords } from "../project/supportRecords";
import type { ImageCells, LabelledImage } from "../support/types";
import { EngineRestarted, type SupportClient } from "../worker/inferenceClient";
import { createSupportRun, firstFit, quietAfter, type SupportParts } from "./supportRun";
import type { SupportState } from "./supportState";

const cellsOf = (imageKey: string): ImageCells => {
  return { imageKey, channels: 1, features: new Uint16Array(1), ids: new Uint16Array(1) };
};

function setUp(keys: readonly string[]) {
  const items = keys.map((key) => ({ key, name: key }) as DatasetItem);
  const stamps = new Map<string, string>();
  const done: string[] = [];
  const shown: SupportState[] = [];
  const known = new Set<string>();
  const client = {
    learn: vi.fn<SupportClient["learn"]>(async ({ imageKey }) => {
      done.push(imageKey);
      known.add(imageKey);
      return cellsOf(imageKey);
    }),
    fit: vi.fn<SupportClient["fit"]>(async ({ isDraft = false } = {}) => {
      done.push(isDraft ? "draft" : "fit");
      return { images: known.size, classes: 3 };
    }),
    restore: vi.fn<SupportClient["restore"]>((images) => {
      for (const { imageKey } of images) known.add(imageKey);
    }),
    forget: () => known.clear(),
  };
  const load = vi.fn(
    async (_: Dataset, { key }: DatasetItem) => ({ imageKey: key }) as LabelledImage & { image: never },
  );
  const parts: SupportParts = {
    client,
    examples: { lastingStamp: async (_, { key }) => stamps.get(key) ?? "file", load },
    dataset: {} as Dataset,
    records: supportRecords(memoryStore(), "p", "w"),
    crashedOn: new Set(),
    show: (state) => shown.push(state),
  };
  const end = new AbortController();
  const begin = () => createSupportRun(parts, end.signal);
  return { begin, client, done, end, items, load, parts, shown, stamps };
}

const letters = (count: number) => Array.from({ length: count }, (_, i) => String.fromCharCode(97 + i));

describe("learning support", () => {
  it("counts what it knew before as done: the total stays that of the images", async () => {
    const { begin, items, shown } = setUp(letters(6));
    await begin().start(items.slice(0, 4));
    shown.length = 0;
    await begin().start(items);
    const learning = shown.filter((one) => one.state === "learning");
    expect(learning.map(({ done, total }) => [done, total])).toEqual([
      [4, 6],
      [5, 6],
      [6, 6],
    ]);
  });

  it("learns image by image, fits early and at the end, and shows how far it is", async () => {
    const { begin, done, items, shown } = setUp(letters(10));
    await begin().start(items);
    expect(done).toEqual([...letters(firstFit), "draft", "i", "j", "fit"]);
    expect(shown[0]).toEqual({ state: "learning", done: 0, total: 10 });
    expect(shown[9]).toEqual({ state: "learning", done: 9, total: 10 });
    expect(shown.at(-1)).toEqual({ state: "known", images: 10, classes: 3, skipped: [] });
  });

  it("restores what is kept of the same labels, and encodes the rest only", async () => {
    const { begin, client, done, items, stamps } = setUp(letters(4));
    client.learn.mockResolvedValueOnce(null);
    await begin().start(items);
    client.forget();
    done.length = 0;
    stamps.set("c", "work 1");
    await begin().start(items);
    expect(client.restore).toHaveBeenLastCalledWith([cellsOf("b"), cellsOf("d")]);
    expect(done).toEqual(["c", "fit"]);
  });

  it("learns an image again only when its label is another", async () => {
    const { begin, done, items, stamps } = setUp(letters(3));
    const run = begin();
    await run.start(items);
    done.length = 0;
    await run.renew(items[1]);
    expect(done).toEqual([]);
    stamps.set("b", "work 1");
    await run.renew(items[1]);
    expect(done).toEqual(["b", "fit"]);
    const other = { key: "z", name: "z" } as DatasetItem;
    expect([run.includes(items[0]), run.includes(other)]).toEqual([true, false]);
    await run.renew(other);
    expect(done).toEqual(["b", "fit", "z", "fit"]);
  });

  it("drafts what is restored too, and fits again when one image in sixteen was corrected", async () => {
    const { begin, done, items, stamps } = setUp(letters(17));
    await begin().start(items);
    done.length = 0;
    const run = begin();
    await run.start(items);
    expect(done).toEqual(["draft", "fit"]);
    for (const [number, key] of ["a", "b"].entries()) {
      stamps.set(key, "work 1");
      await run.renew(items[number]);
    }
    expect(done).toEqual(["draft", "fit", "a", "b", "fit"]);
  });

  it("fits the few that were corrected once none is for a while, unseen; not once it has ended", async () => {
    vi.useFakeTimers();
    const { begin, done, end, items, shown, stamps } = setUp(letters(40));
    const run = begin();
    await run.start(items);
    done.length = 0;
    const correct = async (number: number) => {
      stamps.set(items[number].key, "work 1");
      await run.renew(items[number]);
    };
    await correct(0);
    await vi.advanceTimersByTimeAsync(quietAfter - 1);
    await correct(1);
    shown.length = 0;
    await vi.advanceTimersByTimeAsync(quietAfter - 1);
    expect(done).toEqual([items[0].key, items[1].key]);
    await vi.advanceTimersByTimeAsync(1);
    expect(done.slice(2)).toEqual(["fit"]);
    expect(shown.map(({ state }) => state)).toEqual(["known"]);
    await vi.advanceTimersByTimeAsync(5 * quietAfter);
    expect(done).toHaveLength(3);
    await correct(2);
    end.abort();
    await vi.advanceTimersByTimeAsync(5 * quietAfter);
    expect(done.slice(3)).toEqual([items[2].key]);
    vi.useRealTimers();
  });

  it("takes up an image that is left while others are learnt", async () => {
    const { begin, client, done, items, stamps } = setUp(letters(3));
    const run = begin();
    client.learn.mockImplementationOnce(async ({ imageKey }) => {
      done.push(imageKey);
      stamps.set("a", "work 1");
      await run.renew(items[0]);
      return cellsOf(imageKey);
    });
    await run.start(items);
    expect(done).toEqual(["a", "b", "c", "a", "fit"]);
  });

  it("passes over what cannot be read or learnt, and names it", async () => {
    const { begin, client, items, load, shown } = setUp(letters(3));
    load.mockRejectedValueOnce(new Error("a.png: The file is damaged."));
    client.learn.mockRejectedValueOnce(new Error("Out of paint."));
    await begin().start(items);
    const skipped = ["a: a.png: The file is damaged.", "b: Out of paint."];
    expect(shown.at(-1)).toEqual({ state: "known", images: 1, classes: 3, skipped });
  });

  it("ends quietly when told to", async () => {
    const { begin, client, done, end, items, shown } = setUp(letters(3));
    client.learn.mockImplementationOnce(async () => {
      end.abort();
      throw end.signal.reason;
    });
    const run = begin();
    await run.start(items);
    await run.renew(items[0]);
    expect(done).toEqual([]);
    expect(shown).toHaveLength(1);
  });

  it("leaves out an image over which the engine restarted, and after two fits all of them", async () => {
    const { begin, client, done, items, parts, shown } = setUp(letters(3));
    client.learn.mockRejectedValueOnce(new EngineRestarted());
    await begin().start(items);
    expect([...parts.crashedOn]).toEqual(["a"]);
    client.fit.mockRejectedValueOnce(new EngineRestarted()).mockRejectedValueOnce(new EngineRestarted());
    await begin().start(items);
    await begin().start(items);
    expect(done).toEqual(["b", "c"]);
    await begin().start(items);
    expect(client.fit).toHaveBeenCalledTimes(2);
    expect(shown.at(-1)).toMatchObject({ state: "known", images: 0, skipped: { length: 3 } });
  });

  it("says that it stopped when a fit fails", async () => {
    const { begin, client, items, shown } = setUp(letters(3));
    client.fit.mockRejectedValueOnce(new Error("odd"));
    await begin().start(items);
    expect(shown.at(-1)).toEqual({ state: "stopped" });
  });
});
