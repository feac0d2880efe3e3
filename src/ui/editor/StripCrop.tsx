import { useEffect } from "react";
import type { OpenImage } from "../../app/session";
import type { Rect } from "../../core/rect";
import { regionFromMask } from "../../core/region";
import { maskBounds } from "../../core/tiledMask";
import type { Agreement } from "../../review/agreement";
import { isUndecided } from "../../review/queue";
import type { SuggestionSet } from "../../review/types";
import { useLook } from "../canvas/PictureFilter";
import { useCanvas } from "../canvas/useCanvas";
import { useDisplayClasses } from "../context";
import { cropLabels, cropSquare } from "../panels/cropPixels";
import { colorsOf, cropSize, drawCrop } from "../panels/drawCrop";
import classes from "./strip.module.css";

interface CropProps {
  readonly image: OpenImage;
  /** What would be accepted; null: the label as it is. */
  readonly set: SuggestionSet | null;
  /** It is of a mask that changed: it stays as drawn. */
  readonly isStale: boolean;
}

/** The mask in its surroundings, with a candidate accepted. */
export function CandidateCrop({ image, set, isStale }: CropProps) {
  const { canvas, made, attach } = useCanvas();
  const classTable = useDisplayClasses();
  const look = useLook();
  const { photo, document } = image;
  useEffect(() => {
    if (isStale) return;
    const rows = set?.suggestions.filter((one) => !one.released && isUndecided(one)) ?? [];
    const square = maskSquare(image);
    const { after } = cropLabels(document.labels, rows, square, cropSize, colorsOf(classTable));
    const outlined =
      set === null ? [{ region: regionFromMask(document.mask, maskBounds(document.mask)), to: 0 }] : rows;
    drawCrop(canvas?.getContext("2d"), photo, look, square, after, outlined);
  }, [set, isStale, image, document, photo, look, classTable, canvas]);
  return <canvas key={made} ref={attach} className={classes.crop} width={cropSize} height={cropSize} aria-hidden />;
}

/** The mask shaded by how many candidates agree: the more, the more teal; where they differ, orange. */
export function AgreementCrop({ image, agreement }: { readonly image: OpenImage; readonly agreement: Agreement }) {
  const { canvas, made, attach } = useCanvas();
  const look = useLook();
  useEffect(() => {
    const square = maskSquare(image);
    drawCrop(canvas?.getContext("2d"), image.photo, look, square, shades(agreement, square), []);
  }, [agreement, image, look, canvas]);
  return <canvas key={made} ref={attach} className={classes.crop} width={cropSize} height={cropSize} aria-hidden />;
}

function maskSquare({ document }: OpenImage): Rect {
  return cropSquare(maskBounds(document.mask));
}

const TEAL = [18, 184, 134] as const;
const ORANGE = [253, 126, 20] as const;

function shades({ rect, counts, of }: Agreement, square: Rect): Uint32Array<ArrayBuffer> {
  const pixels = new Uint32Array(cropSize * cropSize);
  for (let row = 0, i = 0; row < cropSize; row++) {
    const y = square.y + Math.floor(((row + 0.5) * square.height) / cropSize) - rect.y;
    for (let column = 0; column < cropSize; column++, i++) {
      const x = square.x + Math.floor(((column + 0.5) * square.width) / cropSize) - rect.x;
      if (x < 0 || y < 0 || x >= rect.width || y >= rect.height) continue;
      const count = counts[y * rect.width + x];
      if (count === 0) continue;
      const share = of < 2 ? 1 : (count - 1) / (of - 1);
      const mix = TEAL.map((teal, c) => Math.round(ORANGE[c] + (teal - ORANGE[c]) * share));
      pixels[i] = ((255 << 24) | (mix[2] << 16) | (mix[1] << 8) | mix[0]) >>> 0;
    }
  }
  return pixels;
}
