import { floodRegion } from "../core/flood";
import { growRegion } from "../core/morphology";
import type { PixelMask, Region } from "../core/region";
import { forEachPixel } from "../core/region";

/**
 * The hints an accept has used up: the 8-connected hint strokes that touch an accepted region and no longer touch
 * any masked pixel. Left behind, they could not be masked again, since masks never cover hints.
 */
export function consumedHints(mask: PixelMask, hints: PixelMask, accepted: readonly Region[]): Region[] {
  const image = { x: 0, y: 0, width: hints.width, height: hints.height };
  const seen = new Set<number>();
  const consumed: Region[] = [];
  for (const region of accepted) {
    forEachPixel(growRegion(region, 1.5, image), (x, y) => {
      const at = y * hints.width + x;
      if (hints.data[at] === 0 || seen.has(at)) return;
      const stroke = floodRegion(hints, x, y, undefined, 8);
      forEachPixel(stroke, (sx, sy) => seen.add(sy * hints.width + sx));
      if (!touches(mask, growRegion(stroke, 1.5, image))) consumed.push(stroke);
    });
  }
  return consumed;
}

function touches(mask: PixelMask, region: Region): boolean {
  let found = false;
  forEachPixel(region, (x, y) => {
    found ||= mask.data[y * mask.width + x] === 1;
  });
  return found;
}
