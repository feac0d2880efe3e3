import { type Put, storageReason } from "../project/storage";
import { loadSummaries, saveSummaries, summaryRecord } from "../project/summaries";
import { findingsOf, type ImageSummary, unknownImage, withLocks } from "../review/imageSummary";
import { FOUND } from "../review/sets";
import type { OpenDocument } from "../review/types";
import { createLatest } from "./latest";
import type { Services } from "./services";
import type { SessionStore } from "./session";
import type { SettingsStore } from "./settings";
import { showInfo } from "./tell";

/** What is known of the open data set's images without opening them: `session.summaries`, kept between visits. */
export interface Summaries {
  /** Forgets all and reads what is kept for another project; null: none. */
  follow(projectId: string | null): Promise<void>;
  /** Notes something of images, all of them at once. */
  note(keys: readonly string[], change: Partial<ImageSummary>): void;
  /**
   * Notes what `act` does to the document of an image. It is for the caller to keep the record that is returned, together with
   * the document; null while no project is followed.
   */
  noteWith(key: string, change: Partial<ImageSummary>, act: () => void): Put | null;
  /** Notes something else of each. */
  noteEach(changes: ReadonlyMap<string, Partial<ImageSummary>>): void;
  /** Follows what becomes of a document's findings; returns what ends it. */
  track(document: OpenDocument): () => void;
}

/** The summary of an image; of one that nobody looked at, an empty one. */
export function summaryOf(summaries: ReadonlyMap<string, ImageSummary>, key: string): ImageSummary {
  return summaries.get(key) ?? unknownImage;
}

export function createSummaries(
  { store }: Pick<Services, "store">,
  session: SessionStore,
  settings: Pick<SettingsStore, "getState" | "subscribe">,
): Summaries {
  const reading = createLatest();
  let project: string | null = null;
  /** What becomes of this one's findings is noted by whoever changes them. */
  let noting: string | null = null;

  /** As locks stand: what they leave nothing of is nothing to decide. */
  const locked = (summary: ImageSummary): ImageSummary => withLocks(summary, settings.getState().lockedClasses);

  settings.subscribe((now, before) => {
    if (now.lockedClasses === before.lockedClasses) return;
    const { summaries } = session.getState();
    const next = new Map([...summaries].map(([key, summary]) => [key, locked(summary)]));
    if ([...next].some(([key, summary]) => summary !== summaries.get(key))) session.setState({ summaries: next });
  });

  function note(keys: readonly string[], change: Partial<ImageSummary>): void {
    noteEach(new Map(keys.map((key) => [key, change])));
  }

  function noteEach(changes: ReadonlyMap<string, Partial<ImageSummary>>): void {
    if (project === null || changes.size === 0) return;
    const { summaries } = session.getState();
    const changed = new Map(
      [...changes].map(([key, change]) => [key, locked({ ...summaryOf(summaries, key), ...change })]),
    );
    const next = new Map(summaries);
    for (const [key, summary] of changed) next.set(key, summary);
    session.setState({ summaries: next });
    saveSummaries(store, project, changed).catch((error: unknown) =>
      showInfo(session, "What is known of the images is not kept", storageReason(error)),
    );
  }

  function noteWith(key: string, change: Partial<ImageSummary>, act: () => void): Put | null {
    noting = key;
    try {
      act();
    } finally {
      noting = null;
    }
    if (project === null) return null;
    const { summaries } = session.getState();
    const summary = locked({ ...summaryOf(summaries, key), ...change });
    session.setState({ summaries: new Map(summaries).set(key, summary) });
    return summaryRecord(project, key, summary);
  }

  return {
    async follow(projectId) {
      const signal = reading.start();
      project = projectId;
      session.setState({ summaries: new Map() });
      if (projectId === null) return;
      try {
        const kept = await loadSummaries(store, projectId);
        // What was noted meanwhile is newer.
        if (signal.aborted) return;
        const read = [...kept].map(([key, summary]) => [key, locked(summary)] as const);
        session.setState(({ summaries }) => ({ summaries: new Map([...read, ...summaries]) }));
      } catch (error) {
        if (!signal.aborted) showInfo(session, "What was known of the images could not be read", storageReason(error));
      } finally {
        reading.end(signal);
      }
    },
    note,
    noteEach,
    noteWith,
    track({ key, labels, store: state }) {
      const of = project;
      const findings = findingsOf(state.getState().proposals[FOUND], labels);
      const told = summaryOf(session.getState().summaries, key).findings;
      // Found before summaries were kept, or by a page that went before it told of what became of them.
      if (standsOf(findings) !== standsOf(told)) note([key], { findings });
      return state.subscribe(({ proposals }, before) => {
        if (project !== of || noting === key) return;
        if (proposals[FOUND] === before.proposals[FOUND]) return;
        note([key], { findings: findingsOf(proposals[FOUND], labels) });
      });
    },
  };
}

/** Equal for the same finds, decided alike. */
function standsOf(findings: ImageSummary["findings"]): string {
  return findings.map(({ id, decision }) => `${id} ${decision}`).join();
}
