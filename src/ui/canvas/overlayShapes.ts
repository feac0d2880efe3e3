import type { Point } from "../../core/point";
import type { Rect } from "../../core/rect";
import type { ToolShape } from "../tools/types";
import { type Size, toCanvas, type Viewport } from "./viewport";

/** Draws a tool's rectangle or outline in device pixels, dark under light so that it shows on any image. */
export function drawToolShape(
  context: CanvasRenderingContext2D,
  shape: ToolShape,
  view: Viewport,
  pixelRatio: number,
): void {
  context.save();
  context.scale(pixelRatio, pixelRatio);
  context.beginPath();
  if (shape.kind === "rect") {
    const { x, y } = toCanvas(view, shape.rect);
    context.rect(x, y, shape.rect.width * view.scale, shape.rect.height * view.scale);
  } else {
    shape.points.forEach((point, index) => {
      const { x, y } = toCanvas(view, point);
      if (index === 0) context.moveTo(x, y);
      else context.lineTo(x, y);
    });
    context.closePath();
  }
  context.fillStyle = "rgba(255, 255, 255, 0.15)";
  context.fill();
  strokeTwice(context);
  if (shape.kind === "path" && shape.marks !== undefined) drawMarks(context, shape.marks, view);
  context.restore();
}

function drawMarks(context: CanvasRenderingContext2D, marks: readonly Point[], view: Viewport): void {
  context.beginPath();
  for (const mark of marks) {
    const { x, y } = toCanvas(view, mark);
    context.rect(x - 2, y - 2, 4, 4);
  }
  strokeTwice(context);
  context.fillStyle = "#ffffff";
  context.fill();
}

/** The smallest rectangle around a shape, image coordinates. */
export function shapeBounds(shape: ToolShape): Rect {
  if (shape.kind === "rect") return shape.rect;
  const xs = shape.points.map(({ x }) => x);
  const ys = shape.points.map(({ y }) => y);
  const x = Math.min(...xs);
  const y = Math.min(...ys);
  return { x, y, width: Math.max(...xs) - x + 1, height: Math.max(...ys) - y + 1 };
}

/** How far the crosshair, or the cross of a brush that is hard to see, reaches beyond the brush, CSS px. */
export const crosshairArm = 24;

/** Draws the keyboard's crosshair around the brush (diameter in image px, 0 for none), in another colour while the pen is down. */
export function drawCrosshair(
  context: CanvasRenderingContext2D,
  { x, y, penDown }: { readonly x: number; readonly y: number; readonly penDown: boolean },
  brushSize: number,
  view: Viewport,
  pixelRatio: number,
): void {
  context.save();
  context.scale(pixelRatio, pixelRatio);
  const at = toCanvas(view, { x: x + 0.5, y: y + 0.5 });
  drawCross(context, at, (brushSize / 2) * view.scale, crosshairArm - 4, penDown ? "#ffe066" : "#ffffff");
  // The pixel itself, where it is large enough to be seen.
  if (view.scale >= 4) {
    context.beginPath();
    context.rect(at.x - view.scale / 2, at.y - view.scale / 2, view.scale, view.scale);
    strokeTwice(context);
  }
  context.restore();
}

/** Whether a circle around (x, y) lies wholly beyond the edges of what is seen, which it then surrounds. CSS px. */
export function surroundsView({ x, y }: Point, radius: number, { width, height }: Size): boolean {
  return Math.hypot(Math.max(x, width - x), Math.max(y, height - y)) < radius;
}

/** Draws the outline of the brush where the next dab would land (core/brush snaps it to the pixel raster). */
export function drawBrush(
  context: CanvasRenderingContext2D,
  { at, size }: { readonly at: Point; readonly size: number },
  view: Viewport,
  pixelRatio: number,
): void {
  const centre =
    size % 2 === 1
      ? { x: Math.floor(at.x) + 0.5, y: Math.floor(at.y) + 0.5 }
      : { x: Math.round(at.x), y: Math.round(at.y) };
  const { x, y } = toCanvas(view, centre);
  const radius = (size / 2) * view.scale;
  context.save();
  context.scale(pixelRatio, pixelRatio);
  context.beginPath();
  if (size === 1) context.rect(x - radius, y - radius, 2 * radius, 2 * radius);
  else context.arc(x, y, radius, 0, 2 * Math.PI);
  strokeTwice(context);
  const { width, height } = context.canvas;
  const isOutOfSight = surroundsView({ x, y }, radius, { width: width / pixelRatio, height: height / pixelRatio });
  // A footprint this small is hard to find without a cross, and the outline of a huge one is nowhere.
  if (radius < 4 || isOutOfSight) drawCross(context, { x, y }, isOutOfSight ? 0 : radius);
  context.restore();
}

function drawCross(
  context: CanvasRenderingContext2D,
  { x, y }: Point,
  radius: number,
  arm = 9,
  color = "#ffffff",
): void {
  context.beginPath();
  for (const [dx, dy] of [
    [1, 0],
    [-1, 0],
    [0, 1],
    [0, -1],
  ]) {
    context.moveTo(x + dx * (radius + 3), y + dy * (radius + 3));
    context.lineTo(x + dx * (radius + arm), y + dy * (radius + arm));
  }
  strokeTwice(context, color);
}

function strokeTwice(context: CanvasRenderingContext2D, color = "#ffffff"): void {
  context.lineWidth = 3;
  context.strokeStyle = "rgba(0, 0, 0, 0.6)";
  context.stroke();
  context.lineWidth = 1.25;
  context.strokeStyle = color;
  context.stroke();
}
