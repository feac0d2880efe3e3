import { createRandom } from "../core/random";
import type { DatasetItem } from "../dataset/types";
import { storageReason } from "../project/storage";
import { type SupportRecords, supportRecords } from "../project/supportRecords";
import type { Examples } from "./examples";
import { createLatest } from "./latest";
import type { Services } from "./services";
import type { Session, SessionStore } from "./session";
import type { SettingsStore } from "./settings";
import { summaryOf } from "./summaries";
import { createSupportRun, mostImages, type SupportRun } from "./supportRun";
import { showInfo } from "./tell";
import type { Work } from "./work";

/** Images that are learnt from when a data set is opened; corrected ones come on top. */
export const mostSpread = 64;

export interface Support {
  /** Ends learning for now; what is fitted stays in use. */
  stop(): void;
  /** Goes on after `stop`. */
  resume(): void;
  /** Whether an image is among those that are learnt from. */
  includes(item: DatasetItem): boolean;
}

/** What the learning depends on: it begins anew when one of these is another. */
interface Basis {
  readonly items: readonly DatasetItem[];
  /** Keys of images that nothing is to be learnt from, one a line. */
  readonly excluded: string;
  /** Ids, and which of them are void. */
  readonly classes: string;
  /** The name of the model's weights. */
  readonly weights: string;
}

const basisParts = ["items", "excluded", "classes", "weights"] as const;

function excludedKeys(summaries: Session["summaries"]): string {
  const keys: string[] = [];
  for (const [key, { excluded }] of summaries) if (excluded) keys.push(key);
  return keys.toSorted().join("\n");
}

/**
 * Has the worker learn in the background what the open data set's labels say its classes look like, for the reconstructions
 * and searches that follow: images spread over the set, and those that were corrected, but none that the user excluded. What is
 * learnt of an image is kept between visits; one whose label was corrected is learnt again when it is left.
 */
export function createSupport(
  { client, store }: Pick<Services, "client" | "store">,
  session: SessionStore,
  settings: SettingsStore,
  examples: Examples,
  work: Pick<Work, "current">,
): Support {
  const latest = createLatest();
  const crashedOn = new Set<string>();
  let basis: Basis | null = null;
  let run: SupportRun | null = null;
  let excluded = excludedKeys(session.getState().summaries);

  settings.subscribe(follow);
  session.subscribe((now, before) => {
    if (now.dataset?.items !== before.dataset?.items) crashedOn.clear();
    if (now.summaries !== before.summaries) excluded = excludedKeys(now.summaries);
    follow();
    const left = before.image;
    if (left === null || left === now.image || run === null) return;
    if (isExcluded(left.item.key)) return;
    if (run.includes(left.item) || left.document.store.getState().changedPixels > 0) void run.renew(left.item);
  });

  function follow(): void {
    const next = currentBasis();
    if (basisParts.every((part) => next?.[part] === basis?.[part])) return;
    basis = next;
    stopRun();
    client.support.forget();
    if (next !== null) begin(next);
    else session.setState({ support: null });
  }

  function currentBasis(): Basis | null {
    const { dataset, engine, busy, readOnly, photographsLeft } = session.getState();
    // The tab that edits the data set learns from it.
    if (dataset === null || readOnly !== null || photographsLeft !== null || !settings.getState().support) return null;
    if (engine.state !== "ready" && engine.state !== "busy") return null;
    const weights = engine.engine.support;
    // While a data set is being opened its first image is more urgent.
    if (weights === null || (busy !== null && basis?.items !== dataset.items)) return null;
    const classes = dataset.classes.map(({ id, ignored }) => `${id}${ignored ? " void" : ""}`).join();
    // Summaries are another data set's while that is being opened.
    const left = busy !== null && basis?.items === dataset.items ? basis.excluded : excluded;
    return { items: dataset.items, excluded: left, classes, weights };
  }

  function isExcluded(key: string): boolean {
    return summaryOf(session.getState().summaries, key).excluded;
  }

  function begin({ items, excluded: left, weights }: Basis): void {
    const { dataset, imageStates } = session.getState();
    const projectId = work.current()?.projectId;
    if (dataset === null || projectId === undefined) return;
    const signal = latest.start();
    const records = told(supportRecords(store, projectId, weights));
    const show: Parameters<typeof createSupportRun>[0]["show"] = (support) => {
      if (signal.aborted) return;
      session.setState({ support });
      if (support.state === "stopped") stopRun();
    };
    run = createSupportRun({ client: client.support, examples, dataset, records, crashedOn, show }, signal);
    const corrected = [...imageStates].filter(([, { kept, changed }]) => kept || changed === true);
    const leftOut = new Set(left.split("\n"));
    const included = items.filter(({ key }) => !leftOut.has(key));
    const chosen = chosenItems(included, new Set(corrected.map(([key]) => key)));
    show({ state: "learning", done: 0, total: chosen.length });
    void run.start(chosen);
  }

  function stopRun(): void {
    latest.abort();
    run = null;
  }

  /** Storage that fails costs the encoding at the next visit: the user is told once, and learning goes on. */
  function told(records: SupportRecords): SupportRecords {
    let failed = false;
    const tried = async <T>(step: () => Promise<T>): Promise<T | undefined> => {
      try {
        return failed ? undefined : await step();
      } catch (error) {
        failed = true;
        showInfo(session, "What was learnt from the labels is not kept", storageReason(error));
      }
    };
    return {
      load: (...key) => tried(() => records.load(...key)),
      keep: (...record) => tried(() => records.keep(...record)),
      makeRoom: () => tried(records.makeRoom),
    };
  }

  return {
    stop() {
      if (run === null) return;
      stopRun();
      session.setState({ support: { state: "stopped" } });
    },
    resume() {
      if (basis !== null && run === null) begin(basis);
    },
    includes: (item) => run?.includes(item) ?? false,
  };
}

/** Images with a picture: spread over the set, in an order in which the first few are spread too; then corrected ones, as many as can be learnt from. */
export function chosenItems(items: readonly DatasetItem[], corrected: ReadonlySet<string>): readonly DatasetItem[] {
  const usable = items.filter(({ image }) => image !== null);
  const count = Math.min(mostSpread, usable.length);
  const spread = Array.from({ length: count }, (_, i) => usable[Math.floor(((i + 0.5) * usable.length) / count)]);
  const others = usable.filter((item) => corrected.has(item.key) && !spread.includes(item));
  return [...createRandom(1).shuffle(spread), ...others].slice(0, mostImages);
}
