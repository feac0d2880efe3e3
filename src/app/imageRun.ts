import type { Dataset, DatasetItem } from "../dataset/types";
import { allSeen } from "./photographs";
import type { SessionStore } from "./session";
import { summaryOf } from "./summaries";

/** What came of an image: "again" where its label changed meanwhile; why it cannot be done, where that is a matter of its own. */
export type Worked = "done" | "again" | { readonly failure: string };

interface Parts {
  readonly session: SessionStore;
  /** Whether the project that it is about is still the open one. */
  readonly isOpen: () => boolean;
}

export interface ImageRun extends Parts {
  /** Does an image and keeps what came of it. */
  readonly work: (item: DatasetItem) => Promise<Worked>;
  /** Notes an image as done that was not; null: the user excluded it. */
  readonly passOver: (key: string, failure: string | null) => Promise<void>;
  /** An image is done, and that is kept; `ms` is how long it took, null where it was passed over. */
  readonly onDone: (key: string, failure: string | null, ms: number | null) => void;
}

/** @throws the signal's reason; Error when the project was closed. */
export function openedDataset({ session, isOpen }: Parts, signal: AbortSignal): Dataset {
  signal.throwIfAborted();
  const { dataset } = session.getState();
  if (dataset === null || !isOpen()) throw new Error("The data set was closed.");
  return dataset;
}

/**
 * Goes through images in the background, one after the other. An excluded one is passed over, and so is one that fails; one
 * whose label changed meanwhile is done again, after the others.
 * @throws the signal's reason, and what concerns all images.
 */
export async function runImages(run: ImageRun, keys: readonly string[], signal: AbortSignal): Promise<void> {
  await allSeen(run.session, signal);
  const queue = [...keys];
  for (let key = queue.shift(); key !== undefined; key = queue.shift()) {
    const own = key;
    const item = openedDataset(run, signal).items.find((one) => one.key === own);
    const started = performance.now();
    const passOver = async (failure: string | null): Promise<void> => {
      await run.passOver(own, failure);
      run.onDone(own, failure, null);
    };
    if (item === undefined) await passOver("It is not in the data set any more.");
    else if (summaryOf(run.session.getState().summaries, own).excluded) await passOver(null);
    else {
      const worked = await run.work(item);
      if (worked === "done") run.onDone(own, null, performance.now() - started);
      else if (worked === "again") queue.push(own);
      else await passOver(worked.failure);
    }
  }
}
