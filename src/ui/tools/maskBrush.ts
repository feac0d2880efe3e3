import { maskSummary } from "../../app/summary";
import { createStrokeTool, type Stroke } from "./strokeTool";
import type { Tool, ToolContext } from "./types";

function maskStroke({ document }: ToolContext, on: boolean): Stroke {
  return {
    name: on ? "Mask brush" : "Mask eraser",
    apply: (edit, region) => edit.setMask(region, on),
    done: () => maskSummary(document),
  };
}

/** Masks what it passes over; with Ctrl held at the start it erases. */
export function createMaskBrush(): Tool {
  return createStrokeTool((context, ctrl) => maskStroke(context, !ctrl));
}

/** Takes pixels out of the mask. */
export function createMaskEraser(): Tool {
  return createStrokeTool((context) => maskStroke(context, false));
}
