import type { Dataset, DatasetItem } from "../dataset/types";
import { EngineRestarted, type InferenceClient } from "../worker/inferenceClient";
import type { Examples } from "./examples";
import { timeLeft } from "./timeLeft";

/** More examples than this cost more time than they add. */
export const mostExamples = 40;

/** What an image is judged by. */
export interface Lessons {
  /** Other images the worker has learnt. */
  readonly learnt: number;
  /** Images that could not be learnt, each with the reason. */
  readonly skipped: readonly string[];
}

export interface Teaching {
  /**
   * Teaches the worker what it does not know yet of the images around the one at `index`. An image that cannot be read or
   * learnt is passed over. Ends early when `signal` aborts.
   * @throws EngineRestarted when the worker was started anew meanwhile.
   */
  teach(
    dataset: Dataset,
    index: number,
    signal: AbortSignal,
    onProgress: (text: string, share: number) => void,
  ): Promise<Lessons>;
  /** Another data set was opened. */
  forget(): void;
}

export function createTeaching(
  client: Pick<InferenceClient, "learn" | "learntKeys" | "forget">,
  examples: Examples,
): Teaching {
  /** What each image was like when it was learnt. */
  const taught = new Map<string, string>();
  /** Images over which the engine restarted: a second try might take it down again. */
  const feared = new Set<string>();

  async function teachOne(dataset: Dataset, item: DatasetItem, stamp: string, signal: AbortSignal): Promise<void> {
    const example = await examples.load(dataset, item);
    try {
      await client.learn(example, { signal });
    } catch (error) {
      if (error instanceof EngineRestarted) feared.add(item.key);
      throw error;
    }
    taught.set(item.key, stamp);
  }

  return {
    async teach(dataset, index, signal, onProgress) {
      const skipped: string[] = [];
      const stamps = new Map<DatasetItem, string>();
      for (const item of examples.near(dataset, index).slice(0, mostExamples)) {
        if (feared.has(item.key)) skipped.push(`${item.name}: the engine restarted while it was learnt.`);
        else stamps.set(item, await examples.stamp(dataset, item));
      }
      const isKnown = (item: DatasetItem) =>
        client.learntKeys().has(item.key) && taught.get(item.key) === stamps.get(item);
      const fresh = [...stamps.keys()].filter((item) => !isKnown(item));
      const started = performance.now();
      for (const [done, item] of fresh.entries()) {
        if (signal.aborted) break;
        const left = timeLeft(done, fresh.length, performance.now() - started);
        onProgress(`Learning classes: ${done + 1} of ${imageCount(fresh.length)}${left}`, done / fresh.length);
        try {
          await teachOne(dataset, item, stamps.get(item) ?? "", signal);
        } catch (error) {
          if (error instanceof EngineRestarted) throw error;
          if (signal.aborted) break;
          skipped.push(`${item.name}: ${error instanceof Error ? error.message : String(error)}`);
        }
      }
      return { learnt: [...stamps.keys()].filter(isKnown).length, skipped };
    },
    forget() {
      taught.clear();
      feared.clear();
      client.forget();
    },
  };
}

export function imageCount(count: number): string {
  return `${count} ${count === 1 ? "image" : "images"}`;
}
