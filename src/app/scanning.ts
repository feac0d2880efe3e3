import type { DatasetItem } from "../dataset/types";
import type { ReliabilityTable } from "../model/reliability";
import type { Autosave } from "../project/autosave";
import {
  loadScans,
  markScan,
  removeScan,
  type ScanOptions,
  type ScanOutcome,
  type ScanRecord,
  type ScanState,
  saveScan,
} from "../project/scans";
import { storageReason } from "../project/storage";
import { FOUND } from "../review/sets";
import type { WorkImage } from "../window/workImage";
import { EngineRestarted } from "../worker/inferenceClient";
import { nextEngine } from "./awaitEngine";
import { awaitSupport } from "./awaitSupport";
import type { Documents } from "./documents";
import { followProject } from "./followProject";
import { createLatest } from "./latest";
import { createPace } from "./pace";
import { reasonOf } from "./reasonOf";
import { searchImage } from "./scanImage";
import { runScan, type ScanRunParts } from "./scanRun";
import { excludedText, isUp, leftToSearch, scanCounts, unfinishedScan, whyNotScan } from "./scanScope";
import type { Services } from "./services";
import type { Scan, ScanMeant, SessionStore } from "./session";
import type { SettingsStore } from "./settings";
import { type Summaries, summaryOf } from "./summaries";
import { imageCount } from "./summary";
import type { Support } from "./support";
import { announce, askBetween, showError, showInfo } from "./tell";
import type { Work } from "./work";

/** Images that are timed before a scan. */
const TIMED = 2;

export interface ScanPlan {
  readonly name: string;
  readonly keys: readonly string[];
  readonly options: ScanOptions;
}

/** What a scan would take, by images that were timed. */
export interface ScanEstimate {
  readonly msAnImage: number;
  /** How often finds are right by their confidence, where that was measured. */
  readonly reliability: ReliabilityTable | null;
}

/** Searches of many images for errors, one scan at a time, in the background; they survive the page. */
export interface Scanning {
  /** Asks what is to be searched, and begins there. */
  openSheet(meant?: ScanMeant): void;
  /**
   * Times two of the images, as they would be searched. Null when the signal aborts.
   * @param onStep what is being done, in the user's words.
   * @throws Error where nothing can be searched.
   */
  estimate(plan: ScanPlan, signal: AbortSignal, onStep: (text: string) => void): Promise<ScanEstimate | null>;
  /** Begins a scan; one that runs is paused. */
  start(plan: ScanPlan): Promise<void>;
  pause(): void;
  /** Goes on with a paused scan where it stopped, or with what a finished one passed over that is included now; one that runs is paused. */
  resume(id: string): Promise<void>;
  cancel(id: string): void;
  /** Takes a scan off the list, and what it found out of the images if the user wants that. */
  remove(id: string): Promise<void>;
}

export function createScanning(
  { client, store }: Pick<Services, "client" | "store">,
  session: SessionStore,
  settings: SettingsStore,
  documents: Documents,
  summaries: Summaries,
  support: Pick<Support, "includes">,
  work: Pick<Work, "current">,
  picture: (item: DatasetItem) => Promise<WorkImage>,
): Scanning {
  const latest = createLatest();
  const parts = { client, session, settings, documents, picture };
  let followed: Autosave | null = null;

  followProject(session, work, (next) => void follow(next));

  /** Another project is open: what runs stops as it is, to go on when its project is opened again. */
  async function follow(next: Autosave | null): Promise<void> {
    stop();
    followed = next;
    session.setState({ scans: [], scanMeant: {} });
    if (next === null) return;
    try {
      const scans = await loadScans(store, next.projectId);
      if (followed !== next) return;
      session.setState({ scans });
      const running = scans.find(({ record }) => record.state === "running");
      if (running !== undefined) void run(running.record.id);
    } catch (error) {
      if (followed === next) showInfo(session, "Earlier scans could not be read", storageReason(error));
    }
  }

  function stop(): boolean {
    const ran = latest.abort();
    session.setState({ scanning: null });
    return ran;
  }

  const scanOf = (id: string): Scan | undefined => session.getState().scans.find(({ record }) => record.id === id);

  const leftOf = (id: string): readonly string[] => {
    const scan = scanOf(id);
    return scan === undefined ? [] : leftToSearch(scan, session.getState().summaries);
  };

  function change(id: string, next: (scan: Scan) => Scan): void {
    session.setState(({ scans }) => ({ scans: scans.map((scan) => (scan.record.id === id ? next(scan) : scan)) }));
  }

  /** Notes how a scan stands. What cannot be kept is said. */
  async function mark(id: string, state: ScanState): Promise<void> {
    const scan = scanOf(id);
    if (scan === undefined || followed === null) return;
    const record: ScanRecord = { ...scan.record, state };
    change(id, (now) => ({ ...now, record }));
    try {
      await markScan(store, followed.projectId, record);
    } catch (error) {
      showInfo(session, `That ${record.name} is ${state} is not kept`, storageReason(error));
    }
  }

  /** Waits until the model runs and has learnt from the other labels, or will not. */
  async function ready(item: DatasetItem, signal: AbortSignal, onStep: (text: string) => void): Promise<void> {
    for (;;) {
      signal.throwIfAborted();
      const { engine } = session.getState();
      if (engine.state === "failed") throw new Error(engine.reason);
      if (!isUp(engine)) {
        onStep(engine.state === "loading" ? "Loading the model" : "The model is restarting");
        await nextEngine(session, engine, signal);
        continue;
      }
      const reason = whyNotScan(session.getState());
      if (reason !== null) throw new Error(reason);
      try {
        await awaitSupport(session, settings, support, { item }, signal, onStep);
        return;
      } catch (error) {
        if (!(error instanceof EngineRestarted)) throw error;
      }
    }
  }

  /** Runs a scan to its end, or until it is stopped; never rejects. */
  async function run(id: string): Promise<void> {
    const autosave = followed;
    const scan = scanOf(id);
    if (scan === undefined || autosave === null) return;
    const isOpen = () => work.current() === autosave && session.getState().dataset !== null;
    const signal = latest.start();
    const pace = createPace();
    /** Since when the model only searches: it may have been loaded and have learnt for minutes before. */
    let since = 0;
    const show = (text: string): void => {
      if (signal.aborted) return;
      const now = scanOf(id);
      const counts = now === undefined ? null : scanCounts(now, session.getState().summaries);
      const left = counts === null ? 0 : counts.total - counts.done;
      session.setState({ scanning: { id, text, leftMs: pace.leftMs(left) } });
    };
    const onDone = (key: string, outcome: ScanOutcome, ms: number | null): void => {
      if (!isOpen()) return;
      change(id, (now) => ({ ...now, outcomes: new Map(now.outcomes).set(key, outcome) }));
      if (ms !== null) pace.add(performance.now() - since);
      show("Scanning");
    };
    show("Scanning");
    try {
      const how: ScanRunParts = {
        ...{ ...parts, store, summaries, autosave, isOpen, onDone },
        async ready(item, of) {
          await ready(item, of, show);
          since = performance.now();
          show("Scanning");
        },
      };
      // What was passed over may have been included again meanwhile.
      for (let left = leftOf(id); left.length > 0; left = leftOf(id)) await runScan(how, scan.record, left, signal);
      if (signal.aborted) return;
      finished(id);
      await mark(id, "finished");
    } catch (error) {
      // A data set that is closed leaves its scan running: it goes on when that is opened again.
      if (signal.aborted || !isOpen()) return;
      await mark(id, "paused");
      const holds = (): boolean => scanOf(id)?.record.state === "paused";
      showError(session, `${scan.record.name} is paused`, new Error(reasonOf(error)), { holds });
    } finally {
      if (!signal.aborted) session.setState({ scanning: null });
      latest.end(signal);
    }
  }

  function finished(id: string): void {
    const scan = scanOf(id);
    if (scan === undefined) return;
    const counts = scanCounts(scan, session.getState().summaries);
    const failed = counts.failed === 0 ? "" : ` ${imageCount(counts.failed)} could not be searched.`;
    const excluded = counts.excluded === 0 ? "" : ` ${excludedText(counts)}.`;
    const found = scan.record.keys.filter((key) => {
      const { scan: by, findings } = summaryOf(session.getState().summaries, key);
      return by === id && findings.length > 0;
    }).length;
    // Whoever waited for it may have looked away.
    const text = `Something was found in ${found} of ${imageCount(counts.done - counts.failed)}.${failed}${excluded}`;
    showInfo(session, `${scan.record.name} is finished`, text);
  }

  function pause(): void {
    const running = session.getState().scans.find(({ record }) => record.state === "running");
    stop();
    if (running === undefined) return;
    announce(session, `${running.record.name} is paused`);
    void mark(running.record.id, "paused");
  }

  return {
    openSheet(meant = {}) {
      const reason = whyNotScan(session.getState());
      if (reason !== null) return announce(session, `Nothing can be scanned: ${reason}`);
      session.setState({ dialog: "scan", scanMeant: meant });
    },
    async estimate({ keys, options }, signal, onStep) {
      const times: number[] = [];
      let reliability: ReliabilityTable | null = null;
      try {
        for (let i = 0; i < Math.min(TIMED, keys.length); i++) {
          const { dataset } = session.getState();
          // From within: the first image of a set is often unlike the others.
          const key = keys[Math.floor(((i + 0.5) * keys.length) / TIMED) % keys.length];
          const item = dataset?.items.find((one) => one.key === key);
          if (dataset === null || item === undefined) continue;
          await ready(item, signal, onStep);
          onStep(`Timing image ${i + 1} of ${Math.min(TIMED, keys.length)}`);
          const started = performance.now();
          const { result } = await searchImage(parts, dataset, item, options, { signal });
          times.push(performance.now() - started);
          reliability = result.reliability ?? null;
        }
      } catch (error) {
        if (signal.aborted) return null;
        throw error;
      }
      if (times.length === 0) return null;
      return { msAnImage: times.reduce((sum, ms) => sum + ms, 0) / times.length, reliability };
    },
    async start({ name, keys, options }) {
      if (followed === null || keys.length === 0) return;
      pause();
      const created = Date.now();
      const record: ScanRecord = {
        id: `${created.toString(36)}-${keys.length}`,
        name,
        created,
        keys,
        options,
        state: "running",
      };
      try {
        await saveScan(store, followed.projectId, record);
      } catch (error) {
        return showInfo(session, "The scan could not begin", storageReason(error));
      }
      session.setState(({ scans }) => ({ scans: [...scans, { record, outcomes: new Map() }] }));
      announce(session, `${name}: ${imageCount(keys.length)}`);
      void run(record.id);
    },
    pause,
    async resume(id) {
      const scan = scanOf(id);
      if (scan === undefined || !["paused", "finished"].includes(scan.record.state)) return;
      if (scan.record.state === "finished" && leftOf(id).length === 0) return;
      pause();
      announce(session, `${scan.record.name} goes on`);
      await mark(id, "running");
      void run(id);
    },
    cancel(id) {
      const scan = scanOf(id);
      if (scan === undefined || unfinishedScan([scan]) === null) return;
      if (scan.record.state === "running") stop();
      announce(session, `${scan.record.name} is cancelled. What it found stays.`);
      void mark(id, "cancelled");
    },
    async remove(id) {
      const scan = scanOf(id);
      if (scan === undefined) return;
      const { name } = scan.record;
      const answer = await askBetween(session, {
        title: `Delete ${name}?`,
        text: "What it found can stay in the images, to be reviewed, or go with it. Labels stay as they are, and so does what was decided.",
        yes: "Delete the scan only",
        other: "Delete its findings too",
      });
      const of = followed;
      if (answer === false || of === null) return;
      if (scanOf(id)?.record.state === "running") stop();
      try {
        if (answer === "other") await dropFindings(id);
        if (followed !== of) return;
        await removeScan(store, of.projectId, id);
        session.setState(({ scans }) => ({ scans: scans.filter(({ record }) => record.id !== id) }));
        announce(session, `${name} is deleted`);
      } catch (error) {
        await mark(id, "paused");
        showError(session, `${name} could not be deleted`, new Error(storageReason(error)));
      }
    },
  };

  /** Takes what a scan found out of the images, where no newer search took its place. */
  async function dropFindings(id: string): Promise<void> {
    const autosave = followed;
    for (const item of session.getState().dataset?.items ?? []) {
      const { dataset, summaries: known } = session.getState();
      if (dataset === null || autosave === null || work.current() !== autosave) return;
      if (summaryOf(known, item.key).scan !== id) continue;
      const unsearched = { score: null, scan: null, failure: null, findings: [] };
      const failed = scanOf(id)?.outcomes.get(item.key) ?? null;
      if (failed !== null) {
        summaries.note([item.key], unsearched);
        continue;
      }
      const release = documents.hold(item.key);
      try {
        const { document } = await documents.edit(dataset, item);
        if (work.current() !== autosave) return;
        const note = summaries.noteWith(item.key, unsearched, () => {
          document.edit("Clear list", (edit) => edit.dropProposal(FOUND));
        });
        await autosave.keepWith(document, note === null ? [] : [note]).catch((error: unknown) => {
          // The document is kept later, by itself.
          summaries.note([item.key], unsearched);
          throw error;
        });
      } finally {
        release();
        documents.trim(item.key);
      }
    }
  }
}
