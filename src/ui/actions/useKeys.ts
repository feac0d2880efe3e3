import { useEffect } from "react";
import { canvasHasFocus } from "../canvas/focus";
import { useApp } from "../context";
import { actionOf } from ".";

/** Listens to the keys while the editor is shown. Text fields, sliders, menus and dialogs keep theirs. */
export function useKeys(): void {
  const app = useApp();
  useEffect(() => {
    const stop = new AbortController();
    const { signal } = stop;
    const showCurrent = (): void => {
      if (app.settings.getState().originalShown) app.settings.setState({ originalShown: false });
    };
    window.addEventListener(
      "keydown",
      (event) => {
        if (event.defaultPrevented || ownsKeys(event)) return;
        const action = actionOf(event, canvasHasFocus());
        if (action !== null && action.run(app, event.code) !== false) event.preventDefault();
      },
      { signal },
    );
    // By letter or place, as pressed: on a keyboard without Latin letters the key prints something else.
    const isO = ({ key, code }: KeyboardEvent): boolean => key.toLowerCase() === "o" || code === "KeyO";
    window.addEventListener("keyup", (event) => isO(event) && showCurrent(), { signal });
    // The release of a held key is never seen when the window loses the focus meanwhile.
    window.addEventListener("blur", showCurrent, { signal });
    return () => stop.abort();
  }, [app]);
}

/** Whether the key belongs to the element that has the focus. */
function ownsKeys(event: KeyboardEvent): boolean {
  const target = event.target;
  if (!(target instanceof Element)) return false;
  if (target.closest("[role=dialog], [role=menu], [role=listbox]") !== null) return true;
  if (target.closest("[role=slider], [role=radiogroup]") !== null) return /^(Arrow|Home|End|Page)/.test(event.code);
  if (target instanceof HTMLInputElement) return !["checkbox", "radio", "file"].includes(target.type);
  return target instanceof HTMLTextAreaElement || (target instanceof HTMLElement && target.isContentEditable);
}
