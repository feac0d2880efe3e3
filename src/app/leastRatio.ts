import type { ClassTable } from "../core/classTable";
import type { TiledMask } from "../core/tiledMask";
import { maskedShare } from "../review/maskedShare";
import type { OpenDocument } from "../review/types";
import { type VoidPolicy, voidUnderMask } from "../review/voidUnderMask";
import { planWindows } from "../window/workWindows";
import { clamp, ratioLimits } from "./settings";

/** Asked for by several parts of the app after each change; of an image of 67 megapixels it takes a while. */
const known = new WeakMap<
  OpenDocument,
  { readonly version: number; readonly rebuild: TiledMask; readonly classes: ClassTable; readonly least: number }
>();

/**
 * The lowest mask ratio that can be had, in whole percent as a share: the masked pixels / non-void pixels of the work
 * window (the fullest, if there are several), within the limits of the slider.
 */
export function leastRatio(document: OpenDocument, classes: ClassTable, voidPolicy: VoidPolicy): number {
  const { maskedPixels, version } = document.store.getState();
  if (maskedPixels === 0) return ratioLimits.min;
  const { rebuild } = voidUnderMask(document, classes, voidPolicy);
  const before = known.get(document);
  // The same void is kept: whatever the policy.
  if (before?.version === version && before.rebuild === rebuild && before.classes === classes) return before.least;
  const shares = planWindows(rebuild).map(({ x, y, side }) =>
    maskedShare(document, classes, rebuild, { x, y, width: side, height: side }),
  );
  const least = clamp(Math.ceil(Math.max(...shares) * 100) / 100, ratioLimits);
  known.set(document, { version, rebuild, classes, least });
  return least;
}
