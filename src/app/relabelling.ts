import { countIds } from "../core/countIds";
import { regionFromPredicate } from "../core/region";
import type { Dataset, DatasetItem } from "../dataset/types";
import type { HistoryEntry } from "../document/types";
import type { OpenDocument, SuggestionSet } from "../review/types";
import type { Documents } from "./documents";
import { stepMark } from "./stepMark";

/** A step that gave a class of one label another. */
export interface RelabelledPart {
  readonly key: string;
  readonly pixels: number;
  /** Tells the step among others, also once its document was read anew. */
  readonly step: string;
}

/** What is done to many labels, and what could not be. */
export interface Relabelled {
  readonly parts: readonly RelabelledPart[];
  /** "name: why", where a label stays as it is. */
  readonly failed: readonly string[];
  /** Why it ended before all were done, as a sentence; null where it did not. */
  readonly stopped: string | null;
}

type Parts = Pick<Documents, "documentFor" | "edit" | "hold" | "inMemory" | "trim">;

interface Run {
  readonly dataset: Dataset;
  readonly documents: Parts;
  /** Keeps what was done before going on; why that failed, or it must end, as a sentence; null where all is well. */
  keep(): Promise<string | null>;
  onProgress(done: number): void;
}

/**
 * Gives all pixels of a class another in each of these images, one undo step an image, each kept before the next.
 * @param act makes the change of a document: what else that entails for the open one is for the caller.
 */
export async function relabelIn(
  { dataset, documents, keep, onProgress }: Run,
  items: readonly DatasetItem[],
  { from, to, name }: { readonly from: number; readonly to: number; readonly name: string },
  act: (document: OpenDocument, change: () => void) => void,
): Promise<Relabelled> {
  const parts: RelabelledPart[] = [];
  const failed: string[] = [];
  for (const [at, item] of items.entries()) {
    onProgress(at);
    const release = documents.hold(item.key);
    try {
      await fits(documents, dataset, item);
      const { document } = await documents.edit(dataset, item);
      const { labels, width, height } = document;
      const region = regionFromPredicate({ x: 0, y: 0, width, height }, (x, y) => labels.data[y * width + x] === from);
      const before = countIds(labels.data).get(from) ?? 0;
      if (before === 0) continue;
      const ids = new Uint16Array(region.bits.length).fill(to);
      act(document, () => document.edit(name, (edit) => edit.setLabels(region, ids)));
      const pixels = before - (countIds(labels.data).get(from) ?? 0);
      const step = document.past().done.at(-1);
      if (pixels > 0 && step !== undefined) parts.push({ key: item.key, pixels, step: stepMark(step) });
    } catch (error) {
      failed.push(`${item.name}: ${error instanceof Error ? error.message : String(error)}`);
    } finally {
      release();
    }
    const stopped = await keep();
    documents.trim(item.key);
    if (stopped !== null) return { parts, failed, stopped };
  }
  return { parts, failed, stopped: null };
}

/** Takes such steps back, each as long as no later step touched its pixels. Names of images where one stands. */
export async function takeBackIn(
  { dataset, documents, keep, onProgress }: Run,
  parts: readonly RelabelledPart[],
  act: (document: OpenDocument, change: () => void) => void,
): Promise<readonly string[]> {
  const items = new Map(dataset.items.map((item) => [item.key, item]));
  const failed: string[] = [];
  for (const [at, { key, step }] of parts.entries()) {
    onProgress(at);
    const item = items.get(key);
    if (item === undefined) continue;
    const release = documents.hold(key);
    try {
      const { document } = await documents.edit(dataset, item);
      const isIt = (entry: HistoryEntry<SuggestionSet>) => stepMark(entry) === step;
      const newest = document.past().done.at(-1);
      let done = true;
      act(document, () => {
        if (newest !== undefined && isIt(newest)) document.undo();
        else done = document.revert("Take back a relabelled class", isIt, () => []) === "done";
      });
      if (!done) failed.push(item.name);
    } catch (error) {
      failed.push(`${item.name} (${error instanceof Error ? error.message : String(error)})`);
    } finally {
      release();
    }
    const stopped = await keep();
    documents.trim(key);
    if (stopped !== null) return [...failed, ...parts.slice(at + 1).map((one) => items.get(one.key)?.name ?? one.key)];
  }
  return failed;
}

/** @throws Error where kept work does not fit the file: what is kept must not be written over unseen. */
async function fits(documents: Parts, dataset: Dataset, item: DatasetItem): Promise<void> {
  if (documents.inMemory(item.key) !== null) return;
  const { passedOver } = await documents.documentFor(dataset, item);
  if (passedOver === null) return;
  throw new Error(`Earlier work on it does not fit its file any more (${passedOver.message}). Open the image first.`);
}
