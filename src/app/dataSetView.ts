import type { ImageFilter, ImageSort } from "../review/imageFilter";
import type { ImageSummary } from "../review/imageSummary";
import { imageOrder } from "./imageOrder";
import type { Images } from "./images";
import { scanToComplete } from "./scanScope";
import type { SessionStore } from "./session";
import { type Summaries, summaryOf } from "./summaries";
import { imageCount } from "./summary";
import { announce, showInfo, showUndoable } from "./tell";
import { clicked, moved, noTiles, type TileStep, targets, toggled } from "./tiles";

/** All images of the data set at once: which is current, which are selected, and what is done to these. */
export interface DataSetView {
  /** Shows all images. */
  show(): void;
  /** Opens an image in the editor, or the current one; nothing where there is none. */
  open(key?: string): void;
  find(change: Partial<ImageFilter>): void;
  /** Says so where the worst are to come first and no image has a score. */
  sortBy(sort: ImageSort): void;
  move(step: TileStep, extend?: boolean): void;
  click(key: string, how: { readonly toggle: boolean; readonly range: boolean }): void;
  /** Adds the current image to those selected, or takes it away. */
  toggle(): void;
  /** All that the filter shows. */
  selectAll(): void;
  /** False when none was selected. */
  clearSelection(): boolean;
  /** Where an image stands among those that are shown, or -1. */
  placeOf(key: string | null): number;
  /** Marks the selected images that are shown, else the current one, as reviewed (or excluded) or, where all are, as not. */
  mark(what: "reviewed" | "excluded", value?: boolean): void;
}

export function createDataSetView(
  session: SessionStore,
  images: Pick<Images, "open">,
  summaries: Pick<Summaries, "note" | "noteEach">,
): DataSetView {
  const keys = (): readonly string[] => imageOrder(session.getState()).keys;

  function tell(): void {
    const { tiles } = session.getState();
    const { length } = targets({ ...tiles, current: null }, keys());
    announce(session, length === 0 ? "No image is selected" : `${imageCount(length)} selected`);
  }

  return {
    show() {
      if (session.getState().dataset === null) return;
      session.setState({ view: "dataset" });
      announce(session, `Data set: ${shownText(session)}`);
    },
    open(key) {
      const { dataset, tiles } = session.getState();
      const index = dataset?.items.findIndex((item) => item.key === (key ?? tiles.current)) ?? -1;
      if (index < 0) return;
      session.setState({ view: "editor" });
      void images.open(index);
    },
    find(change) {
      session.setState(({ filter, tiles }) => ({ filter: { ...filter, ...change }, tiles: { ...tiles, top: 0 } }));
      announce(session, shownText(session));
    },
    sortBy(sort) {
      session.setState(({ tiles }) => ({ sort, tiles: { ...tiles, top: 0 } }));
      const { summaries: known } = session.getState();
      if (sort !== "worst" || [...known.values()].some(({ score }) => score !== null)) return;
      showInfo(session, "No image has a score yet", "Scan the images: those with the lowest scores then come first.");
    },
    move(step, extend = false) {
      session.setState(({ tiles }) => ({ tiles: moved(tiles, keys(), step, extend) }));
      if (extend) tell();
    },
    click(key, how) {
      session.setState(({ tiles }) => ({ tiles: clicked(tiles, keys(), key, how) }));
      tell();
    },
    toggle() {
      const { current } = session.getState().tiles;
      if (current === null) return;
      session.setState(({ tiles }) => ({ tiles: toggled(tiles, current) }));
      tell();
    },
    selectAll() {
      session.setState(({ tiles }) => ({ tiles: { ...tiles, selected: new Set(keys()) } }));
      tell();
    },
    clearSelection() {
      if (session.getState().tiles.selected.size === 0) return false;
      session.setState(({ tiles }) => ({ tiles: { ...tiles, selected: noTiles.selected } }));
      tell();
      return true;
    },
    placeOf: (key) => (key === null ? -1 : keys().indexOf(key)),
    mark(what, value) {
      const those = targets(session.getState().tiles, keys());
      if (those.length === 0) return announce(session, "No image is chosen");
      const before = new Map(those.map((key) => [key, summaryOf(session.getState().summaries, key)[what]]));
      const to = value ?? [...before.values()].includes(false);
      const changed = those.filter((key) => before.get(key) !== to);
      const { title, text } = said[what][to ? "on" : "off"];
      if (changed.length === 0) return announce(session, `Nothing to change: ${title.toLowerCase()} already`);
      const change: Partial<ImageSummary> = { [what]: to };
      summaries.note(changed, change);
      const old = new Map<string, Partial<ImageSummary>>(changed.map((key) => [key, { [what]: before.get(key) }]));
      const done = `${imageCount(changed.length)}: ${title.toLowerCase()}`;
      const passed = what === "excluded" && !to ? passedText(session, new Set(changed)) : "";
      showUndoable(session, done, `${text}${passed}`, () => {
        summaries.noteEach(old);
        announce(session, `Taken back: ${done}`);
      });
    },
  };
}

const said = {
  reviewed: {
    on: { title: "Marked as reviewed", text: "“Next unreviewed image” passes over them." },
    off: { title: "Marked as not reviewed", text: "“Next unreviewed image” goes to them again." },
  },
  excluded: {
    on: {
      title: "Excluded",
      text: "Scans pass over them, and nothing is learnt from their labels. They are exported as before.",
    },
    off: { title: "Included", text: "Scans search them again, and their labels are learnt from." },
  },
};

/** Says what a finished scan did not search of images that are included now: it does not do so by itself. */
function passedText(session: SessionStore, keys: ReadonlySet<string>): string {
  const scan = scanToComplete(session.getState());
  const count = scan?.left.filter((key) => keys.has(key)).length ?? 0;
  if (scan === null || count === 0) return "";
  return ` ${scan.record.name}, which is finished, passed over ${count} of them: beside the grid ${count === 1 ? "it" : "they"} can be searched now.`;
}

/** "41 of 233 images", or "233 images". */
function shownText(session: SessionStore): string {
  const state = session.getState();
  const total = state.dataset?.items.length ?? 0;
  const { length } = imageOrder(state).shown;
  return length === total ? imageCount(total) : `${length.toLocaleString("en")} of ${imageCount(total)}`;
}
