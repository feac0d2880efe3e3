import { rectangleBetween } from "../../core/rectangle";
import { createAreaTool } from "./areaTool";
import type { Tool } from "./types";

/** Masks the rectangle between press and release, both end pixels included. */
export function createMaskRectangle(): Tool {
  return createAreaTool({
    name: "Mask rectangle",
    keepsPath: false,
    region: (path, clip) => rectangleBetween(path[0], path[path.length - 1], clip),
    shape: (path, clip) => ({
      kind: "rect",
      rect: rectangleBetween(path[0], path[path.length - 1], clip).rect,
    }),
  });
}
