import type { DocumentState } from "../document/types";
import type { OpenDocument, SuggestionSet } from "../review/types";
import type { SessionStore } from "./session";

interface Listeners {
  /** Another document is open, or none. */
  opened?(document: OpenDocument | null): void;
  changed?(now: DocumentState<SuggestionSet>, before: DocumentState<SuggestionSet>): void;
}

/** Follows whatever document is open. */
export function followDocument(session: SessionStore, { opened, changed }: Listeners): void {
  let stop: () => void = () => undefined;
  const follow = (document: OpenDocument | null): void => {
    stop();
    stop = document !== null && changed !== undefined ? document.store.subscribe(changed) : () => undefined;
  };
  session.subscribe((now, before) => {
    const document = now.image?.document ?? null;
    if (document === (before.image?.document ?? null)) return;
    follow(document);
    opened?.(document);
  });
  follow(session.getState().image?.document ?? null);
}
