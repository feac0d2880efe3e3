import { isPlain, type Look, lookTable } from "../../app/look";
import { type ClassTable, classOf } from "../../core/classTable";
import type { Rect } from "../../core/rect";
import { packRgba } from "../canvas/palette";
import { outlinePath } from "../canvas/regionOutline";
import type { Cropped } from "./cropPixels";

/** Device px of a crop; it is shown about 64 CSS px wide. */
export const cropSize = 128;

/** The colours of a class table as RGBA words. */
export function colorsOf(table: ClassTable): (id: number) => number {
  const colors = new Map<number, number>();
  return (id) => {
    const color = colors.get(id) ?? packRgba(classOf(table, id)?.color ?? [128, 128, 128]);
    colors.set(id, color);
    return color;
  };
}

/** Draws the picture as it is looked at under the label, and outlines. */
export function drawCrop(
  context: CanvasRenderingContext2D | OffscreenCanvasRenderingContext2D | null | undefined,
  photo: ImageBitmap | null,
  look: Look,
  square: Rect,
  labels: Uint32Array<ArrayBuffer>,
  outlined: readonly Cropped[],
): void {
  if (context === null || context === undefined) return;
  const overlay = new OffscreenCanvas(cropSize, cropSize);
  overlay
    .getContext("2d", { willReadFrequently: true })
    ?.putImageData(new ImageData(new Uint8ClampedArray(labels.buffer), cropSize, cropSize), 0, 0);
  const scale = cropSize / square.width;
  context.setTransform(1, 0, 0, 1, 0, 0);
  context.clearRect(0, 0, cropSize, cropSize);
  context.setTransform(scale, 0, 0, scale, -square.x * scale, -square.y * scale);
  if (photo !== null) context.drawImage(photo, 0, 0);
  if (!isPlain(look)) applyLook(context, lookTable(look));
  context.globalAlpha = photo === null ? 1 : 0.55;
  context.drawImage(overlay, square.x, square.y, square.width, square.height);
  context.globalAlpha = 1;
  context.lineWidth = 2 / scale;
  context.strokeStyle = "white";
  for (const { region } of outlined) context.stroke(outlinePath(region));
}

/** By hand: the filter of the large picture would change the label's colours too, and not every browser can draw with it. */
function applyLook(
  context: CanvasRenderingContext2D | OffscreenCanvasRenderingContext2D,
  table: readonly number[],
): void {
  const pixels = context.getImageData(0, 0, cropSize, cropSize);
  for (let i = 0; i < pixels.data.length; i++) if (i % 4 < 3) pixels.data[i] = 255 * table[pixels.data[i]];
  context.putImageData(pixels, 0, 0);
}
