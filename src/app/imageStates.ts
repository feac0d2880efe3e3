import type { Proposals } from "../document/types";
import { openRows } from "../review/queue";
import type { OpenDocument, SuggestionSet } from "../review/types";
import type { SessionStore } from "./session";

/** Of all lists of an image. */
export function undecidedRows(proposals: Proposals<SuggestionSet>): number {
  return Object.values(proposals).reduce((sum, set) => sum + openRows(set).length, 0);
}

/** Keeps the list of images told of how a document stands; returns what ends it. */
export function trackImageState(session: SessionStore, { store, key }: OpenDocument): () => void {
  const note = (): void => {
    const { changedPixels, proposals } = store.getState();
    const undecided = undecidedRows(proposals);
    const before = session.getState().imageStates.get(key);
    if (before?.changedPixels === changedPixels && before.undecided === undecided) return;
    session.setState(({ imageStates }) => ({
      imageStates: new Map(imageStates).set(key, { changedPixels, undecided, kept: false }),
    }));
  };
  note();
  return store.subscribe(note);
}
