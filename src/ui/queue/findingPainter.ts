import type { LabelMap } from "../../core/labelMap";
import { clipRect, type Rect } from "../../core/rect";
import { forEachPixel } from "../../core/region";
import type { Suggestion } from "../../review/types";
import { newIds } from "../../review/writing";
import { filledLabels, outlinedLabels } from "../canvas/labelPixels";
import { outlinePath } from "../canvas/regionOutline";
import type { Viewport } from "../canvas/viewport";

/** From this zoom on borders are lines of one width; below, pixels. */
const LEAST_SCALE_OF_LINES = 2;

/** The label with a suggestion accepted. */
export function labelsWith(labels: LabelMap, suggestion: Suggestion): LabelMap {
  const data = labels.data.slice();
  const ids = newIds(suggestion);
  const { rect } = suggestion.region;
  forEachPixel(suggestion.region, (x, y) => {
    data[y * labels.width + x] = ids[(y - rect.y) * rect.width + x - rect.x];
  });
  return { width: labels.width, height: labels.height, data };
}

/** What of an image a canvas shows, in whole image px. */
export function visiblePart(view: Viewport, size: { width: number; height: number }, image: LabelMap): Rect {
  const x = Math.floor(-view.x / view.scale);
  const y = Math.floor(-view.y / view.scale);
  const width = Math.ceil(size.width / view.scale) + 2;
  const height = Math.ceil(size.height / view.scale) + 2;
  return clipRect({ x, y, width, height }, image.width, image.height);
}

/** Draws the part of a label that is in sight, as areas or as borders; `context` is in CSS px. */
export function drawLabels(
  context: CanvasRenderingContext2D,
  labels: LabelMap,
  palette: Uint32Array,
  part: Rect,
  view: Viewport,
  filled: boolean,
): void {
  if (part.width === 0 || part.height === 0) return;
  if (!filled && view.scale >= LEAST_SCALE_OF_LINES) {
    drawBorders(context, labels, palette, part, view);
    return;
  }
  const pixels = new ImageData(part.width, part.height);
  (filled ? filledLabels : outlinedLabels)(labels, palette)(part, new Uint32Array(pixels.data.buffer));
  const raster = new OffscreenCanvas(part.width, part.height);
  raster.getContext("2d")?.putImageData(pixels, 0, 0);
  context.imageSmoothingEnabled = false;
  context.drawImage(
    raster,
    view.x + part.x * view.scale,
    view.y + part.y * view.scale,
    part.width * view.scale,
    part.height * view.scale,
  );
}

/** Every border as two lines side by side, each in the colour of the class on its side. */
function drawBorders(
  context: CanvasRenderingContext2D,
  { width, height, data }: LabelMap,
  palette: Uint32Array,
  part: Rect,
  view: Viewport,
): void {
  const lines = new Map<number, Path2D>();
  const add = (id: number, x0: number, y0: number, x1: number, y1: number): void => {
    const path = lines.get(id) ?? new Path2D();
    lines.set(id, path);
    path.moveTo(view.x + x0 * view.scale, view.y + y0 * view.scale);
    path.lineTo(view.x + x1 * view.scale, view.y + y1 * view.scale);
  };
  const aside = 0.8 / view.scale;
  const [right, bottom] = [part.x + part.width, part.y + part.height];
  for (let y = part.y; y < bottom; y++) {
    for (let x = part.x; x < right; x++) {
      const id = data[y * width + x];
      const beside = x + 1 < width ? data[y * width + x + 1] : id;
      const below = y + 1 < height ? data[(y + 1) * width + x] : id;
      if (beside !== id) {
        add(id, x + 1 - aside, y, x + 1 - aside, y + 1);
        add(beside, x + 1 + aside, y, x + 1 + aside, y + 1);
      }
      if (below !== id) {
        add(id, x, y + 1 - aside, x + 1, y + 1 - aside);
        add(below, x, y + 1 + aside, x + 1, y + 1 + aside);
      }
    }
  }
  context.lineWidth = 1.6;
  for (const [id, path] of lines) {
    const color = palette[id];
    if (color === 0) continue;
    context.strokeStyle = cssColor(color);
    context.stroke(path);
  }
}

/** The border of what is decided on in the colour of a class, within white and black: seen on every picture. */
export function drawFinding(
  context: CanvasRenderingContext2D,
  { region }: Suggestion,
  view: Viewport,
  color: number,
): void {
  context.save();
  context.translate(view.x, view.y);
  context.scale(view.scale, view.scale);
  const path = outlinePath(region);
  context.lineCap = "square";
  for (const [style, width] of [
    ["rgb(0 0 0 / 75%)", 7],
    ["#fff", 5],
    [cssColor(color), 2.6],
  ] as const) {
    context.strokeStyle = style;
    context.lineWidth = width / view.scale;
    context.stroke(path);
  }
  context.restore();
}

function cssColor(word: number): string {
  return `rgb(${word & 255} ${(word >> 8) & 255} ${(word >> 16) & 255})`;
}
