import { maskSummary } from "../../app/summary";
import { componentAt } from "../../core/components";
import { growRegion } from "../../core/morphology";
import { createClickTool } from "./clickTool";
import type { Tool } from "./types";

/**
 * Masks the connected region of one class under the click, widened by "Grow mask": a sliver of wrong label left at
 * the rim is what the model would copy. Ctrl takes the region out of the mask.
 */
export function createSelectRegion(): Tool {
  return createClickTool("pointer", ({ document, growBy, announce }, x, y, ctrl) => {
    const clip = { x: 0, y: 0, width: document.width, height: document.height };
    const region = growRegion(componentAt(document.labels, x, y), growBy, clip);
    document.edit(ctrl ? "Unmask region" : "Select region", (edit) => edit.setMask(region, !ctrl));
    announce(maskSummary(document));
  });
}
