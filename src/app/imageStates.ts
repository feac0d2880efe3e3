import type { Proposals } from "../document/types";
import { openRows, rowsToDecide } from "../review/queue";
import { asItStands } from "../review/standing";
import type { OpenDocument, SuggestionSet } from "../review/types";
import type { SessionStore } from "./session";

/** Of all lists of an image, which are its document's proposals. */
export function undecidedRows(proposals: Proposals<unknown>): number {
  return Object.values(proposals as Proposals<SuggestionSet>).reduce((sum, set) => sum + openRows(set).length, 0);
}

/** Keeps the list of images told of how a document stands; returns what ends it. */
export function trackImageState(session: SessionStore, document: OpenDocument): () => void {
  const { store, key } = document;
  let known: { readonly of: readonly unknown[]; readonly undecided: number } | null = null;
  /** Rows of which locks leave nothing to change are nothing to decide. Counted anew only with other rows or locks. */
  const undecidedNow = (): number => {
    const { proposals, locked } = document.store.getState();
    if (known?.of[0] !== proposals || known.of[1] !== locked) {
      const rows = Object.values(proposals).map((set) => rowsToDecide(asItStands(document, set)).length);
      known = { of: [proposals, locked], undecided: rows.reduce((sum, length) => sum + length, 0) };
    }
    return known.undecided;
  };
  const note = (): void => {
    const changed = store.getState().changedPixels > 0;
    const undecided = undecidedNow();
    const before = session.getState().imageStates.get(key);
    if (before?.kept === false && before.changed === changed && before.undecided === undecided) return;
    session.setState(({ imageStates }) => ({
      imageStates: new Map(imageStates).set(key, { changed, undecided, kept: false }),
    }));
  };
  note();
  return store.subscribe(note);
}
