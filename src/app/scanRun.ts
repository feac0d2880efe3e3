import { countIds } from "../core/countIds";
import type { Dataset, DatasetItem } from "../dataset/types";
import type { FindResult } from "../find/types";
import type { Autosave } from "../project/autosave";
import { withBacklog } from "../project/backlog";
import { outcomeRecord, passedOver, type ScanOutcome, type ScanRecord } from "../project/scans";
import type { KeyValueStore } from "../project/storage";
import { findSuggestions } from "../review/found";
import { findingsOf } from "../review/imageSummary";
import { labelQuality } from "../review/labelQuality";
import { FOUND } from "../review/sets";
import type { OpenDocument } from "../review/types";
import { EngineRestarted } from "../worker/inferenceClient";
import type { Documents } from "./documents";
import { openedDataset, runImages, type Worked } from "./imageRun";
import { tellOfLostWork } from "./images";
import { type ScanParts, type Searched, searchImage } from "./scanImage";
import type { Summaries } from "./summaries";

export interface ScanRunParts extends ScanParts {
  readonly store: KeyValueStore;
  readonly documents: Pick<Documents, "documentFor" | "edit" | "hold" | "trim">;
  readonly summaries: Pick<Summaries, "note" | "noteWith">;
  /** Of the project that is scanned. */
  readonly autosave: Autosave;
  /** Whether that project is still the open one. */
  readonly isOpen: () => boolean;
  /** Waits until the model runs and has learnt from the other labels. */
  readonly ready: (item: DatasetItem, signal: AbortSignal) => Promise<void>;
  /** An image is done, and that is kept; `ms` is how long it took, null where it was passed over. */
  readonly onDone: (key: string, outcome: ScanOutcome, ms: number | null) => void;
}

/** The engine restarted this often over one image: it is passed over. */
const MOST_TRIES = 2;

/**
 * Searches images of a scan, one after the other, each until what was found is kept: with one write, together with the note
 * that it is done and its summary, so that nothing is done twice or left out, whenever the page goes. An image whose label
 * changed while it was searched is searched again, after the others.
 * @param left their keys.
 * @throws the signal's reason; what the store throws; Error when the model was given up.
 */
export async function runScan(
  parts: ScanRunParts,
  record: ScanRecord,
  left: readonly string[],
  signal: AbortSignal,
): Promise<void> {
  const { session, store, autosave, documents, summaries, isOpen, onDone } = parts;

  const openDataset = (): Dataset => openedDataset(parts, signal);

  /** Searches an image; else why it cannot be, where that is a matter of its own. What concerns all images is thrown. */
  async function search(item: DatasetItem): Promise<Searched | string> {
    for (let tries = 1; ; tries++) {
      await parts.ready(item, signal);
      try {
        return await searchImage(parts, openDataset(), item, record.options, { signal });
      } catch (error) {
        openDataset();
        if (session.getState().engine.state === "failed") throw error;
        if (!(error instanceof EngineRestarted)) return error instanceof Error ? error.message : String(error);
        if (tries === MOST_TRIES) return `The engine restarted ${MOST_TRIES} times while it was searched.`;
      }
    }
  }

  async function searchAndKeep(item: DatasetItem): Promise<Worked> {
    const searched = await search(item);
    if (typeof searched === "string") return { failure: searched };
    return (await keep(item, searched)) ? "done" : "again";
  }

  /** Puts what was found into the image's document and keeps it; false when the label is another by now. */
  async function keep(item: DatasetItem, { result, isOf }: Searched): Promise<boolean> {
    const release = documents.hold(item.key);
    try {
      const worked = await documents.edit(openDataset(), item);
      tellOfLostWork(session, item, worked);
      return isOf(worked.document, openDataset()) && (await put(worked.document, result));
    } finally {
      release();
      documents.trim(item.key);
    }
  }

  async function put(document: OpenDocument, result: FindResult): Promise<boolean> {
    const set = findSuggestions(document, result);
    const classes = countIds(document.labels.data);
    const facts = {
      score: labelQuality(result),
      scan: record.id,
      failure: null,
      findings: findingsOf(set, document.labels),
      classes,
    };
    const note = summaries.noteWith(document.key, facts, () => {
      document.propose(set);
      // What the user looks at stays in sight.
      if (session.getState().image?.document !== document) document.show(FOUND);
    });
    try {
      await autosave.keepWith(document, [outcomeOf(document.key, null), ...(note === null ? [] : [note])]);
    } catch (error) {
      // The document is kept later, by itself; that it is done is not, so that it is searched again if the page goes before.
      summaries.note([document.key], facts);
      throw error;
    }
    return true;
  }

  /** Notes an image as done that was not searched. */
  async function passOver(key: string, failure: string | null): Promise<void> {
    const note = failure === null ? null : summaries.noteWith(key, { scan: record.id, failure }, () => undefined);
    await withBacklog(store).keep([outcomeOf(key, failure ?? passedOver), ...(note === null ? [] : [note])], []);
  }

  const outcomeOf = (key: string, outcome: ScanOutcome) => outcomeRecord(autosave.projectId, record.id, key, outcome);

  const told = (key: string, failure: string | null, ms: number | null): void =>
    onDone(key, failure === null && ms === null ? passedOver : failure, ms);
  await runImages({ session, isOpen, passOver, onDone: told, work: searchAndKeep }, left, signal);
}
