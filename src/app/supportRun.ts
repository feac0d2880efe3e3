import type { Dataset, DatasetItem } from "../dataset/types";
import type { SupportRecords } from "../project/supportRecords";
import type { SupportFacts } from "../support/store";
import type { ImageCells } from "../support/types";
import { EngineRestarted, type SupportClient } from "../worker/inferenceClient";
import type { Examples } from "./examples";
import { sentenceOf } from "./reasonOf";
import type { SupportState } from "./supportState";

/** So many images are fitted as a draft before anything else: something is known early. */
export const firstFit = 8;
/** One image in so many that are corrected is reason to fit all again: that takes ten seconds of a core. */
const refitShare = 16;
/** So long after the last image was learnt again, ms, fewer are reason enough: the user stays with an image. */
export const quietAfter = 20_000;
/** Stands for the fit among the images over which the engine restarted. */
const theFit = "";
/** Images that are learnt from at most. */
export const mostImages = 200;

/** What a run works with. */
export interface SupportParts {
  readonly client: SupportClient;
  readonly examples: Examples;
  readonly dataset: Dataset;
  readonly records: SupportRecords;
  /** Keys of images over which the engine restarted, now or before: a second try might take it down again. */
  readonly crashedOn: Set<string>;
  readonly show: (state: SupportState) => void;
}

/** Learns one data set in a worker that knows nothing of it, until its signal aborts. Never rejects. */
export interface SupportRun {
  /** Restores what is kept of the images, `mostImages` at most, and learns the rest. Call it once. */
  start(items: readonly DatasetItem[]): Promise<void>;
  /**
   * Learns an image again, if its label is another by now; fits again once enough were, or none is learnt for a while. Resolves
   * when there is no more to do at once.
   */
  renew(item: DatasetItem): Promise<void>;
  /** Whether an image was learnt or is to be. */
  includes(item: DatasetItem): boolean;
}

export function createSupportRun(parts: SupportParts, signal: AbortSignal): SupportRun {
  const { client, examples, dataset, records, crashedOn, show } = parts;
  /** What was learnt of an image, or restored, by its key: the label's stamp. */
  const stamps = new Map<string, string>();
  const skipped = new Map<string, string>();
  const pending = new Set<DatasetItem>();
  let working = true;
  let fitted: SupportFacts | null = null;
  let isDrafted = true;
  /** Images learnt or restored that are not fitted yet. */
  let fresh = 0;
  let quiet: ReturnType<typeof setTimeout> | undefined;
  signal.addEventListener("abort", () => clearTimeout(quiet));

  /** Passes over an image that cannot be read or learnt, and goes on; not when all is to end. */
  async function tried(item: DatasetItem, step: () => Promise<void>): Promise<void> {
    try {
      await step();
      skipped.delete(item.key);
    } catch (error) {
      if (error instanceof EngineRestarted) crashedOn.add(item.key);
      if (signal.aborted || error instanceof EngineRestarted) throw error;
      skipped.set(item.key, `${item.name}: ${sentenceOf(error)}`);
    }
  }

  async function restore(items: readonly DatasetItem[]): Promise<void> {
    const restored: ImageCells[] = [];
    for (const item of items) {
      signal.throwIfAborted();
      await tried(item, async () => {
        if (crashedOn.has(item.key)) throw new Error("the engine restarted while it was learnt.");
        const stamp = await examples.lastingStamp(dataset, item);
        const cells = await records.load(item.key, stamp);
        if (cells === undefined) pending.add(item);
        else stamps.set(item.key, stamp);
        if (cells) restored.push(cells);
      });
    }
    signal.throwIfAborted();
    client.restore(restored);
    fresh = restored.length;
  }

  async function learn(item: DatasetItem): Promise<void> {
    const stamp = await examples.lastingStamp(dataset, item);
    if (stamps.get(item.key) === stamp) return;
    const example = await examples.load(dataset, item);
    signal.throwIfAborted();
    const cells = await client.learn(example, { signal });
    stamps.set(item.key, stamp);
    fresh++;
    await records.keep(item.key, stamp, cells);
  }

  async function fitLearnt(isDraft: boolean): Promise<void> {
    try {
      fitted = await client.fit({ signal, isDraft });
      isDrafted = isDraft;
      if (!isDraft) fresh = 0;
    } catch (error) {
      // Once it may have been another job that took the engine down.
      if (error instanceof EngineRestarted) {
        for (const key of crashedOn.has(theFit) ? stamps.keys() : [theFit]) crashedOn.add(key);
      }
      throw error;
    }
  }

  /**
   * Learns and fits until nothing is left to do.
   * @param known images that need not be learnt: they count as done.
   */
  async function work(known = 0): Promise<void> {
    let done = known;
    for (;;) {
      signal.throwIfAborted();
      if (fitted === null && fresh >= firstFit) await fitLearnt(true);
      const [item] = pending;
      if (item === undefined) {
        if (fresh > 0 && (isDrafted || fresh * refitShare >= stamps.size)) {
          show({ state: "learning", done, total: done });
          await fitLearnt(false);
        }
        if (pending.size === 0) break;
      } else {
        show({ state: "learning", done, total: done + pending.size });
        pending.delete(item);
        await tried(item, () => learn(item));
        done++;
      }
    }
    show({ state: "known", ...(fitted ?? { images: 0, classes: 0 }), skipped: [...skipped.values()] });
  }

  /** Fits the few that are left, unseen: nobody waits for it, and the worker does it last of all. */
  function fitQuietly(): void {
    clearTimeout(quiet);
    if (fresh === 0 || signal.aborted) return;
    quiet = setTimeout(() => {
      if (working) return;
      working = true;
      void ending(async () => {
        await fitLearnt(false);
        await work();
      }).then(fitQuietly);
    }, quietAfter);
  }

  /** An engine that restarts begins another run; an abort says what came of it; a fit that fails leaves what is known. */
  async function ending(step: () => Promise<void>): Promise<void> {
    try {
      await step();
    } catch (error) {
      if (!signal.aborted && !(error instanceof EngineRestarted)) show({ state: "stopped" });
    } finally {
      working = false;
    }
  }

  return {
    start: (items) =>
      ending(async () => {
        await records.makeRoom();
        await restore(items);
        await work(items.length - pending.size);
      }),
    async renew(item) {
      if (signal.aborted || (stamps.size + pending.size >= mostImages && !stamps.has(item.key))) return;
      pending.add(item);
      if (working) return;
      working = true;
      await ending(work);
      fitQuietly();
    },
    includes: (item) => stamps.has(item.key) || pending.has(item),
  };
}
