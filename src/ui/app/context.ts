import { createContext, useContext } from "react";
import { useStore } from "zustand";
import type { DocumentState } from "../../document/types";
import type { SuggestionSet } from "../../review/types";
import type { Session } from "../state/session";
import type { Settings } from "../state/settings";
import type { OpenDocument } from "../tools/types";
import type { App } from "./app";

export const AppContext = createContext<App | null>(null);

export function useApp(): App {
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

/** Part of the open document's state. The component must only be mounted while an image is open. */
export function useDocument<T>(document: OpenDocument, select: (state: DocumentState<SuggestionSet>) => T): T {
  return useStore(document.store, select);
}
