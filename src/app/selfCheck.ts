import { createStore, type StoreApi } from "zustand/vanilla";
import { createRandom } from "../core/random";
import type { Dataset, DatasetItem } from "../dataset/types";
import { type CheckReport, reportOf } from "../review/check/report";
import { checkTasks, checkWindows, type KindTallies, scoreTask, talliesOf } from "../review/check/windowCheck";
import { EngineRestarted, type InferenceClient } from "../worker/inferenceClient";
import { awaitSupport, type Learnt } from "./awaitSupport";
import type { Examples } from "./examples";
import type { KeptCheck } from "./keptCheck";
import { createLatest } from "./latest";
import type { SessionStore } from "./session";
import type { SettingsStore } from "./settings";
import { imageCount } from "./summary";
import type { Support } from "./support";
import { announce, showError } from "./tell";
import { createCountdown } from "./timeLeft";

/** Windows of one image that are checked at most: a large image is not to count for many. */
const mostWindows = 2;
const seed = 0;

interface CheckOptions {
  /** How many images. */
  readonly images: number;
  /** The threshold is for this share of right pixels, 0..1. */
  readonly target: number;
}

interface SelfCheckState {
  /** Null while none runs. */
  readonly progress: { readonly text: string; readonly share: number } | null;
  /** The newest report of the open data set, and when it was made. */
  readonly report: CheckReport | null;
  readonly at: number | null;
}

/** How well the model rebuilds the data set's own labels where they are hidden from it. */
export interface SelfCheck {
  readonly store: StoreApi<SelfCheckState>;
  /** Takes the place of one under way; resolves when it is done or was cancelled. */
  start(options: CheckOptions): Promise<void>;
  /** Ends the one under way; what it found is dropped. False when there is none. */
  cancel(): boolean;
}

/** A seeded choice of images with a picture and a label. */
export function sampleOf(items: readonly DatasetItem[], count: number): readonly DatasetItem[] {
  const usable = items.filter(({ image }) => image !== null);
  return createRandom(seed)
    .shuffle([...usable])
    .slice(0, count);
}

/**
 * Checks run in the background, one window after the other. An image is judged by what was learnt from other images only.
 */
export function createSelfCheck(
  client: Pick<InferenceClient, "reconstructLater">,
  session: SessionStore,
  settings: SettingsStore,
  support: Pick<Support, "includes">,
  examples: Pick<Examples, "load">,
  kept: KeptCheck,
): SelfCheck {
  const store = createStore<SelfCheckState>(() => ({ progress: null, report: null, at: null }));
  const latest = createLatest();

  session.subscribe((now, before) => {
    if (now.dataset?.id === before.dataset?.id) return;
    latest.abort();
    store.setState({ progress: null });
  });
  kept.store.subscribe(({ newest }) => store.setState({ report: newest?.report ?? null, at: newest?.at ?? null }));

  async function checkImage(
    dataset: Dataset,
    item: DatasetItem,
    number: number,
    tallies: KindTallies,
    signal: AbortSignal,
  ): Promise<{ readonly windows: number; readonly model: string | null }> {
    const { image, labels: data, ignoredIds, imageKey } = await examples.load(dataset, item);
    const { width, height } = image;
    const own: KindTallies = new Map();
    let windows = 0;
    let model: string | null = null;
    for (const [at, window] of checkWindows(width, height, mostWindows, number).entries()) {
      signal.throwIfAborted();
      const labels = { width, height, data };
      const tasks = checkTasks({ imageKey, labels, ignoredIds }, window, number * mostWindows + at);
      if (tasks.length === 0) continue;
      const requests = tasks.map(({ request }) => request);
      const results = await client.reconstructLater(requests, { signal, image: { ...image, imageKey } });
      for (const [i, task] of tasks.entries()) {
        const { model: answered, nearest } = talliesOf(own, task.kind);
        scoreTask(task, results[i], answered, nearest);
        model = results[i].model;
      }
      windows++;
    }
    // Only whole images count: one that failed in the middle is skipped and said.
    for (const [kind, one] of own) {
      const all = talliesOf(tallies, kind);
      all.model.merge(one.model);
      all.nearest.merge(one.nearest);
    }
    return { windows, model };
  }

  async function check(dataset: Dataset, { images, target }: CheckOptions, signal: AbortSignal): Promise<CheckReport> {
    const open = session.getState().image;
    const show = (text: string, share: number): void => store.setState({ progress: { text, share } });
    const learnt: Learnt | null =
      open === null ? null : await awaitSupport(session, settings, support, open, signal, show);
    const sample = sampleOf(dataset.items, images);
    const tallies: KindTallies = new Map();
    const skipped: string[] = [];
    const countdown = createCountdown();
    let [checked, windows, model] = [0, 0, ""];
    for (const [number, item] of sample.entries()) {
      const left = countdown(number, sample.length);
      show(`Self-check: ${number} of ${imageCount(sample.length)}${left}`, number / sample.length);
      try {
        const one = await checkImage(dataset, item, number, tallies, signal);
        if (one.windows > 0) checked++;
        windows += one.windows;
        model = one.model ?? model;
      } catch (error) {
        // What was learnt is gone with the worker: the rest would be judged otherwise.
        if (signal.aborted || error instanceof EngineRestarted) throw error;
        skipped.push(`${item.name}: ${error instanceof Error ? error.message : String(error)}`);
      }
    }
    signal.throwIfAborted();
    return reportOf(tallies, {
      images: checked,
      windows,
      seed,
      model,
      learntFrom: learnt?.images ?? null,
      target,
      skipped,
    });
  }

  return {
    store,
    async start(options) {
      const { dataset } = session.getState();
      if (dataset === null) return announce(session, "No files are open.");
      const signal = latest.start();
      store.setState({ progress: { text: "Self-check begins", share: 0 } });
      try {
        const report = await check(dataset, options, signal);
        if (signal.aborted) return;
        kept.note(report);
        announce(session, `Self-check done. ${report.verdict.text}`);
      } catch (error) {
        if (!signal.aborted) showError(session, "The self-check stopped", error);
      } finally {
        if (!signal.aborted) store.setState({ progress: null });
        latest.end(signal);
      }
    },
    cancel() {
      const isEnded = latest.abort();
      if (!isEnded) return false;
      store.setState({ progress: null });
      announce(session, "Self-check cancelled");
      return true;
    },
  };
}
