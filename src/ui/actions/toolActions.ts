import { steppedBrush, type ToolName } from "../../app/settings";
import { canvasHasFocus, focusCanvas } from "../canvas/focus";
import type { UiApp } from "../context";
import { isMasked } from "./reviewActions";
import type { Action } from "./types";

const group = "Tools";
const noPolygon = "No polygon is being drawn.";

function tool(tool: ToolName, key: string, label: string, what: string, shift = false): Action {
  const keys = [shift ? { key, shift } : { key }];
  return { label, what, group, keys, run: ({ settings }) => settings.setState({ tool }) };
}

function maskTool(name: ToolName, key: string, label: string, what: string): Action {
  return { ...tool(name, key, label, `${what}; Ctrl erases`), gestures: "Ctrl+drag erases" };
}

/** A mask tool that takes a click, not a drag. */
function clickMaskTool(name: ToolName, key: string, label: string, what: string, shift = false): Action {
  return { ...tool(name, key, label, `${what}; Ctrl erases`, shift), gestures: "Ctrl+click erases" };
}

/** Choosing a tool; one for each. */
const chooseTool: Readonly<Record<ToolName, Action>> = {
  "mask-brush": maskTool("mask-brush", "b", "Mask brush", "mark what is wrong"),
  "mask-eraser": tool("mask-eraser", "e", "Mask eraser", "take pixels out of the mask"),
  "mask-rectangle": maskTool("mask-rectangle", "r", "Mask rectangle", "drag a box"),
  "mask-lasso": maskTool("mask-lasso", "l", "Mask lasso", "draw around it"),
  "mask-polygon": {
    ...clickMaskTool("mask-polygon", "p", "Mask polygon", "click around it; Enter or double click closes"),
    gestures: "Click points, double click closes",
  },
  "mask-wand": maskTool(
    "mask-wand",
    "w",
    "Superpixel wand",
    "mask patches of alike colour in the picture, as wide as the brush, plus the grow margin",
  ),
  "select-region": clickMaskTool(
    "select-region",
    "c",
    "Select region",
    "mask the region under the click, plus the grow margin",
  ),
  "select-class": clickMaskTool(
    "select-class",
    "c",
    "Select class",
    "mask all pixels of the clicked class, plus the grow margin",
    true,
  ),
  "mask-boundary": clickMaskTool(
    "mask-boundary",
    "b",
    "Mask boundary",
    "mask a band along the outline of the clicked region",
    true,
  ),
  "class-brush": tool("class-brush", "k", "Class brush", "paint the chosen class; inside the mask it is a hint"),
  fill: tool("fill", "g", "Fill", "give the clicked region the chosen class"),
  "pick-class": tool("pick-class", "i", "Pick class", "take the class under the click"),
};

/** What marks and paints, and taking it back. */
export const toolActions = {
  ...chooseTool,
  crosshair: {
    label: "Crosshair",
    what: "draw with the keyboard: arrows move it (Shift: 10 px), Space puts the pen down and lifts it",
    group,
    keys: [{ key: "x" }],
    gestures: "then arrows, Space",
    isEnabled: ({ session }) => session.getState().image !== null,
    whyNot: () => "No image is open.",
    run: toggleCrosshair,
  },
  "brush-smaller": {
    label: "Brush smaller",
    group,
    keys: [{ code: "BracketLeft", repeats: true }],
    inStroke: true,
    gestures: "Shift+wheel",
    run: (app) => changeBrush(app, -1),
  },
  "brush-larger": {
    label: "Brush larger",
    group,
    keys: [{ code: "BracketRight", repeats: true }],
    inStroke: true,
    gestures: "Shift+wheel",
    run: (app) => changeBrush(app, 1),
  },
  "grow-mask": {
    label: "Grow mask",
    what: "a sliver of wrong label left at the rim is what a model copies",
    group,
    keys: [],
    run: ({ editing }) => editing.growMask(),
  },
  "include-rest": {
    label: "Include the rest",
    what: "mask what is left of regions that are masked by half or more, plus the grow margin",
    group,
    keys: [{ key: "r", shift: true }],
    isEnabled: isMasked,
    whyNot: () => "Nothing is masked.",
    run: ({ editing }) => editing.includeRest(),
  },
  "mask-boundaries": {
    label: "Mask all boundaries",
    what: "a band along every class boundary of the image",
    group,
    keys: [],
    isEnabled: ({ session }) => session.getState().image !== null,
    whyNot: () => "No image is open.",
    run: ({ editing }) => editing.maskBoundaries(),
  },
  "close-polygon": {
    label: "Close polygon",
    what: "masks what it encloses",
    group,
    keys: [],
    gestures: "Enter, double click",
    isEnabled: ({ canvas }) => canvas.isBetweenClicks(),
    whyNot: () => noPolygon,
    run: ({ canvas }) => canvas.closeShape(),
  },
  "remove-point": {
    label: "Remove the last point",
    what: "of the polygon",
    group,
    keys: [{ code: "Backspace", repeats: true }],
    isEnabled: ({ canvas }) => canvas.isBetweenClicks(),
    whyNot: () => noPolygon,
    run: ({ canvas }) => canvas.removePoint(),
  },
  "choose-class": {
    label: "Choose class",
    group,
    keys: Array.from({ length: 9 }, (_, index) => ({ code: `Digit${index + 1}` })),
    keysText: "1 to 9",
    byKeyOnly: true,
    fixedKeys: true,
    inStroke: true,
    run: ({ editing }, code) => editing.chooseClass(Number(code?.slice(-1)) - 1),
  },
  undo: {
    label: "Undo",
    group,
    keys: [{ key: "z", ctrl: true, repeats: true }],
    isEnabled: ({ session }) => session.getState().image?.document.store.getState().canUndo ?? false,
    whyNot: () => "There is nothing to undo.",
    run: ({ canvas, editing }) => canvas.removePoint() || editing.undo(),
  },
  redo: {
    label: "Redo",
    group,
    keys: [
      { key: "z", ctrl: true, shift: true, repeats: true },
      { key: "y", ctrl: true, repeats: true },
    ],
    isEnabled: ({ session }) => session.getState().image?.document.store.getState().canRedo ?? false,
    whyNot: () => "There is nothing to redo.",
    run: ({ editing }) => editing.redo(),
  },
} satisfies Record<string, Action>;

/** With the keyboard elsewhere it comes to the crosshair, which is not lost by that. */
function toggleCrosshair({ canvas: { crosshair } }: UiApp): void {
  if (crosshair.point !== null && canvasHasFocus()) crosshair.end();
  else {
    focusCanvas();
    crosshair.start();
  }
}

function changeBrush({ settings }: UiApp, direction: 1 | -1): void {
  settings.setState(({ brushSize }) => ({ brushSize: steppedBrush(brushSize, direction) }));
}
