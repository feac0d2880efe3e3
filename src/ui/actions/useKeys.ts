import { useEffect } from "react";
import { crosshairKey } from "../canvas/crosshair";
import { canvasHasFocus } from "../canvas/focus";
import { useApp } from "../context";
import { gridHasFocus } from "../dataset/gridFocus";
import { actionOf, actionsWith } from ".";
import { isKeyOf } from "./keys";
import type { Action } from "./types";

/** Listens to the keys of the view that is shown. Text fields, sliders, menus and dialogs keep theirs. */
export function useKeys(): void {
  const app = useApp();
  useEffect(() => {
    const stop = new AbortController();
    const { signal } = stop;
    window.addEventListener(
      "keydown",
      (event) => {
        if (event.defaultPrevented || ownsKeys(event)) return;
        if (canvasHasFocus() && crosshairKey(app.canvas.crosshair, event)) {
          event.preventDefault();
          return;
        }
        const { view } = app.session.getState();
        const focused = view === "editor" ? canvasHasFocus() : gridHasFocus();
        const action = actionOf(event, focused, app.settings.getState().keys, view);
        // Undo, another tool or image: the stroke is done before.
        if (action !== null && action.group !== "View" && !action.inStroke) app.canvas.finishStroke();
        if (action !== null && action.run(app, event.code) !== false) event.preventDefault();
      },
      // Before anything on the page: an open tooltip keeps Esc to itself.
      { signal, capture: true },
    );
    const release = (isReleased: (action: Action) => boolean): void => {
      for (const action of Object.values(actionsWith(app.settings.getState().keys)))
        if (isReleased(action)) action.release?.(app);
    };
    window.addEventListener("keyup", (event) => release((action) => isKeyOf(action, event)), { signal });
    // The release of a held key is never seen when the window loses the focus meanwhile.
    window.addEventListener("blur", () => release(() => true), { signal });
    return () => stop.abort();
  }, [app]);
}

/** Whether the key belongs to the element that has the focus, or to a dialog before everything. */
export function ownsKeys(event: KeyboardEvent): boolean {
  const target = event.target;
  if (!(target instanceof Element)) return false;
  // What had the focus is gone from the dialog: no key may change what lies behind it.
  const { body } = target.ownerDocument;
  if (target === body && body.querySelector("[role=dialog][aria-modal=true]") !== null) return true;
  if (target.closest("[role=dialog], [role=menu], [role=listbox]") !== null) return true;
  if (target.closest("[role=slider], [role=radiogroup], [role=separator], [role=tablist]") !== null)
    return /^(Arrow|Home|End|Page)/.test(event.code);
  if (target instanceof HTMLInputElement) return !["checkbox", "radio", "file"].includes(target.type);
  return target instanceof HTMLTextAreaElement || (target instanceof HTMLElement && target.isContentEditable);
}
