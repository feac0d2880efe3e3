import { createContext, useContext } from "react";
import { useStore } from "zustand";
import type { App } from "../app/app";
import { displayClasses } from "../app/displayClasses";
import { feedbackOn } from "../app/feedbackOn";
import { whyReadOnly } from "../app/guard";
import type { Offline } from "../app/offline";
import { classesOf, type Session } from "../app/session";
import type { Settings } from "../app/settings";
import type { ClassTable } from "../core/classTable";
import type { DocumentState } from "../document/types";
import { excludedIn } from "../review/exclusions";
import { asItStands } from "../review/standing";
import type { OpenDocument, SuggestionSet } from "../review/types";
import type { CanvasController } from "./canvas/canvasController";

/** The app with its canvas, which is the one part of the interface that actions and several components share. */
export interface UiApp extends App {
  readonly canvas: CanvasController;
  readonly offline: Offline;
}

export const AppContext = createContext<UiApp | null>(null);

export function useApp(): UiApp {
  const app = useContext(AppContext);
  if (app === null) throw new Error("Components need the app around them");
  return app;
}

export function useSettings<T>(select: (settings: Settings) => T): T {
  return useStore(useApp().settings, select);
}

export function useSession<T>(select: (session: Session) => T): T {
  return useStore(useApp().session, select);
}

/** Why nothing can be edited now, as a sentence; null where it can. */
export function useWhyReadOnly(): string | null {
  const readOnly = useSession((state) => state.readOnly);
  return readOnly === null ? null : whyReadOnly(readOnly);
}

/** The class table in the colours of the screen. */
export function useDisplayClasses(): ClassTable {
  const safeColors = useSettings((state) => state.safeColors);
  return useSession((session) => displayClasses(session, { safeColors }));
}

/** A set of the open document with what accepting its rows would change now. */
export function useStanding(document: OpenDocument, set: SuggestionSet | null): SuggestionSet | null {
  // Looked up in the document: a change of them must be seen here too.
  useDocument(document, (state) => state.locked);
  const policy = useSettings((state) => state.voidPolicy);
  const classes = useSession(classesOf);
  const excluded = useSession(({ exclusions }) => excludedIn(exclusions, document));
  const own = useDocument(document, (state) => state.decisions);
  const decided = useSession((state) => state.decided);
  const feedback = useSettings((state) => state.feedback);
  if (set === null) return null;
  return asItStands(
    document,
    set,
    { policy, classes, excluded },
    feedbackOn(document, set, { decided }, { feedback }, own),
  );
}

/** Part of the open document's state. The component must only be mounted while an image is open. */
export function useDocument<T>(document: OpenDocument, select: (state: DocumentState<SuggestionSet>) => T): T {
  return useStore(document.store, select);
}
