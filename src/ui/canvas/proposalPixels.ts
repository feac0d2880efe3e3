import { intersectRects, isEmptyRect, type Rect, unionRects } from "../../core/rect";
import type { Suggestion, SuggestionSet } from "../../review/types";
import type { PixelSource } from "./tiledRaster";

export function suggestionsRect(suggestions: readonly Suggestion[]): Rect {
  return suggestions.reduce((rect, { region }) => unionRects(rect, region.rect), { x: 0, y: 0, width: 0, height: 0 });
}

/** The proposed classes' colours; the surer the model, the more opaque. Of overlapping regions the first is seen. */
export function proposalPixels(
  set: SuggestionSet,
  suggestions: readonly Suggestion[],
  palette: Uint32Array,
): PixelSource {
  return (rect, out) => {
    for (const { region, to, ids } of [...suggestions].reverse()) {
      const part = intersectRects(region.rect, rect);
      if (isEmptyRect(part)) continue;
      for (let y = part.y; y < part.y + part.height; y++) {
        const bits = (y - region.rect.y) * region.rect.width - region.rect.x;
        const target = (y - rect.y) * rect.width - rect.x;
        for (let x = part.x; x < part.x + part.width; x++) {
          if (region.bits[bits + x] === 0) continue;
          const color = palette[ids?.[bits + x] ?? to] & 0xffffff;
          out[target + x] = ((shade(confidenceAt(set, x, y)) << 24) | color) >>> 0;
        }
      }
    }
  };
}

/** Confidence 0..255 as opacity 60..245. */
function shade(confidence: number): number {
  return 60 + Math.round((confidence * 185) / 255);
}

function confidenceAt({ confidence: { rect, data } }: SuggestionSet, x: number, y: number): number {
  const column = x - rect.x;
  const row = y - rect.y;
  return column >= 0 && row >= 0 && column < rect.width && row < rect.height ? data[row * rect.width + column] : 0;
}
