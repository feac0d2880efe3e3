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
  { readonly version: number; readonly rebuild: TiledMask; readonly classes: ClassTable; readonly share: number }
>();

/** The lowest mask ratio that can be chosen: what is hidden already, within the limits of the slider. */
export function leastRatio(document: OpenDocument, classes: ClassTable, voidPolicy: VoidPolicy): number {
  return clamp(hiddenShare(document, classes, voidPolicy), ratioLimits);
}

/**
 * What the mask alone hides, in whole percent as a share: the masked pixels / non-void pixels of the work window (the fullest,
 * if there are several), rounded up.
 */
export function hiddenShare(document: OpenDocument, classes: ClassTable, voidPolicy: VoidPolicy): number {
  const { maskedPixels, version } = document.store.getState();
  if (maskedPixels === 0) return 0;
  const { rebuild } = voidUnderMask(document, classes, voidPolicy);
  const before = known.get(document);
  // The same void is kept: whatever the policy.
  if (before?.version === version && before.rebuild === rebuild && before.classes === classes) return before.share;
  const shares = planWindows(rebuild).map(({ x, y, side }) =>
    maskedShare(document, classes, rebuild, { x, y, width: side, height: side }),
  );
  const share = Math.ceil(Math.max(0, ...shares) * 100) / 100;
  known.set(document, { version, rebuild, classes, share });
  return share;
}
