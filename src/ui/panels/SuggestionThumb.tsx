import { useIntersection } from "@mantine/hooks";
import { useEffect } from "react";
import type { OpenImage } from "../../app/session";
import { type Rect, unionRects } from "../../core/rect";
import type { Suggestion } from "../../review/types";
import { useLook } from "../canvas/PictureFilter";
import { useCanvas } from "../canvas/useCanvas";
import { useDisplayClasses, useDocument } from "../context";
import { cropLabels, cropSquare } from "./cropPixels";
import { colorsOf, cropSize, drawCrop } from "./drawCrop";
import classes from "./review.module.css";

interface ThumbProps {
  readonly suggestions: readonly Suggestion[];
  readonly image: OpenImage;
}

/** What is suggested in its surroundings: the picture under the label as it is, and as it would be. */
export function SuggestionThumb({ suggestions, image }: ThumbProps) {
  const [before, after] = [useCanvas(), useCanvas()];
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
    const crops = cropLabels(document.labels, suggestions, square, cropSize, colorsOf(classTable));
    drawCrop(before.canvas?.getContext("2d"), photo, look, square, crops.before, suggestions);
    drawCrop(after.canvas?.getContext("2d"), photo, look, square, crops.after, suggestions);
  }, [isSeen, suggestions, photo, look, classTable, document, decisions, before.canvas, after.canvas]);
  return (
    <span ref={ref} className={classes.crops} aria-hidden="true">
      <canvas key={before.made} ref={before.attach} className={classes.crop} width={cropSize} height={cropSize} />
      <canvas key={after.made} ref={after.attach} className={classes.crop} width={cropSize} height={cropSize} />
    </span>
  );
}

const nothing: Rect = { x: 0, y: 0, width: 0, height: 0 };
