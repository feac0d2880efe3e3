import type { Point } from "../../core/point";
import type { Rect } from "../../core/rect";

/**
 * Where the image lies in the canvas: an image pixel is `scale` CSS px wide and the image's top-left corner is at
 * (x, y) CSS px. The image pixel under a canvas point is floor((point - corner) / scale).
 */
export interface Viewport {
  readonly scale: number;
  readonly x: number;
  readonly y: number;
}

export interface Size {
  readonly width: number;
  readonly height: number;
}

export const maxScale = 64;

/** Smallest zoom: a quarter of the fitted one, so that a tiny image can still be seen whole in a large margin. */
function minScale(image: Size, stage: Size): number {
  return Math.min(1, fitScale(image, stage) / 4);
}

function fitScale(image: Size, stage: Size): number {
  return Math.min(stage.width / image.width, stage.height / image.height);
}

/** The whole image, centred, with a small margin. */
export function fitViewport(image: Size, stage: Size, margin = 12): Viewport {
  const room = { width: Math.max(1, stage.width - 2 * margin), height: Math.max(1, stage.height - 2 * margin) };
  return centred(image, stage, Math.min(maxScale, fitScale(image, room)));
}

function centred(image: Size, stage: Size, scale: number): Viewport {
  return { scale, x: (stage.width - image.width * scale) / 2, y: (stage.height - image.height * scale) / 2 };
}

/** A canvas point in image coordinates, fractional. */
export function toImage(view: Viewport, at: Point): Point {
  return { x: (at.x - view.x) / view.scale, y: (at.y - view.y) / view.scale };
}

/** An image point in canvas coordinates, CSS px. */
export function toCanvas(view: Viewport, at: Point): Point {
  return { x: at.x * view.scale + view.x, y: at.y * view.scale + view.y };
}

/** Changes the zoom to `scale` (limited) and keeps the image point under `at` where it is. */
export function zoomTo(view: Viewport, scale: number, at: Point, image: Size, stage: Size): Viewport {
  const limited = Math.min(maxScale, Math.max(minScale(image, stage), scale));
  const factor = limited / view.scale;
  return keepInSight(
    { scale: limited, x: at.x - (at.x - view.x) * factor, y: at.y - (at.y - view.y) * factor },
    image,
    stage,
  );
}

export function panBy(view: Viewport, dx: number, dy: number, image: Size, stage: Size): Viewport {
  return keepInSight({ scale: view.scale, x: view.x + dx, y: view.y + dy }, image, stage);
}

/** The view after the canvas changed its size: the same image point stays in the middle. */
export function resized(view: Viewport, from: Size, to: Size, image: Size): Viewport {
  return panBy(view, (to.width - from.width) / 2, (to.height - from.height) / 2, image, to);
}

/** The view with `point` of the image in the middle of the canvas. */
export function centredOn(view: Viewport, point: Point, image: Size, stage: Size): Viewport {
  return keepInSight(
    { scale: view.scale, x: stage.width / 2 - point.x * view.scale, y: stage.height / 2 - point.y * view.scale },
    image,
    stage,
  );
}

/** How near to the canvas' edge a point may come before the view follows it, CSS px. */
const scrollMargin = 32;

/** The view moved no further than it takes to bring a point of the image into sight; the same view where it is. */
export function scrolledTo(view: Viewport, point: Point, image: Size, stage: Size): Viewport {
  const at = toCanvas(view, point);
  const dx = toSight(at.x, stage.width);
  const dy = toSight(at.y, stage.height);
  return dx === 0 && dy === 0 ? view : panBy(view, dx, dy, image, stage);
}

function toSight(at: number, size: number): number {
  const margin = Math.min(scrollMargin, size / 4);
  return Math.max(margin, Math.min(size - margin, at)) - at;
}

/** A rectangle smaller than this is shown as if it were as large, image px: a speck says nothing without its surroundings. */
const leastShown = 48;

/** The view with `rect` of the image in the middle and `context` times its size in sight, but never more than the fitted image. */
export function showRect(rect: Rect, context: number, image: Size, stage: Size): Viewport {
  const width = context * Math.max(leastShown, rect.width);
  const height = context * Math.max(leastShown, rect.height);
  const scale = Math.min(maxScale, fitScale({ width, height }, stage));
  const fitted = fitViewport(image, stage);
  if (scale <= fitted.scale) return fitted;
  const middle = { x: rect.x + rect.width / 2, y: rect.y + rect.height / 2 };
  return centredOn({ ...fitted, scale }, middle, image, stage);
}

/** At least 48 CSS px of the image stay inside the canvas, so that it cannot be lost. */
function keepInSight(view: Viewport, image: Size, stage: Size): Viewport {
  const keepX = Math.min(48, image.width * view.scale, stage.width);
  const keepY = Math.min(48, image.height * view.scale, stage.height);
  return {
    scale: view.scale,
    x: Math.min(stage.width - keepX, Math.max(keepX - image.width * view.scale, view.x)),
    y: Math.min(stage.height - keepY, Math.max(keepY - image.height * view.scale, view.y)),
  };
}
