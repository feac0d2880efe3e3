import { imageOrder } from "../../app/imageOrder";
import { lintScope } from "../../app/lintScope";
import { type TileStep, targets } from "../../app/tiles";
import type { UiApp } from "../context";
import { focusSearch } from "../dataset/gridFocus";
import { useGridLayout } from "../dataset/gridLayout";
import { type Action, everywhere } from "./types";

const group = "Data set";
const views = ["dataset"] as const;
const noImage = "No image is chosen.";

/** All images at once: moving among them and choosing some. */
export const datasetActions = {
  "data-set": {
    label: "Data set",
    what: "all images at once; and back to the one that was open",
    group,
    keys: [{ key: "v" }],
    views: ["dataset", "editor"],
    isEnabled: ({ session }) => session.getState().dataset !== null,
    whyNot: () => "No files are open.",
    run: ({ session, dataSetView }) =>
      session.getState().view === "dataset" ? dataSetView.open() : dataSetView.show(),
  },
  "open-image": {
    label: "Open the image",
    group,
    keys: [{ code: "Enter", canvasOnly: true }],
    views,
    gestures: "Double click",
    isEnabled: ({ session }) => session.getState().tiles.current !== null,
    whyNot: () => noImage,
    run: ({ dataSetView }) => dataSetView.open(),
  },
  "move-tile": {
    label: "Go to another image",
    group,
    keys: movingKeys(false),
    keysText: "Arrows, Home, End, PageUp, PageDown",
    views,
    byKeyOnly: true,
    fixedKeys: true,
    run: (app, code) => move(app, code, false),
  },
  "extend-selection": {
    label: "Select from here to there",
    group,
    keys: movingKeys(true),
    keysText: "Shift+arrows",
    gestures: "Shift+click",
    views,
    byKeyOnly: true,
    fixedKeys: true,
    run: (app, code) => move(app, code, true),
  },
  "select-image": {
    label: "Select, or take back",
    group,
    keys: [{ code: "Space", canvasOnly: true }],
    gestures: "Ctrl+click",
    views,
    fixedKeys: true,
    run: ({ dataSetView }) => dataSetView.toggle(),
  },
  "select-all": {
    label: "Select all that are shown",
    group,
    keys: [{ key: "a", ctrl: true }],
    views,
    run: ({ dataSetView }) => dataSetView.selectAll(),
  },
  "clear-selection": {
    label: "Select none",
    group,
    keys: [{ code: "Escape" }],
    views,
    fixedKeys: true,
    run: ({ dataSetView }) => dataSetView.clearSelection(),
  },
  "mark-reviewed": {
    label: "Mark as reviewed, or not",
    what: "the selected images, else the current one",
    group,
    keys: [{ key: "r" }],
    views,
    isEnabled: hasTarget,
    whyNot: () => noImage,
    run: ({ dataSetView }) => dataSetView.mark("reviewed"),
  },
  "exclude-image": {
    label: "Exclude, or include",
    what: "from scans and from what is learnt; it is exported all the same",
    group,
    keys: [{ key: "x" }],
    views,
    isEnabled: hasTarget,
    whyNot: () => noImage,
    run: ({ dataSetView }) => dataSetView.mark("excluded"),
  },
  "tile-heat": {
    label: "Heat maps of the images",
    what: "how suspicious each pixel of a searched image is",
    group,
    keys: [{ key: "h" }],
    views,
    byKeyOnly: true,
    run: ({ heats }) => heats.show(),
    release: ({ heats }) => heats.hide(),
  },
  "check-labels": {
    label: "Check all labels",
    what: "specks, pinholes, smears and unknown values, without the model: in the selected images, else in those that are shown",
    group,
    keys: [],
    views: everywhere,
    isEnabled: ({ session }) => lintScope(session.getState()).keys.length > 0,
    whyNot: ({ session }) =>
      session.getState().dataset === null ? "No files are open." : "No image fits the filter: show all images first.",
    run: ({ linting, session }) => linting.check(lintScope(session.getState()).keys),
  },
  "pause-check": {
    label: "Pause or resume the check of labels",
    group,
    keys: [],
    views: everywhere,
    isEnabled: ({ session }) => session.getState().lintRun !== null,
    whyNot: () => "Labels are not being checked.",
    run({ linting, session }) {
      if (session.getState().lintRun?.state === "paused") linting.resume();
      else linting.pause();
    },
  },
  "find-image": {
    label: "Find an image by its name",
    group,
    keys: [{ key: "/" }],
    views,
    run: () => focusSearch(),
  },
} satisfies Record<string, Action>;

function movingKeys(shift: boolean) {
  const codes = ["ArrowLeft", "ArrowRight", "ArrowUp", "ArrowDown", "Home", "End", "PageUp", "PageDown"];
  return codes.map((code) => ({ code, repeats: true, canvasOnly: true, ...(shift ? { shift } : {}) }));
}

function hasTarget({ session }: UiApp): boolean {
  return targets(session.getState().tiles, imageOrder(session.getState()).keys).length > 0;
}

function move({ dataSetView, session }: UiApp, code: string | undefined, extend: boolean): void {
  const { columns, rows } = useGridLayout.getState();
  const at = dataSetView.placeOf(session.getState().tiles.current);
  // As far up as there are rows: the column stays.
  const pageUp = -columns * Math.min(rows, Math.floor(Math.max(0, at) / columns));
  const steps: Readonly<Record<string, TileStep>> = {
    ArrowLeft: -1,
    ArrowRight: 1,
    ArrowUp: -columns,
    ArrowDown: columns,
    Home: "first",
    End: "last",
    PageUp: pageUp,
    PageDown: columns * rows,
  };
  const step = steps[code ?? ""];
  if (step !== undefined) dataSetView.move(step, extend);
}
