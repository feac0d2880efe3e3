import type { DecisionRecord } from "../document/types";
import type { Autosave } from "../project/autosave";
import type { KeptNote } from "../project/keptNote";
import { type Decided, isEvidence } from "../review/feedback";
import type { OpenDocument } from "../review/types";
import type { Session, SessionStore } from "./session";

/** Notes what was decided in an image when another is opened: what is found there is ranked by it too. */
export function followDecided(session: SessionStore): void {
  session.subscribe((now, before) => {
    if (before.image === null || now.image === null || now.image.document === before.image.document) return;
    note(session, before.image.document);
  });
}

/** Notes what is decided in a document that is not the open image's; returns what ends it. */
export function trackDecided(session: SessionStore, document: OpenDocument): () => void {
  return document.store.subscribe((now, before) => {
    if (now.decisions !== before.decisions && session.getState().image?.document !== document) note(session, document);
  });
}

function note(session: SessionStore, { key, store }: OpenDocument): void {
  const { decisions } = store.getState();
  session.setState(({ decided }) => ({ decided: new Map(decided).set(key, decisions.filter(isEvidence)) }));
}

/**
 * Takes what was decided in the images of a data set at earlier visits from what was noted of them; of work kept by versions
 * that did not, it is read, one by one. One that is noted by then is newer.
 * @param isCurrent whether it is still the open one.
 */
export async function loadDecided(
  session: SessionStore,
  autosave: Pick<Autosave, "load">,
  keys: readonly string[],
  notes: ReadonlyMap<string, Pick<KeptNote, "decisions">>,
  isCurrent: () => boolean,
): Promise<void> {
  const found = new Map<string, readonly DecisionRecord[]>();
  for (const key of keys) {
    const noted = notes.get(key)?.decisions;
    const decisions = noted ?? (await autosave.load(key))?.decisions ?? [];
    if (!isCurrent()) return;
    const evidence = decisions.filter(isEvidence);
    if (evidence.length > 0) found.set(key, evidence);
  }
  if (found.size > 0) session.setState(({ decided }) => ({ decided: new Map([...found, ...decided]) }));
}

const withOpen = new WeakMap<Decided, WeakMap<readonly DecisionRecord[], Decided>>();

/** What was decided by now in all images, the open one among them. The same value as long as that is the same. */
export function decidedNow({ decided, image }: Pick<Session, "decided" | "image">): Decided {
  if (image === null) return decided;
  const { decisions } = image.document.store.getState();
  const known = withOpen.get(decided) ?? new WeakMap<readonly DecisionRecord[], Decided>();
  withOpen.set(decided, known);
  const all = known.get(decisions) ?? new Map(decided).set(image.document.key, decisions.filter(isEvidence));
  known.set(decisions, all);
  return all;
}
