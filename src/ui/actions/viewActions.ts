import type { CanvasController } from "../canvas/canvasController";
import type { Action } from "./types";

const group = "View";
const panStep = 80;

/** What is shown, and how large. */
export const viewActions = {
  "zoom-in": {
    label: "Zoom in",
    group,
    keys: [{ key: "+", repeats: true }],
    gestures: "Wheel, Ctrl+wheel",
    run: ({ canvas }) => canvas.zoom(1.25),
  },
  "zoom-out": {
    label: "Zoom out",
    group,
    keys: [{ key: "-", repeats: true }],
    gestures: "Wheel, Ctrl+wheel",
    run: ({ canvas }) => canvas.zoom(0.8),
  },
  fit: { label: "Fit image", group, keys: [{ key: "f" }], run: ({ canvas }) => canvas.fit() },
  "actual-size": {
    label: "Show at 1:1",
    group,
    keys: [{ code: "Digit0" }],
    run: ({ canvas }) => canvas.actualSize(),
  },
  pan: {
    label: "Pan",
    group,
    keys: ["ArrowLeft", "ArrowRight", "ArrowUp", "ArrowDown"].map((code) => ({ code, shift: true, repeats: true })),
    keysText: "Shift+arrows",
    byKeyOnly: true,
    fixedKeys: true,
    gestures: "Middle drag, Space+drag",
    run: ({ canvas }, code) => pan(canvas, code),
  },
  "hide-label": {
    label: "Hide label",
    what: "see the picture alone",
    group,
    keys: [{ key: "h" }],
    run: ({ settings }) => settings.setState(({ labelsHidden }) => ({ labelsHidden: !labelsHidden })),
  },
  "label-drawing": {
    label: "Fill or outline",
    what: "how the label is drawn",
    group,
    keys: [],
    run: ({ settings }) =>
      settings.setState(({ labelMode }) => ({ labelMode: labelMode === "fill" ? "outline" : "fill" })),
  },
  "heat-map": {
    label: "Heat map",
    what: "how suspicious each pixel is",
    group,
    keys: [],
    isEnabled: ({ session }) => session.getState().image?.document.store.getState().proposal?.heat !== undefined,
    whyNot: () => "Only a search for errors makes one.",
    run: ({ settings }) => settings.setState(({ heatShown }) => ({ heatShown: !heatShown })),
  },
  "image-list": {
    label: "Image list",
    what: "show or hide the list of images",
    group,
    keys: [],
    run: ({ session }) => session.setState(({ listOpen }) => ({ listOpen: !listOpen })),
  },
  "show-original": {
    label: "Label as opened",
    group,
    keys: [{ key: "o" }],
    byKeyOnly: true,
    run: ({ settings }) => settings.setState({ originalShown: true }),
    release: ({ settings }) => settings.getState().originalShown && settings.setState({ originalShown: false }),
  },
} satisfies Record<string, Action>;

function pan(canvas: CanvasController, code: string | undefined): void {
  if (code === "ArrowLeft") canvas.pan(panStep, 0);
  if (code === "ArrowRight") canvas.pan(-panStep, 0);
  if (code === "ArrowUp") canvas.pan(0, panStep);
  if (code === "ArrowDown") canvas.pan(0, -panStep);
}
