import { useIntersection } from "@mantine/hooks";
import { useEffect, useRef } from "react";
import { isPlain, lookTable } from "../../app/look";
import type { OpenImage } from "../../app/session";
import { classOf } from "../../core/classTable";
import { type Rect, unionRects } from "../../core/rect";
import type { Suggestion } from "../../review/types";
import { useLook } from "../canvas/PictureFilter";
import { packRgba } from "../canvas/palette";
import { outlinePath } from "../canvas/regionOutline";
import { useDisplayClasses, useDocument } from "../context";
import { cropLabels, cropSquare } from "./cropPixels";
import classes from "./review.module.css";

/** Device px of a crop; it is shown 64 CSS px wide. */
const size = 128;

interface ThumbProps {
  readonly suggestions: readonly Suggestion[];
  readonly image: OpenImage;
}

/** What is suggested in its surroundings: the picture under the label as it is, and as it would be. */
export function SuggestionThumb({ suggestions, image }: ThumbProps) {
  const [before, after] = [useRef<HTMLCanvasElement>(null), useRef<HTMLCanvasElement>(null)];
  const classTable = useDisplayClasses();
  const { photo, document } = image;
  const look = useLook();
  // A decision may have changed the label around.
  const decisions = useDocument(document, (state) => state.decisions);
  const { ref, entry } = useIntersection();
  const isSeen = entry?.isIntersecting ?? false;
  // biome-ignore lint/correctness/useExhaustiveDependencies: the label's raster changes in place, with each decision
  useEffect(() => {
    if (!isSeen) return;
    const square = cropSquare(suggestions.reduce((rect, { region }) => unionRects(rect, region.rect), nothing));
    const colors = new Map<number, number>();
    const colorOf = (id: number): number => {
      const color = colors.get(id) ?? packRgba(classOf(classTable, id)?.color ?? [128, 128, 128]);
      colors.set(id, color);
      return color;
    };
    const crops = cropLabels(document.labels, suggestions, square, size, colorOf);
    const table = isPlain(look) ? null : lookTable(look);
    drawCrop(before.current, photo, table, square, crops.before, suggestions);
    drawCrop(after.current, photo, table, square, crops.after, suggestions);
  }, [isSeen, suggestions, photo, look, classTable, document, decisions]);
  return (
    <span ref={ref} className={classes.crops} aria-hidden="true">
      <canvas ref={before} className={classes.crop} width={size} height={size} />
      <canvas ref={after} className={classes.crop} width={size} height={size} />
    </span>
  );
}

const nothing: Rect = { x: 0, y: 0, width: 0, height: 0 };

function drawCrop(
  canvas: HTMLCanvasElement | null,
  photo: ImageBitmap | null,
  look: readonly number[] | null,
  square: Rect,
  labels: Uint32Array<ArrayBuffer>,
  suggestions: readonly Suggestion[],
): void {
  const context = canvas?.getContext("2d");
  if (context === null || context === undefined) return;
  const overlay = new OffscreenCanvas(size, size);
  overlay.getContext("2d")?.putImageData(new ImageData(new Uint8ClampedArray(labels.buffer), size, size), 0, 0);
  const scale = size / square.width;
  context.setTransform(1, 0, 0, 1, 0, 0);
  context.clearRect(0, 0, size, size);
  context.setTransform(scale, 0, 0, scale, -square.x * scale, -square.y * scale);
  if (photo !== null) context.drawImage(photo, 0, 0);
  if (look !== null) applyLook(context, look);
  context.globalAlpha = photo === null ? 1 : 0.55;
  context.drawImage(overlay, square.x, square.y, square.width, square.height);
  context.globalAlpha = 1;
  context.lineWidth = 2 / scale;
  context.strokeStyle = "white";
  for (const { region } of suggestions) context.stroke(outlinePath(region));
}

/** By hand: the filter of the large picture would change the label's colours too, and not every browser can draw with it. */
function applyLook(context: CanvasRenderingContext2D, table: readonly number[]): void {
  const pixels = context.getImageData(0, 0, size, size);
  for (let i = 0; i < pixels.data.length; i++) if (i % 4 < 3) pixels.data[i] = 255 * table[pixels.data[i]];
  context.putImageData(pixels, 0, 0);
}
