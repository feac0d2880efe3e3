import { maskSummary } from "../../app/summary";
import { componentAt } from "../../core/components";
import { createLabelMap } from "../../core/labelMap";
import { boundaryBand, growRegion } from "../../core/morphology";
import { growRect, type Rect } from "../../core/rect";
import { hasPixel, type Region, regionFromPredicate } from "../../core/region";
import { createClickTool } from "./clickTool";
import type { Tool, ToolContext } from "./types";

/** A tool that masks what the label says about the clicked pixel; Ctrl takes it out of the mask. */
function createMaskAt(
  name: string,
  erases: string,
  regionAt: (context: ToolContext, x: number, y: number, clip: Rect) => Region,
): Tool {
  return createClickTool("pointer", (context, x, y, ctrl) => {
    const { document, announce } = context;
    const region = regionAt(context, x, y, { x: 0, y: 0, width: document.width, height: document.height });
    document.edit(ctrl ? erases : name, (edit) => edit.setMask(region, !ctrl));
    announce(maskSummary(document));
  });
}

/**
 * Masks the connected region of one class under the click, widened by "Grow mask": a sliver of wrong label left at
 * the rim is what the model would copy.
 */
export function createSelectRegion(): Tool {
  return createMaskAt("Select region", "Unmask region", ({ document, growBy }, x, y, clip) =>
    growRegion(componentAt(document.labels, x, y), growBy, clip),
  );
}

/** Masks all pixels of the clicked pixel's class, connected or not, widened by "Grow mask". */
export function createSelectClass(): Tool {
  return createMaskAt("Select class", "Unmask class", ({ document: { labels, width }, growBy }, x, y, clip) => {
    const id = labels.data[y * width + x];
    return growRegion(
      regionFromPredicate(clip, (px, py) => labels.data[py * width + px] === id),
      growBy,
      clip,
    );
  });
}

/** Masks a band on both sides of the outline of the region under the click, holes included. */
export function createMaskBoundary(): Tool {
  return createMaskAt("Mask boundary", "Unmask boundary", ({ document, bandWidth }, x, y, clip) =>
    outlineBand(componentAt(document.labels, x, y), bandWidth, clip),
  );
}

/** The pixels at most `width` px from the region's outline, inside and outside. The edge of `clip` is no outline. */
function outlineBand(region: Region, width: number, clip: Rect): Region {
  const inside = createLabelMap(clip.width, clip.height);
  for (let y = region.rect.y; y < region.rect.y + region.rect.height; y++) {
    for (let x = region.rect.x; x < region.rect.x + region.rect.width; x++)
      if (hasPixel(region, x, y)) inside.data[y * clip.width + x] = 1;
  }
  return boundaryBand(inside, width, growRect(region.rect, width));
}
