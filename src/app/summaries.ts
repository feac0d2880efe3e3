import { storageReason } from "../project/storage";
import { loadSummaries, saveSummaries } from "../project/summaries";
import { findingsOf, type ImageSummary, unknownImage } from "../review/imageSummary";
import { FOUND } from "../review/sets";
import type { OpenDocument } from "../review/types";
import { createLatest } from "./latest";
import type { Services } from "./services";
import { type SessionStore, showInfo } from "./session";

/** What is known of the open data set's images without opening them: `session.summaries`, kept between visits. */
export interface Summaries {
  /** Forgets all and reads what is kept for another project; null: none. */
  follow(projectId: string | null): Promise<void>;
  /** Notes something of images, all of them at once. */
  note(keys: readonly string[], change: Partial<ImageSummary>): void;
  /** Follows what becomes of a document's findings; returns what ends it. */
  track(document: OpenDocument): () => void;
}

/** The summary of an image; of one that nobody looked at, an empty one. */
export function summaryOf(summaries: ReadonlyMap<string, ImageSummary>, key: string): ImageSummary {
  return summaries.get(key) ?? unknownImage;
}

export function createSummaries({ store }: Pick<Services, "store">, session: SessionStore): Summaries {
  const reading = createLatest();
  let project: string | null = null;

  function note(keys: readonly string[], change: Partial<ImageSummary>): void {
    if (project === null || keys.length === 0) return;
    const { summaries } = session.getState();
    const changed = new Map(keys.map((key) => [key, { ...summaryOf(summaries, key), ...change }]));
    session.setState({ summaries: new Map([...summaries, ...changed]) });
    saveSummaries(store, project, changed).catch((error: unknown) =>
      showInfo(session, "What is known of the images is not kept", storageReason(error)),
    );
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
        if (!signal.aborted) session.setState(({ summaries }) => ({ summaries: new Map([...kept, ...summaries]) }));
      } catch (error) {
        if (!signal.aborted) showInfo(session, "What was known of the images could not be read", storageReason(error));
      } finally {
        reading.end(signal);
      }
    },
    note,
    track({ key, labels, store: state }) {
      const of = project;
      const { [FOUND]: kept } = state.getState().proposals;
      // Found before summaries were kept.
      if (kept !== undefined && summaryOf(session.getState().summaries, key).findings.length === 0) {
        note([key], { findings: findingsOf(kept, labels) });
      }
      return state.subscribe(({ proposals }, before) => {
        if (proposals[FOUND] === before.proposals[FOUND] || project !== of) return;
        note([key], { findings: findingsOf(proposals[FOUND], labels) });
      });
    },
  };
}
