import type { PixelMask } from "../../core/region";
import type { PixelSource, TiledRaster } from "./tiledRaster";
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

/**
 * Draws `pattern` where the stencil is opaque: the pattern keeps its size on the screen at every zoom, while its
 * border follows the mask's pixels exactly. `scratch` is a canvas as large as the target; its content is lost.
 */
export function drawThroughStencil(
  target: CanvasRenderingContext2D,
  scratch: CanvasRenderingContext2D,
  stencil: TiledRaster,
  view: Viewport,
  pixelRatio: number,
  pattern: CanvasPattern,
): void {
  if (stencil.isBlank()) return;
  const { width, height } = scratch.canvas;
  scratch.globalCompositeOperation = "source-over";
  scratch.clearRect(0, 0, width, height);
  // Below 1:1 nearest sampling would skip thin strokes altogether.
  stencil.draw(scratch, view, pixelRatio, view.scale * pixelRatio < 1);
  scratch.globalCompositeOperation = "source-in";
  scratch.fillStyle = pattern;
  scratch.fillRect(0, 0, width, height);
  target.drawImage(scratch.canvas, 0, 0);
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

function pattern(size: number, draw: (context: CanvasRenderingContext2D, size: number) => void): CanvasPattern {
  const canvas = document.createElement("canvas");
  canvas.width = size;
  canvas.height = size;
  const context = canvas.getContext("2d");
  if (context === null) throw new Error("The browser gave no 2D canvas. Close other tabs to free memory and reload.");
  draw(context, size);
  const made = context.createPattern(canvas, "repeat");
  if (made === null) throw new Error("The browser could not make a canvas pattern.");
  return made;
}
