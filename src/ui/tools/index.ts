import type { ToolName } from "../../app/settings";
import { createClassBrush } from "./classBrush";
import { createFill } from "./fill";
import { createMaskBrush, createMaskEraser } from "./maskBrush";
import { createMaskLasso } from "./maskLasso";
import { createMaskPolygon } from "./maskPolygon";
import { createMaskRectangle } from "./maskRectangle";
import { createMaskWand } from "./maskWand";
import { createPickClass } from "./pickClass";
import { createMaskBoundary, createSelectClass, createSelectRegion } from "./selectRegion";
import type { Tool } from "./types";

/** One set of tools for one canvas. */
export function createTools(): Readonly<Record<ToolName, Tool>> {
  return {
    "mask-brush": createMaskBrush(),
    "mask-eraser": createMaskEraser(),
    "mask-rectangle": createMaskRectangle(),
    "mask-lasso": createMaskLasso(),
    "mask-polygon": createMaskPolygon(),
    "mask-wand": createMaskWand(),
    "select-region": createSelectRegion(),
    "select-class": createSelectClass(),
    "mask-boundary": createMaskBoundary(),
    "class-brush": createClassBrush(),
    fill: createFill(),
    "pick-class": createPickClass(),
  };
}
