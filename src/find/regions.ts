import { componentRegion, labelComponents } from "../core/components";
import { clipRect, growRect, intersectRects, type Rect, rectArea } from "../core/rect";
import { type Region, regionArea } from "../core/region";
import { runsOf } from "../core/runs";

/** Indices of a region's pixels in a raster of `width` columns that holds it, in scan order. */
export function pixelsOf({ rect, bits }: Region, width: number): Int32Array {
  const indices = new Int32Array(regionArea({ rect, bits }));
  let count = 0;
  for (let row = 0, i = 0; row < rect.height; row++) {
    let at = (rect.y + row) * width + rect.x;
    for (let column = 0; column < rect.width; column++, i++, at++) if (bits[i] === 1) indices[count++] = at;
  }
  return indices;
}

/** Indices of the pixels at most `radius` px (a whole number) from a region, outside it, in a scene of width * height. */
export function pixelsAround({ rect, bits }: Region, radius: number, width: number, height: number): number[] {
  const box = clipRect(growRect(rect, radius), width, height);
  const gaps = columnGaps({ rect, bits }, box, radius + 1);
  // How far along its row a pixel reaches of which the column comes so near to the region.
  const reaches = Int32Array.from({ length: radius + 1 }, (_, gap) => Math.floor(Math.sqrt(radius ** 2 - gap ** 2)));
  const pixels: number[] = [];
  const changes = new Int32Array(box.width + 1);
  for (let row = 0, i = 0; row < box.height; row++) {
    changes.fill(0);
    for (let column = 0; column < box.width; column++) {
      const gap = gaps[i + column];
      // Inside a run of the region the run's ends reach as far.
      const isInside = gap === 0 && column > 0 && gaps[i + column - 1] === 0 && gaps[i + column + 1] === 0;
      if (gap > radius || isInside) continue;
      changes[Math.max(column - reaches[gap], 0)]++;
      changes[Math.min(column + reaches[gap] + 1, box.width)]--;
    }
    let covered = 0;
    for (let column = 0; column < box.width; column++, i++) {
      covered += changes[column];
      if (covered > 0 && gaps[i] > 0) pixels.push((box.y + row) * width + box.x + column);
    }
  }
  return pixels;
}

/** The distance of every pixel of a box to a region inside it, in the pixel's own column; at most `most`. */
function columnGaps({ rect, bits }: Region, box: Rect, most: number): Uint16Array {
  const gaps = new Uint16Array(rectArea(box)).fill(most);
  const corner = (rect.y - box.y) * box.width + rect.x - box.x;
  for (let row = 0, i = 0; row < rect.height; row++) {
    for (let column = 0; column < rect.width; column++, i++) {
      if (bits[i] === 1) gaps[corner + row * box.width + column] = 0;
    }
  }
  for (let i = box.width; i < gaps.length; i++) gaps[i] = Math.min(gaps[i], gaps[i - box.width] + 1);
  for (let i = gaps.length - box.width - 1; i >= 0; i--) gaps[i] = Math.min(gaps[i], gaps[i + box.width] + 1);
  return gaps;
}

/** The largest of a region's connected parts (what touches at a corner is connected), the first of those alike. */
export function largestPart({ rect, bits }: Region): Region {
  const components = labelComponents(
    { width: rect.width, height: rect.height, data: Uint16Array.from(bits) },
    undefined,
    8,
  );
  const parts = [...components.list.keys()].filter((number) => components.list[number].id === 1);
  const largest = parts.sort((a, b) => components.list[b].area - components.list[a].area)[0] ?? -1;
  const part = componentRegion(components, largest);
  return { ...part, rect: { ...part.rect, x: rect.x + part.rect.x, y: rect.y + part.rect.y } };
}

/** Equal for regions of the same pixels and rect. */
export function regionKey({ rect, bits }: Region): string {
  return `${rect.x},${rect.y},${rect.width},${rect.height}:${runsOf(bits).join(",")}`;
}

/** Sets a region's pixels in a raster of `width` columns that holds it. */
export function paint(raster: Uint8Array, width: number, region: Region): void {
  for (const pixel of pixelsOf(region, width)) raster[pixel] = 1;
}

/** Number of pixels in both. */
export function overlapCount(a: Region, b: Region): number {
  const shared = intersectRects(a.rect, b.rect);
  let count = 0;
  for (let y = shared.y; y < shared.y + shared.height; y++) {
    let inA = (y - a.rect.y) * a.rect.width + shared.x - a.rect.x;
    let inB = (y - b.rect.y) * b.rect.width + shared.x - b.rect.x;
    for (let column = 0; column < shared.width; column++, inA++, inB++) count += a.bits[inA] & b.bits[inB];
  }
  return count;
}

/** Intersection over union, 0..1. */
export function overlap(a: Region, b: Region): number {
  const both = overlapCount(a, b);
  return both > 0 ? both / (regionArea(a) + regionArea(b) - both) : 0;
}
