import { type ClassInfo, classNameOf, classOf, mergeClasses, updateClass } from "../core/classTable";
import { boundaryBand, growRegion } from "../core/morphology";
import { type Region, rectRegion, regionArea, regionFromMask } from "../core/region";
import { restOfComponents } from "../core/restOfComponents";
import { withClasses } from "../dataset/editClasses";
import { onlyReleased, release } from "../review/released";
import { LIVE } from "../review/sets";
import type { OpenDocument } from "../review/types";
import { digitOrder } from "./classRows";
import { type HintsTakenBack, hintsTakenBack, keptHintsText } from "./hintsTakenBack";
import type { Live } from "./live";
import { classesOf, type SessionStore } from "./session";
import type { SettingsStore } from "./settings";
import { maskSummary } from "./summary";
import { announce } from "./tell";

export interface Editing {
  undo(): void;
  redo(): void;
  /** Widens the mask by the "Grow mask" margin. */
  growMask(): void;
  /** Masks what is left of the regions that are masked by half or more, plus the "Grow mask" margin around it. */
  includeRest(): void;
  /** Masks a band of the "Band" width on both sides of every class boundary of the image. */
  maskBoundaries(): void;
  /**
   * Empties the mask and takes back the hints that no accept covered (their pixels get the label they had before): one undo
   * step. No suggestion goes with it, but what was rebuilt by hints that are taken back: accepted, it would leave holes.
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

export function createEditing(
  session: SessionStore,
  settings: SettingsStore,
  live: Pick<Live, "strokeEnded" | "run" | "cancel">,
): Editing {
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

  function addToMask(document: OpenDocument, name: string, region: Region, said = ""): void {
    const { version } = document.store.getState();
    document.edit(name, (edit) => edit.setMask(region, true));
    announce(session, `${said}${maskSummary(document)}`);
    // A new reconstruction would throw away a review under way.
    if (document.store.getState().version !== version) live.strokeEnded();
  }

  function grown(document: OpenDocument, region: Region): Region {
    return growRegion(region, settings.getState().growBy, {
      x: 0,
      y: 0,
      width: document.width,
      height: document.height,
    });
  }

  return {
    undo: () => travel("undo"),
    redo: () => travel("redo"),
    growMask() {
      const document = open();
      if (document !== null) addToMask(document, "Grow mask", grown(document, regionFromMask(document.mask)));
    },
    includeRest() {
      const document = open();
      if (document === null) return;
      if (document.store.getState().maskedPixels === 0) return announce(session, "Nothing is masked.");
      const { rest, count } = restOfComponents(document.labels, document.mask);
      if (count === 0) return announce(session, "No region is masked by half or more and has a rest outside the mask");
      const said = `Included the rest of ${count} ${count === 1 ? "region" : "regions"}. `;
      addToMask(document, "Include the rest", grown(document, rest), said);
    },
    maskBoundaries() {
      const document = open();
      if (document === null) return;
      const band = boundaryBand(document.labels, settings.getState().bandWidth);
      if (regionArea(band) === 0) return announce(session, "The label has no class boundaries");
      addToMask(document, "Mask all boundaries", band);
    },
    clearMask() {
      const document = open();
      if (document === null) return;
      const { maskedPixels, hintPixels, proposals } = document.store.getState();
      if (maskedPixels === 0 && hintPixels === 0) return announce(session, "Nothing is masked");
      const all = rectRegion({ x: 0, y: 0, width: document.width, height: document.height });
      const hints = hintsTakenBack(document, () =>
        document.edit("Clear mask", (edit) => {
          edit.setMask(all, false);
          edit.takeBackHints(all);
          // Its rows were for this mask, but each still is a change of the label that can be accepted.
          const set = proposals[LIVE];
          if (set === undefined) return;
          const left = hintPixels > 0 ? onlyReleased(set) : release(set);
          if (left === null) edit.dropProposal(LIVE);
          else edit.setProposal(left);
        }),
      );
      announce(session, clearedText(hintPixels, hints));
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

/** @param hints what became of them: they may all be of a locked class, and stay. */
function clearedText(hintPixels: number, { taken, locked }: HintsTakenBack): string {
  if (hintPixels === 0) return "Mask cleared";
  const back =
    taken > 0 || locked === 0
      ? ", and hints that no accept covered are taken back, with what was rebuilt by them"
      : ", with what was rebuilt by hints";
  return `Mask cleared${back}${locked > 0 ? `. ${keptHintsText(locked)}` : ""}`;
}
