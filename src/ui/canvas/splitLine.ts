import type { Rect } from "../../core/rect";
import type { Size, Viewport } from "./viewport";
import { toImage } from "./viewport";

/** The line of a split in device pixels from the canvas' left, whole: neither half draws over the other. */
export function splitAtDevice(splitAt: number, size: Size, pixelRatio: number): number {
  return Math.round(splitAt * size.width * pixelRatio);
}

/** What a moved line uncovered: the strip between two places, in image coordinates. */
export function splitStrip(from: number, to: number, size: Size, view: Viewport, image: Size): Rect {
  const x0 = toImage(view, { x: Math.min(from, to) * size.width, y: 0 }).x;
  const x1 = toImage(view, { x: Math.max(from, to) * size.width, y: 0 }).x;
  return { x: x0, y: 0, width: x1 - x0, height: image.height };
}

/** Draws only left (right) of a column, device pixels. */
export function drawHalf(
  context: CanvasRenderingContext2D,
  side: "left" | "right",
  column: number,
  draw: () => void,
): void {
  const { width, height } = context.canvas;
  context.save();
  context.beginPath();
  if (side === "left") context.rect(0, 0, column, height);
  else context.rect(column, 0, width - column, height);
  context.clip();
  draw();
  context.restore();
}
