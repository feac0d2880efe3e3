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
    gestures: "Middle drag, Space+drag",
    run: ({ canvas }, code) => pan(canvas, code),
  },
  "hide-label": {
    label: "Hide label",
    what: "hold O for the label as opened",
    group,
    keys: [{ key: "h" }],
    run: ({ settings }) => settings.setState(({ labelsHidden }) => ({ labelsHidden: !labelsHidden })),
  },
  "show-original": {
    label: "Label as opened",
    group,
    keys: [{ key: "o" }],
    keysText: "hold O",
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
