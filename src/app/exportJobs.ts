import type { Dataset } from "../dataset/types";
import { whyNotMany } from "./bulkRun";
import type { SessionStore } from "./session";
import { announce, showError, showInfo } from "./tell";
import { createCountdown } from "./timeLeft";
import type { Work } from "./work";

/** One export or save that is under way. */
export interface ExportJob {
  readonly signal: AbortSignal;
  /**
   * The next label's turn: `done` of `total` are done.
   * @throws the signal's reason when the user cancelled or left the data set.
   */
  turn(done: number, total: number): void;
  /** Whether nothing of its kind was begun since: what is told of it is out of date then. */
  holds(): boolean;
}

export type ExportVerb = "Exporting" | "Saving";

/** Exports and saves run beside all other work, one at a time: two could back up a label that the other has just written. */
export interface ExportJobs {
  /** @param what for titles and the status line: "Export" and "Exporting". */
  run(
    what: { readonly title: string; readonly verb: ExportVerb },
    action: (dataset: Dataset, job: ExportJob) => Promise<void>,
  ): Promise<void>;
  cancel(): void;
}

/** The status line is told of progress this often: a label may take a millisecond. */
const tellMs = 200;

export function createExportJobs(session: SessionStore, work: Pick<Work, "current">): ExportJobs {
  let running: AbortController | null = null;
  const begun: Record<ExportVerb, number> = { Exporting: 0, Saving: 0 };

  function jobOf(verb: ExportVerb, controller: AbortController): ExportJob {
    const autosave = work.current();
    const { signal } = controller;
    const countdown = createCountdown();
    let told = Number.NEGATIVE_INFINITY;
    begun[verb] += 1;
    const own = begun[verb];
    return {
      signal,
      holds: () => begun[verb] === own,
      turn(done, total) {
        if (work.current() !== autosave) controller.abort(new LeftError());
        signal.throwIfAborted();
        const now = performance.now();
        if (now - told < tellMs) return;
        told = now;
        const count = `${done.toLocaleString("en")}/${total.toLocaleString("en")}`;
        const text = `${verb} ${count}${countdown(done, total)}`;
        session.setState({ exporting: { text, verb } });
      },
    };
  }

  return {
    cancel: () => running?.abort(new DOMException("The user cancelled it", "AbortError")),
    async run({ title, verb }, action) {
      const { dataset } = session.getState();
      if (dataset === null) return;
      if (running !== null) return announce(session, "The last export is still under way");
      const why = whyNotMany(session);
      if (why !== null) return showInfo(session, `${title} not begun`, why);
      const controller = new AbortController();
      running = controller;
      session.setState({ message: null, exporting: { text: verb, verb } });
      // Classes may be edited meanwhile; another data set has another id, or is read in another way (see turn).
      const stop = session.subscribe((now) => {
        if (now.dataset?.id !== dataset.id) controller.abort(new LeftError());
      });
      const job = jobOf(verb, controller);
      const { holds } = job;
      try {
        await action(dataset, job);
      } catch (error) {
        if (!controller.signal.aborted) showError(session, `${title} failed`, error, { holds });
        else if (controller.signal.reason instanceof LeftError) {
          showInfo(session, `${title} stopped`, `${dataset.name} was closed before it was done. No file was written.`, {
            holds,
          });
        } else announce(session, `${title} cancelled. No file was written.`);
      } finally {
        stop();
        running = null;
        session.setState({ exporting: null });
      }
    },
  };
}

/** The data set was left. */
class LeftError extends Error {}
