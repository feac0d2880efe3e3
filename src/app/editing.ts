import { type ClassInfo, classNameOf, classOf, mergeClasses, updateClass } from "../core/classTable";
import { growRegion } from "../core/morphology";
import { rectRegion, regionFromMask } from "../core/region";
import { withClasses } from "../dataset/editClasses";
import { openSuggestions } from "../review/queue";
import { speaksOfLabel } from "../review/types";
import { digitOrder } from "./classRows";
import type { Live } from "./live";
import { announce, classesOf, type SessionStore } from "./session";
import type { SettingsStore } from "./settings";
import { maskSummary } from "./summary";

export interface Editing {
  undo(): void;
  redo(): void;
  /** Widens the mask by the "Grow mask" margin. */
  growMask(): void;
  /**
   * Empties the mask and forgets which pixels were hints (their labels stay) and what was proposed for the mask: one undo
   * step. What lint or a search for errors found stays.
   */
  clearMask(): void;
  /** Changes a class' name, colour or void flag for the whole data set. */
  changeClass(id: number, change: Partial<Pick<ClassInfo, "name" | "color" | "ignored">>): void;
  setLocked(id: number, locked: boolean): void;
  /** The class to paint from now on. */
  paintWith(id: number): void;
  /** The same by its place among the digit keys, from 0. */
  chooseClass(place: number): void;
}

export function createEditing(session: SessionStore, settings: SettingsStore, live: Live): Editing {
  const open = () => session.getState().image?.document ?? null;

  function travel(name: "undo" | "redo"): void {
    const document = open();
    if (document === null) return;
    // Only the document knows: a stroke still being made is a step of its own that ends here.
    const step = document[name]();
    if (step === null) {
      announce(session, `Nothing to ${name}`);
      return;
    }
    announce(session, `${name === "undo" ? "Undid" : "Redid"}: ${step}`);
  }

  function paintWith(id: number): void {
    settings.setState({ classId: id });
    announce(session, `Class ${classNameOf(classesOf(session.getState()), id)}`);
  }

  return {
    undo: () => travel("undo"),
    redo: () => travel("redo"),
    growMask() {
      const document = open();
      if (document === null) return;
      const clip = { x: 0, y: 0, width: document.width, height: document.height };
      const grown = growRegion(regionFromMask(document.mask), settings.getState().growBy, clip);
      document.edit("Grow mask", (edit) => edit.setMask(grown, true));
      announce(session, maskSummary(document));
      live.strokeEnded();
    },
    clearMask() {
      const document = open();
      if (document === null) return;
      const { maskedPixels, hintPixels, proposal } = document.store.getState();
      const kept = proposal !== null && speaksOfLabel(proposal) ? proposal : null;
      if (maskedPixels === 0 && hintPixels === 0 && (proposal === kept || openSuggestions(proposal).length === 0)) {
        if (kept !== null) announce(session, "Nothing is masked. What was found stays until it is decided.");
        return;
      }
      const all = rectRegion({ x: 0, y: 0, width: document.width, height: document.height });
      document.edit("Clear mask", (edit) => {
        edit.setMask(all, false);
        edit.clearHints(all);
        edit.setProposal(kept);
      });
      announce(session, "Mask cleared");
    },
    changeClass(id, change) {
      const { dataset } = session.getState();
      const changed = classOf(classesOf(session.getState()), id);
      if (dataset === null || changed === undefined) return;
      // A class that only this label has becomes one of the data set.
      const table = updateClass(mergeClasses(dataset.classes, [changed]), id, change);
      session.setState({ dataset: withClasses(dataset, table) });
    },
    setLocked(id, locked) {
      const next = new Set(settings.getState().lockedClasses);
      if (locked) next.add(id);
      else next.delete(id);
      settings.setState({ lockedClasses: next });
      open()?.setLocked(next);
    },
    paintWith,
    chooseClass(place) {
      const chosen = digitOrder(classesOf(session.getState()), settings.getState().pinnedClasses)[place];
      if (chosen !== undefined) paintWith(chosen.id);
    },
  };
}
