import { polygonRegion } from "../../core/polygon";
import { createAreaTool } from "./areaTool";
import type { Tool } from "./types";

/** Masks what a freehand outline encloses. */
export function createMaskLasso(): Tool {
  return createAreaTool({
    name: "Mask lasso",
    keepsPath: true,
    region: polygonRegion,
    shape: (path) => ({ kind: "path", points: path }),
  });
}
