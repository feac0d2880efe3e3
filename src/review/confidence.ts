import { emptyRect, type Rect, rectArea, unionRects } from "../core/rect";
import { forEachPixel } from "../core/region";
import type { Suggestion } from "./types";

/**
 * Every pixel's confidence where each region has one, for shading: 0..255 within the smallest rectangle around all;
 * overlaps take the higher.
 */
export function confidenceOf(suggestions: readonly Omit<Suggestion, "id">[]): {
  readonly rect: Rect;
  readonly data: Uint8Array;
} {
  const rect = suggestions.reduce((all, { region }) => unionRects(all, region.rect), emptyRect);
  const data = new Uint8Array(rectArea(rect));
  for (const { region, confidence } of suggestions) {
    const value = Math.round(255 * confidence);
    forEachPixel(region, (x, y) => {
      const at = (y - rect.y) * rect.width + x - rect.x;
      data[at] = Math.max(data[at], value);
    });
  }
  return { rect, data };
}
