import type { Rect } from "../core/rect";
import { resizeRgba } from "../core/resizeRgba";
import type { WorkImage } from "./workImage";
import type { WorkWindow } from "./workWindows";

/**
 * What a window pixel is; IGNORED: an ignored (void) class, or outside the image. Both known kinds come last, so that
 * `kind >= KNOWN` means "the label is visible".
 */
export const IGNORED = 0;
export const MASKED = 1;
export const KNOWN = 2;
export const HINT = 3;

/** The label of a part of an image, as windows are cut from it. Outside `rect` everything is ignored. */
export interface LabelSource {
  /** Where the part lies in the image, px. */
  readonly rect: Rect;
  /** rect.width * rect.height class ids, row by row. */
  readonly labels: Uint16Array;
  /** IGNORED, MASKED, KNOWN or HINT, of a pixel by its index in `labels`. */
  kindAt(at: number): number;
  /** True only where all pixels of these columns and rows, `right` and `bottom` left out, are KNOWN: nobody looks at them. */
  isKnown(left: number, top: number, right: number, bottom: number): boolean;
}

/** The same as rasters. */
export interface LabelRaster {
  /** Where the part lies in the image, px. */
  readonly rect: Rect;
  /** rect.width * rect.height class ids. */
  readonly labels: Uint16Array;
  /** IGNORED, MASKED, KNOWN or HINT per pixel. */
  readonly kinds: Uint8Array;
}

/** The label of a window in model px, size * size, row by row. */
export interface WindowLabel {
  readonly size: number;
  readonly kinds: Uint8Array;
  /** Class ids, meaningful where `kinds` says KNOWN or HINT. */
  readonly ids: Uint16Array;
}

/** A raster to cut windows from. */
export function rasterSource({ kinds, ...label }: LabelRaster): LabelSource {
  return { ...label, kindAt: (at) => kinds[at], isKnown: () => false };
}

/**
 * Cuts a window out of a label, which must hold all of the window that lies in the image. A window pixel shows a hint
 * when its footprint holds one, is masked when its footprint holds a masked pixel, and is known only when its whole
 * footprint is; its id is that of the pixel at the footprint's centre.
 */
export function cutLabel(label: LabelSource, window: WorkWindow): WindowLabel {
  const { size } = window;
  const kinds = new Uint8Array(size * size);
  const ids = new Uint16Array(size * size);
  const columns = footprints(window.x - label.rect.x, window);
  const rows = footprints(window.y - label.rect.y, window);
  for (let j = 0, i = 0; j < size; j++) {
    for (let k = 0; k < size; k++, i++) {
      const at = shownPixel(label, columns[k], rows[j]);
      if (at < 0) {
        kinds[i] = -at - 1;
      } else {
        kinds[i] = label.kindAt(at);
        ids[i] = label.labels[at];
      }
    }
  }
  return { size, kinds, ids };
}

/** Raster px [first, end) under one window pixel along one axis, and the one at its centre. */
interface Footprint {
  readonly first: number;
  readonly end: number;
  readonly centre: number;
}

/** The footprints of a window's `size` pixels along one axis that starts at raster px `origin`. */
function footprints(origin: number, { side, size }: WorkWindow): Footprint[] {
  const scale = side / size;
  return Array.from({ length: size }, (_, i) => {
    // In integers where it matters: 3 * (320 / 320) must be 3.
    const first = origin + Math.floor((i * side) / size);
    const end = origin + Math.ceil(((i + 1) * side) / size);
    return { first, end: Math.max(end, first + 1), centre: origin + Math.floor((i + 0.5) * scale) };
  });
}

/** Index of the pixel whose label a window pixel takes, or -1 - kind when it shows none. */
function shownPixel(label: LabelSource, column: Footprint, row: Footprint): number {
  const { width, height } = label.rect;
  const centre = row.centre * width + column.centre;
  const inside = column.first >= 0 && row.first >= 0 && column.end <= width && row.end <= height;
  if (inside && label.isKnown(column.first, row.first, column.end, row.end)) return centre;
  let masked = false;
  let anyIgnored = !inside;
  let hint = -1;
  for (let y = Math.max(row.first, 0); y < Math.min(row.end, height); y++) {
    for (let x = Math.max(column.first, 0); x < Math.min(column.end, width); x++) {
      const kind = label.kindAt(y * width + x);
      if (kind === HINT && (hint < 0 || y * width + x === centre)) hint = y * width + x;
      else if (kind === MASKED) masked = true;
      else if (kind === IGNORED) anyIgnored = true;
    }
  }
  if (hint >= 0) return hint;
  if (masked) return -1 - MASKED;
  return anyIgnored ? -1 - IGNORED : centre;
}

/**
 * RGB of a window, 0..1, size * size * 3: the mean over each footprint when scaled down, bilinear when scaled up, exact
 * at scale 1. Outside the image the edge's colour goes on.
 */
export function cutImage({ width, height, rgba }: WorkImage, window: WorkWindow): Float32Array {
  const result = new Float32Array(window.size * window.size * 3);
  if (window.side === window.size) {
    copyImage({ width, height, rgba }, window, result);
    return result;
  }
  const [columns, rows] = [imageTaps(window.x, window, width), imageTaps(window.y, window, height)];
  let i = 0;
  for (const row of rows) {
    for (const column of columns) {
      let [red, green, blue] = [0, 0, 0];
      for (const [y, wy] of row) {
        for (const [x, wx] of column) {
          const at = (y * width + x) * 4;
          const weight = (wx * wy) / 255;
          red += rgba[at] * weight;
          green += rgba[at + 1] * weight;
          blue += rgba[at + 2] * weight;
        }
      }
      result[i++] = red;
      result[i++] = green;
      result[i++] = blue;
    }
  }
  return result;
}

/** A window at scale 1. */
function copyImage(
  image: Pick<WorkImage, "width" | "height" | "rgba">,
  window: WorkWindow,
  result: Float32Array,
): void {
  const { width, height, rgba } = image;
  const clamp = (at: number, limit: number) => Math.min(Math.max(at, 0), limit - 1);
  for (let y = 0, i = 0; y < window.size; y++) {
    const row = clamp(window.y + y, height) * width;
    for (let x = 0; x < window.size; x++, i += 3) {
      const at = (row + clamp(window.x + x, width)) * 4;
      result[i] = rgba[at] / 255;
      result[i + 1] = rgba[at + 1] / 255;
      result[i + 2] = rgba[at + 2] / 255;
    }
  }
}

/** An image at another size, as Pillow scales it. The image itself where it has that size. */
export function scaledImage(image: WorkImage, width: number, height: number): WorkImage {
  if (image.width === width && image.height === height) return image;
  const rgba = resizeRgba(image.rgba, image, { width, height });
  return { imageKey: image.imageKey, width, height, rgba, scaledFrom: image };
}

type Tap = readonly [at: number, weight: number];

/** Image px and weights (sum 1) that a window pixel's colour is made of, along one axis, clamped to the image. */
function imageTaps(origin: number, { side, size }: Pick<WorkWindow, "side" | "size">, limit: number): Tap[][] {
  const scale = side / size;
  const clamp = (at: number) => Math.min(Math.max(at, 0), limit - 1);
  return Array.from({ length: size }, (_, i): Tap[] => {
    if (scale < 1) {
      const at = (i + 0.5) * scale - 0.5;
      const low = Math.floor(at);
      return [
        [clamp(origin + low), 1 - (at - low)],
        [clamp(origin + low + 1), at - low],
      ];
    }
    const taps: Tap[] = [];
    const [start, end] = [i * scale, (i + 1) * scale];
    for (let x = Math.floor(start); x < end; x++) {
      const share = (Math.min(end, x + 1) - Math.max(start, x)) / scale;
      if (share > 1e-9) taps.push([clamp(origin + x), share]);
    }
    return taps;
  });
}
