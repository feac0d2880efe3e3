import type { Dataset, DatasetItem } from "../dataset/types";
import { EngineRestarted, type InferenceClient } from "../worker/inferenceClient";
import type { Examples } from "./examples";
import { timeLeft } from "./timeLeft";

/** More examples than this cost more time than they add. */
export const mostExamples = 40;

/** What an image is judged by. */
export interface Learnt {
  /** Other images that the worker has learnt from. */
  readonly images: number;
  /** Images that could not be learnt from, each with the reason. */
  readonly skipped: readonly string[];
}

/** Sees to it that the worker knows what the data set's classes look like. */
export interface Learning {
  /**
   * Has the worker learn from the images around the one at `index` what it does not know yet. An image that cannot be read or
   * learnt from is passed over. Ends early when `signal` is aborted.
   * @throws EngineRestarted when the worker was started anew meanwhile.
   */
  learnAround(
    dataset: Dataset,
    index: number,
    signal: AbortSignal,
    onProgress: (text: string, share: number) => void,
  ): Promise<Learnt>;
  /** Another data set was opened. */
  forget(): void;
}

export function createLearning(
  client: Pick<InferenceClient, "learn" | "learntKeys" | "forget">,
  examples: Pick<Examples, "near" | "stamp" | "load">,
): Learning {
  /** The stamp of each image when it was learnt from. */
  const learntStamps = new Map<string, string>();
  /** Images over which the engine restarted: a second try might take it down again. */
  const crashedOn = new Set<string>();

  async function learnFrom(dataset: Dataset, item: DatasetItem, stamp: string, signal: AbortSignal): Promise<void> {
    const example = await examples.load(dataset, item);
    try {
      await client.learn(example, { signal });
    } catch (error) {
      if (error instanceof EngineRestarted) crashedOn.add(item.key);
      throw error;
    }
    learntStamps.set(item.key, stamp);
  }

  return {
    async learnAround(dataset, index, signal, onProgress) {
      const skipped: string[] = [];
      const stamps = new Map<DatasetItem, string>();
      for (const item of examples.near(dataset, index).slice(0, mostExamples)) {
        if (crashedOn.has(item.key)) skipped.push(`${item.name}: the engine restarted while it was learnt.`);
        else stamps.set(item, await examples.stamp(dataset, item));
      }
      const isKnown = (item: DatasetItem) =>
        client.learntKeys().has(item.key) && learntStamps.get(item.key) === stamps.get(item);
      const fresh = [...stamps.keys()].filter((item) => !isKnown(item));
      const started = performance.now();
      for (const [done, item] of fresh.entries()) {
        if (signal.aborted) break;
        const left = timeLeft(done, fresh.length, performance.now() - started);
        onProgress(`Learning classes: ${done + 1} of ${imageCount(fresh.length)}${left}`, done / fresh.length);
        try {
          await learnFrom(dataset, item, stamps.get(item) ?? "", signal);
        } catch (error) {
          if (error instanceof EngineRestarted) throw error;
          if (signal.aborted) break;
          skipped.push(`${item.name}: ${error instanceof Error ? error.message : String(error)}`);
        }
      }
      return { images: [...stamps.keys()].filter(isKnown).length, skipped };
    },
    forget() {
      learntStamps.clear();
      crashedOn.clear();
      client.forget();
    },
  };
}

export function imageCount(count: number): string {
  return `${count} ${count === 1 ? "image" : "images"}`;
}
