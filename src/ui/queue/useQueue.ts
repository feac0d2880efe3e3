import { useStore } from "zustand";
import { sessionWith } from "../../app/queueImages";
import { suggestionOf } from "../../app/queueList";
import type { QueueState } from "../../app/queueState";
import { standing } from "../../app/session";
import { FOUND } from "../../review/sets";
import { useApp, useDocument, useSession, useSettings } from "../context";

export function useQueue<T>(select: (state: QueueState) => T): T {
  return useStore(useApp().queueing.store, select);
}

/** The finding that is shown, as accepting it would change the label now. */
export function useShownSuggestion({ entry, image }: NonNullable<QueueState["shown"]>) {
  const { session } = useApp();
  const stored = useDocument(image.document, ({ proposals }) => proposals[FOUND] ?? null);
  // What it depends on besides.
  useDocument(image.document, (state) => state.locked);
  useSession((state) => state.exclusions);
  useSession((state) => state.decided);
  const settings = useSettings((state) => state);
  const set = standing(sessionWith(session, image), settings, stored);
  return { set, suggestion: suggestionOf(set?.suggestions, entry.finding) ?? null };
}
