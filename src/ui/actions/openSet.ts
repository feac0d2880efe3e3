import { shownSet } from "../../review/sets";
import type { SuggestionSet } from "../../review/types";
import type { UiApp } from "../context";

/** The result set that is looked at in the open image, if any. */
export function openSet({ session }: UiApp): SuggestionSet | null {
  const document = session.getState().image?.document;
  return document === undefined ? null : shownSet(document.store.getState());
}
