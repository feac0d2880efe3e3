import { isEmptyRect, type Rect } from "../../core/rect";
import type { PixelMask } from "../../core/region";
import { newContext, type PixelSource, type TiledRaster } from "./tiledRaster";
import type { Viewport } from "./viewport";

const opaque = 0xff000000;

/** Opaque where the mask is set. */
export function maskPixels(mask: PixelMask): PixelSource {
  return (rect, out) => {
    let target = 0;
    for (let y = rect.y; y < rect.y + rect.height; y++) {
      const row = y * mask.width;
      for (let x = rect.x; x < rect.x + rect.width; x++) out[target++] = mask.data[row + x] === 1 ? opaque : 0;
    }
  };
}

/** A canvas for compositing, never larger than what is drawn: it is copied whole each time it is drawn from. */
export class Scratch {
  private readonly context = newContext(1, 1);

  /** The context with at least `area` to draw in, cleared, its origin at the area's corner. */
  open(area: Rect): CanvasRenderingContext2D {
    const { context } = this;
    const width = Math.ceil(area.width / 256) * 256;
    const height = Math.ceil(area.height / 256) * 256;
    if (context.canvas.width !== width) context.canvas.width = width;
    if (context.canvas.height !== height) context.canvas.height = height;
    context.setTransform(1, 0, 0, 1, -area.x, -area.y);
    context.globalCompositeOperation = "source-over";
    context.clearRect(area.x, area.y, width, height);
    return context;
  }
}

/**
 * Draws `pattern` where the stencil is opaque: the pattern keeps its size on the screen at every zoom, while its
 * border follows the mask's pixels exactly. Only `area` (device pixels) is drawn.
 */
export function drawThroughStencil(
  target: CanvasRenderingContext2D,
  scratch: Scratch,
  stencil: TiledRaster,
  view: Viewport,
  pixelRatio: number,
  pattern: CanvasPattern,
  area: Rect,
): void {
  const { x, y, width, height } = area;
  if (stencil.isBlank() || isEmptyRect(area)) return;
  const context = scratch.open(area);
  // Below 1:1 nearest sampling would skip thin strokes altogether.
  stencil.draw(context, view, pixelRatio, view.scale * pixelRatio < 1, area);
  context.globalCompositeOperation = "source-in";
  context.fillStyle = pattern;
  context.fillRect(x, y, width, height);
  target.drawImage(context.canvas, 0, 0, width, height, x, y, width, height);
}

/** Diagonal stripes, light on dark, readable over any class colour. */
export function hatchPattern(pixelRatio: number): CanvasPattern {
  return pattern(Math.round(8 * pixelRatio), (context, size) => {
    context.fillStyle = "rgba(0, 0, 0, 0.28)";
    context.fillRect(0, 0, size, size);
    context.strokeStyle = "rgba(255, 255, 255, 0.9)";
    context.lineWidth = 1.5 * pixelRatio;
    context.beginPath();
    for (const shift of [-size, 0, size]) {
      context.moveTo(shift - 2, size + 2);
      context.lineTo(shift + size + 2, -2);
    }
    context.stroke();
  });
}

/** Dots: marks hints, whose class colour stays visible between them. */
export function dotPattern(pixelRatio: number): CanvasPattern {
  return pattern(Math.round(7 * pixelRatio), (context, size) => {
    context.fillStyle = "#ffffff";
    context.strokeStyle = "#000000";
    context.lineWidth = pixelRatio;
    context.beginPath();
    context.arc(size / 2, size / 2, 1.4 * pixelRatio, 0, 2 * Math.PI);
    context.stroke();
    context.fill();
  });
}

/** Grey with thin lines against the mask's: what is not judged steps back. */
export function excludedPattern(pixelRatio: number): CanvasPattern {
  return pattern(Math.round(10 * pixelRatio), (context, size) => {
    context.fillStyle = "rgba(70, 74, 80, 0.55)";
    context.fillRect(0, 0, size, size);
    context.strokeStyle = "rgba(255, 255, 255, 0.3)";
    context.lineWidth = pixelRatio;
    context.beginPath();
    for (const shift of [-size, 0, size]) {
      context.moveTo(shift - 2, -2);
      context.lineTo(shift + size + 2, size + 2);
    }
    context.stroke();
  });
}

function pattern(size: number, draw: (context: CanvasRenderingContext2D, size: number) => void): CanvasPattern {
  const context = newContext(size, size);
  draw(context, size);
  const made = context.createPattern(context.canvas, "repeat");
  if (made === null) throw new Error("The browser could not make a canvas pattern.");
  return made;
}
