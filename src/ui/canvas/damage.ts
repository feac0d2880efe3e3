import { growRect, isEmptyRect, type Rect, unionRects } from "../../core/rect";
import type { Viewport } from "./viewport";

/** The device pixels an image rectangle covers, rounded outwards, `margin` device px wider on every side. */
export function deviceRect(rect: Rect, view: Viewport, pixelRatio: number, margin: number): Rect {
  const scale = view.scale * pixelRatio;
  const x0 = Math.floor(view.x * pixelRatio + rect.x * scale);
  const y0 = Math.floor(view.y * pixelRatio + rect.y * scale);
  const x1 = Math.ceil(view.x * pixelRatio + (rect.x + rect.width) * scale);
  const y1 = Math.ceil(view.y * pixelRatio + (rect.y + rect.height) * scale);
  // Whole pixels at any zoom of the browser: a clip through the middle of one leaves a seam.
  return growRect({ x: x0, y: y0, width: x1 - x0, height: y1 - y0 }, Math.ceil(margin));
}

/**
 * What of a layer must be drawn anew, in image coordinates. Drawing a whole layer for every mouse move is what makes
 * a stroke lag on a large screen: 20 strokes at 2250x1640 device px without a GPU took 32 s, drawn in part 6 s.
 */
export class Damage {
  private part: Rect = { x: 0, y: 0, width: 0, height: 0 };
  private all = true;
  private canvas: HTMLCanvasElement | null = null;
  private size = "";

  addAll(): void {
    this.all = true;
  }

  add(rect: Rect): void {
    this.part = unionRects(this.part, rect);
  }

  /**
   * Takes the damage for a draw into `canvas`: the rectangle to draw, or null for all of it. A canvas that is new or
   * was resized has lost its content; so has one that is drawn for no reason of ours.
   */
  take(canvas: HTMLCanvasElement): Rect | null {
    const size = `${canvas.width} ${canvas.height}`;
    const whole = this.all || canvas !== this.canvas || size !== this.size || isEmptyRect(this.part);
    const { part } = this;
    this.canvas = canvas;
    this.size = size;
    this.all = false;
    this.part = { x: 0, y: 0, width: 0, height: 0 };
    return whole ? null : part;
  }
}

/** Limits drawing to `rect` (device pixels; null: everything) and clears what is there. Undone by context.restore(). */
export function clearForDrawing(context: CanvasRenderingContext2D, rect: Rect | null): void {
  const { width, height } = context.canvas;
  const area = rect ?? { x: 0, y: 0, width, height };
  if (rect !== null) {
    context.beginPath();
    context.rect(area.x, area.y, area.width, area.height);
    context.clip();
  }
  context.clearRect(area.x, area.y, area.width, area.height);
}
