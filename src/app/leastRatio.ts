import type { ClassTable } from "../core/classTable";
import { maskedShare } from "../review/request";
import type { OpenDocument } from "../review/types";
import { type VoidPolicy, voidUnderMask } from "../review/voidUnderMask";
import { planWindows } from "../window/workWindows";
import { clamp, ratioLimits } from "./settings";

/**
 * The lowest mask ratio that can be had, in whole percent as a share: the masked pixels / non-void pixels of the work
 * window (the fullest, if there are several), within the limits of the slider.
 */
export function leastRatio(document: OpenDocument, classes: ClassTable, voidPolicy: VoidPolicy): number {
  if (document.store.getState().maskedPixels === 0) return ratioLimits.min;
  const { rebuild } = voidUnderMask(document, classes, voidPolicy);
  const shares = planWindows(rebuild, document.width, document.height).map(({ x, y, side }) =>
    maskedShare(document, classes, rebuild, { x, y, width: side, height: side }),
  );
  return clamp(Math.ceil(Math.max(...shares) * 100) / 100, ratioLimits);
}
