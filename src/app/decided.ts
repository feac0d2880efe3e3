import type { DecisionRecord } from "../document/types";
import type { Autosave } from "../project/autosave";
import { type Decided, type Feedback, feedbackOf, isEvidence } from "../review/feedback";
import type { OpenDocument, SuggestionSet } from "../review/types";
import type { Session, SessionStore } from "./session";
import type { Settings } from "./settings";

/** Notes what was decided in an image when another is opened: what is found there is ranked by it too. */
export function followDecided(session: SessionStore): void {
  session.subscribe((now, before) => {
    if (before.image === null || now.image === null || now.image.document === before.image.document) return;
    note(session, before.image.document);
  });
}

function note(session: SessionStore, { key, store }: OpenDocument): void {
  const { decisions } = store.getState();
  session.setState(({ decided }) => ({ decided: new Map(decided).set(key, decisions.filter(isEvidence)) }));
}

/**
 * Reads what was decided in the images of a data set at earlier visits, one by one. One that is noted by then is newer.
 * @param isCurrent whether it is still the open one.
 */
export async function loadDecided(
  session: SessionStore,
  autosave: Pick<Autosave, "load">,
  keys: readonly string[],
  isCurrent: () => boolean,
): Promise<void> {
  const found = new Map<string, readonly DecisionRecord[]>();
  for (const key of keys) {
    const evidence = (await autosave.load(key))?.decisions.filter(isEvidence) ?? [];
    if (!isCurrent()) return;
    if (evidence.length > 0) found.set(key, evidence);
  }
  if (found.size > 0) session.setState(({ decided }) => ({ decided: new Map([...found, ...decided]) }));
}

interface Fitted {
  readonly decided: Decided;
  readonly model: string;
  readonly feedback: Feedback | null;
}

/** By the open image's decisions: they are replaced with every one taken or taken back. */
const fitted = new WeakMap<object, Fitted>();

/**
 * What all decisions that stand say of a set of the open image: those on the data set's other images, and `own`. Null where
 * they say nothing, or are not to. The same value as long as they are the same.
 */
export function feedbackOn(
  { key, store }: OpenDocument,
  set: SuggestionSet | null,
  { decided }: Pick<Session, "decided">,
  { feedback: isOn }: Pick<Settings, "feedback">,
  own = store.getState().decisions,
): Feedback | null {
  if (!isOn || set === null) return null;
  const known = fitted.get(own);
  if (known?.decided === decided && known.model === set.model) return known.feedback;
  const feedback = feedbackOf(new Map(decided).set(key, own), set.model);
  fitted.set(own, { decided, model: set.model, feedback });
  return feedback;
}
