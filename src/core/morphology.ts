import type { LabelMap } from "./labelMap";
import { nearestKnown } from "./nearest";
import { clipRect, growRect, intersectRects, isEmptyRect, type Rect, rectArea } from "./rect";
import { emptyRegion, type Region, trimRegion } from "./region";

/** All pixels whose centre is at most `radius` px from a pixel of the region (Euclidean disc), inside `clip`. */
export function growRegion(region: Region, radius: number, clip?: Rect): Region {
  const reach = growRect(region.rect, Math.max(0, Math.floor(radius)));
  const rect = clip === undefined ? reach : intersectRects(reach, clip);
  if (isEmptyRect(region.rect) || isEmptyRect(rect)) return emptyRegion;
  // Distances are measured on the unclipped raster: pixels outside `clip` still reach into it.
  const raster = rasterOf(region, reach);
  const { distanceSquared } = nearestKnown(raster, reach.width, reach.height);
  return select(rect, (x, y) => {
    const distance = distanceSquared[(y - reach.y) * reach.width + x - reach.x];
    return distance >= 0 && distance <= radius * radius;
  });
}

/**
 * The band `radius` px wide on either side of every boundary between two ids, inside `within`. A pixel with a
 * 4-neighbour of another id is the first pixel of its side; the rest lies at most radius - 1 px from one.
 */
export function boundaryBand(labels: LabelMap, radius: number, within?: Rect): Region {
  const rect = clipRect(within ?? { x: 0, y: 0, ...labels }, labels.width, labels.height);
  if (isEmptyRect(rect) || radius < 1) return emptyRegion;
  const reach = clipRect(growRect(rect, Math.ceil(radius)), labels.width, labels.height);
  const edges = edgePixels(labels, reach);
  const { distanceSquared } = nearestKnown(edges, reach.width, reach.height);
  return select(rect, (x, y) => {
    const distance = distanceSquared[(y - reach.y) * reach.width + x - reach.x];
    return distance >= 0 && distance <= (radius - 1) ** 2;
  });
}

function edgePixels(labels: LabelMap, rect: Rect): Uint8Array {
  const { data, width, height } = labels;
  const edges = new Uint8Array(rectArea(rect));
  for (let y = rect.y, i = 0; y < rect.y + rect.height; y++) {
    for (let x = rect.x, at = y * width + rect.x; x < rect.x + rect.width; x++, i++, at++) {
      const id = data[at];
      const differs =
        (x > 0 && data[at - 1] !== id) ||
        (x + 1 < width && data[at + 1] !== id) ||
        (y > 0 && data[at - width] !== id) ||
        (y + 1 < height && data[at + width] !== id);
      if (differs) edges[i] = 1;
    }
  }
  return edges;
}

/** The region drawn into a raster the size of `rect`, which must hold it. */
function rasterOf(region: Region, rect: Rect): Uint8Array {
  const raster = new Uint8Array(rectArea(rect));
  for (let row = 0; row < region.rect.height; row++) {
    const start = (region.rect.y - rect.y + row) * rect.width + region.rect.x - rect.x;
    raster.set(region.bits.subarray(row * region.rect.width, (row + 1) * region.rect.width), start);
  }
  return raster;
}

function select(rect: Rect, test: (x: number, y: number) => boolean): Region {
  const bits = new Uint8Array(rectArea(rect));
  for (let y = rect.y, i = 0; y < rect.y + rect.height; y++) {
    for (let x = rect.x; x < rect.x + rect.width; x++, i++) if (test(x, y)) bits[i] = 1;
  }
  return trimRegion({ rect, bits });
}
