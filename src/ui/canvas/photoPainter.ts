import type { OpenImage } from "../../app/session";
import type { Viewport } from "./viewport";

/** Draws the picture (mid-grey where there is none) in device pixels, its edges on whole ones like the label's tiles. */
export function drawPhoto(
  context: CanvasRenderingContext2D,
  { photo, document }: OpenImage,
  view: Viewport,
  pixelRatio: number,
): void {
  const x0 = Math.round(view.x * pixelRatio);
  const y0 = Math.round(view.y * pixelRatio);
  const x1 = Math.round((view.x + document.width * view.scale) * pixelRatio);
  const y1 = Math.round((view.y + document.height * view.scale) * pixelRatio);
  if (photo === null) {
    context.fillStyle = "#808080";
    context.fillRect(x0, y0, x1 - x0, y1 - y0);
    return;
  }
  // Enlarged, the photograph shows its own pixels: labels are judged against them.
  context.imageSmoothingEnabled = view.scale * pixelRatio < 2;
  context.imageSmoothingQuality = "medium";
  context.drawImage(photo, x0, y0, x1 - x0, y1 - y0);
}
