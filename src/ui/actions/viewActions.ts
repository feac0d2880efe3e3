import { changedLook, isPlain, lookOf, plainLook } from "../../app/look";
import type { Session } from "../../app/session";
import type { Compare } from "../../app/settings";
import { announce } from "../../app/tell";
import { counted } from "../../core/counted";
import type { CanvasController } from "../canvas/canvasController";
import type { UiApp } from "../context";
import { openSet } from "./openSet";
import { type Action, everywhere } from "./types";

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
    views: ["editor", "queue"],
    run: ({ settings }) => settings.setState(({ labelsHidden }) => ({ labelsHidden: !labelsHidden })),
  },
  "label-drawing": {
    label: "Fill or outline",
    what: "how the label is drawn",
    group,
    keys: [],
    run: ({ settings, session }) => {
      settings.setState(({ labelMode }) => ({ labelMode: labelMode === "fill" ? "outline" : "fill" }));
      announce(session, `Label drawn as ${settings.getState().labelMode}`);
    },
  },
  "compare-split": {
    label: "Split: label as opened | now",
    what: "drag the line, or move it with the arrow keys",
    group,
    keys: [{ code: "Backslash" }],
    isEnabled: hasImage,
    whyNot: () => "No image is open.",
    run: (app) => compare(app, "split"),
  },
  "compare-difference": {
    label: "Difference from the label as opened",
    what: "changed pixels stand out, the rest is dimmed",
    group,
    keys: [],
    isEnabled: hasImage,
    whyNot: () => "No image is open.",
    run: (app) => compare(app, "difference"),
  },
  "safe-colors": {
    label: "Colour-blind-safe colours",
    what: "on the screen only: files keep theirs",
    group,
    keys: [],
    views: everywhere,
    run: ({ settings, session }) => {
      settings.setState(({ safeColors }) => ({ safeColors: !safeColors }));
      announce(session, `Colour-blind-safe colours ${settings.getState().safeColors ? "on" : "off"}`);
    },
  },
  "reset-picture": {
    label: "Reset the picture's look",
    what: "brightness, contrast and gamma; of this image alone where it has its own",
    group,
    keys: [],
    isEnabled: ({ settings, session }) => !isPlain(lookOf(settings.getState(), openKey(session.getState()))),
    whyNot: () => "The picture is shown as it is.",
    run: ({ settings, session }) => {
      const key = openKey(session.getState());
      settings.setState((state) => changedLook(state, key, plainLook));
      announce(session, "The picture is shown as it is");
    },
  },
  "heat-map": {
    label: "Heat map",
    what: "how suspicious each pixel is",
    group,
    keys: [],
    isEnabled: (app) => openSet(app)?.heat !== undefined,
    whyNot: () => "Only a search for errors makes one.",
    run: ({ settings, session }) => {
      settings.setState(({ heatShown }) => ({ heatShown: !heatShown }));
      announce(session, `Heat map ${settings.getState().heatShown ? "shown" : "hidden"}`);
    },
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

function hasImage({ session }: UiApp): boolean {
  return session.getState().image !== null;
}

const said = {
  off: "The label as it is now",
  split: "Split: label as opened on the left, as it is now on the right",
  difference: "Difference from the label as opened",
};

/** Starts a way of comparing, or ends it when it is on. A hidden label is shown for it. */
export function compare({ settings, session }: UiApp, way: Compare): void {
  settings.setState(({ compare }) => ({ compare: compare === way ? "off" : way, labelsHidden: false }));
  const { changedPixels } = session.getState().image?.document.store.getState() ?? { changedPixels: 0 };
  const now = settings.getState().compare;
  announce(
    session,
    `${said[now]}${now === "off" ? "" : `; ${counted(changedPixels, "pixel differs", "pixels differ")}`}`,
  );
}

function openKey({ image }: Session): string {
  return image?.item.key ?? "";
}
