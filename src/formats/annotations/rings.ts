import type { Point } from "../../core/point";
import { polygonRegion } from "../../core/polygon";
import { type Rect, unionRects } from "../../core/rect";
import { emptyRegion, hasPixel, type Region, regionFromPredicate } from "../../core/region";
import { isPlace } from "./pairs";

/**
 * The pixels of a polygon, clipped to width x height. The rule: a pixel belongs to it when its centre lies inside a ring,
 * by even-odd (a ring that crosses itself has holes where it covers twice; an edge through a centre counts to one side
 * only, so neighbours neither overlap nor gap). Several rings add up (COCO: parts of one object); `holes` are cut out.
 *
 * With `vertices: "pixels"` the coordinates name pixels, not places between them (Supervisely, as OpenCV draws): they
 * are centres, and the pixels that the outline runs through belong to the polygon, of holes to the hole.
 *
 * pycocotools does the same on vertices rounded to a fifth of a pixel; Pillow's ImageDraw (labelme's converter) adds the
 * outline, half a pixel on every side.
 */
export function ringsRegion(
  rings: readonly (readonly Point[])[],
  width: number,
  height: number,
  { holes = [], vertices = "corners" }: { holes?: readonly (readonly Point[])[]; vertices?: "corners" | "pixels" } = {},
): Region {
  const clip: Rect = { x: 0, y: 0, width, height };
  const fill = (ring: readonly Point[]): readonly Region[] => {
    if (vertices === "corners") return [polygonRegion(ring, clip)];
    return [
      polygonRegion(
        ring.map(({ x, y }) => ({ x: x + 0.5, y: y + 0.5 })),
        clip,
      ),
      outline(ring, clip),
    ];
  };
  const solid = unionOf(rings.filter((ring) => ring.every(isPlace)).flatMap(fill));
  if (holes.length === 0) return solid;
  const cut = unionOf(holes.flatMap(fill));
  return regionFromPredicate(solid.rect, (x, y) => hasPixel(solid, x, y) && !hasPixel(cut, x, y));
}

function unionOf(regions: readonly Region[]): Region {
  if (regions.length === 1) return regions[0];
  const rect = regions.reduce((all, region) => unionRects(all, region.rect), emptyRegion.rect);
  return regionFromPredicate(rect, (x, y) => regions.some((region) => hasPixel(region, x, y)));
}

/** The pixels on the straight lines between pixels, ends included. */
function outline(ring: readonly Point[], clip: Rect): Region {
  const on = new Set<number>();
  ring.forEach((from, i) => {
    const to = ring[(i + 1) % ring.length];
    const steps = Math.ceil(Math.max(Math.abs(to.x - from.x), Math.abs(to.y - from.y), 1));
    for (let step = 0; step <= steps; step++) {
      const x = Math.round(from.x + ((to.x - from.x) * step) / steps);
      const y = Math.round(from.y + ((to.y - from.y) * step) / steps);
      if (x >= 0 && y >= 0 && x < clip.width && y < clip.height) on.add(y * clip.width + x);
    }
  });
  return regionFromPredicate(on.size === 0 ? emptyRegion.rect : clip, (x, y) => on.has(y * clip.width + x));
}
