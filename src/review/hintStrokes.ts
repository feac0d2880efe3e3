import { floodRegion } from "../core/flood";
import { growRegion } from "../core/morphology";
import { forEachPixel, hasPixel, type PixelMask, type Region, regionFromPredicate } from "../core/region";
import type { OpenDocument, Suggestion } from "./types";
import { newIds } from "./writing";

/** The 8-connected hint strokes that touch any of these regions. */
export function strokesAt({ hints }: Pick<OpenDocument, "hints">, regions: readonly Region[]): Region[] {
  const seen = new Set<number>();
  const strokes: Region[] = [];
  for (const region of regions) {
    forEachPixel(around(region, hints), (x, y) => {
      const at = y * hints.width + x;
      if (hints.data[at] === 0 || seen.has(at)) return;
      const stroke = floodRegion(hints, x, y, undefined, 8);
      forEachPixel(stroke, (sx, sy) => seen.add(sy * hints.width + sx));
      strokes.push(stroke);
    });
  }
  return strokes;
}

/** Of the strokes that touch a suggestion, the pixels of a class that it proposes: what it extends. */
export function extendedHints(doc: Pick<OpenDocument, "hints" | "labels">, suggestion: Suggestion): Region[] {
  const classes = new Set(newIds(suggestion).filter((_, i) => suggestion.region.bits[i] === 1));
  return strokesAt(doc, [suggestion.region]).map((stroke) =>
    regionFromPredicate(
      stroke.rect,
      (x, y) => hasPixel(stroke, x, y) && classes.has(doc.labels.data[y * doc.labels.width + x]),
    ),
  );
}

/** Those of the strokes that no masked pixel touches: left behind, they could not be masked again, since masks never cover hints. */
export function withoutMask(mask: PixelMask, strokes: readonly Region[]): Region[] {
  return strokes.filter((stroke) => {
    let touches = false;
    forEachPixel(around(stroke, mask), (x, y) => {
      touches ||= mask.data[y * mask.width + x] === 1;
    });
    return !touches;
  });
}

/** The pixels of `stroke` that none of `others` has. */
export function without(stroke: Region, others: readonly Region[]): Region {
  return regionFromPredicate(
    stroke.rect,
    (x, y) => hasPixel(stroke, x, y) && !others.some((other) => hasPixel(other, x, y)),
  );
}

function around(region: Region, { width, height }: PixelMask): Region {
  return growRegion(region, 1.5, { x: 0, y: 0, width, height });
}
