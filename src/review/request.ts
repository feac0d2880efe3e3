import { type ClassTable, ignoredIds } from "../core/classTable";
import type { PixelMask } from "../core/region";
import type { ImageDocument } from "../document/types";
import type { FindRequest } from "../find/types";
import { cutRequest, maskToRebuild } from "../reconstruct/cutRequest";
import type { ReconstructionRequest } from "../reconstruct/types";
import { planWindows, type WorkWindow } from "../window/workWindows";
import { type VoidPolicy, voidUnderMask } from "./voidUnderMask";

export interface RequestOptions {
  /** Mask ratio, 0.1..0.9; 0 hides nothing but the mask. */
  readonly ratio: number;
  /** Passes to average, 1..8. */
  readonly passes: number;
  /** What becomes of void under the mask: kept, it is neither rebuilt nor counted as unknown. */
  readonly voidPolicy: VoidPolicy;
  /** Seed of the context draws; by default the document's version, so that a repeat is a repeat. */
  readonly seed?: number;
}

/**
 * A snapshot of the document, where the model looks, as a request. The arrays are copies.
 * @throws RangeError for a ratio or a number of passes outside its range.
 */
export function makeRequest<Proposal>(
  doc: ImageDocument<Proposal>,
  classes: ClassTable,
  options: RequestOptions,
): ReconstructionRequest {
  const { ratio, passes } = options;
  if (ratio !== 0 && !(ratio >= 0.1 && ratio <= 0.9)) {
    throw new RangeError(`Mask ratio ${ratio} is neither 0 nor within 0.1 to 0.9`);
  }
  if (!Number.isInteger(passes) || passes < 1 || passes > 8) throw new RangeError(`${passes} passes are not 1 to 8`);
  const { version, locked } = doc.store.getState();
  const { key: imageKey, width, height, labels, hints } = doc;
  const lockedIds = [...locked];
  const ignored = [...ignoredIds(classes)];
  const mask = voidUnderMask(doc, classes, options.voidPolicy).rebuild;
  const rasters = { labels: labels.data, mask, hints };
  return {
    imageKey,
    documentVersion: version,
    width,
    height,
    ...cutRequest({ width, height, ...rasters, ignoredIds: ignored, lockedIds }),
    ignoredIds: ignored,
    lockedIds,
    ratio,
    passes,
    seed: options.seed ?? version,
  };
}

/** Where the model would look for `makeRequest`. */
export function windowsToRebuild<Proposal>(
  doc: ImageDocument<Proposal>,
  classes: ClassTable,
  voidPolicy: VoidPolicy,
): readonly WorkWindow[] {
  const { labels, hints, store } = doc;
  const mask = voidUnderMask(doc, classes, voidPolicy).rebuild;
  return planWindows(maskToRebuild({ labels: labels.data, mask, hints, lockedIds: [...store.getState().locked] }));
}

/** A snapshot of the document's label, to look for errors in it. The mask plays no part; `excluded` is not to be judged. */
export function makeFindRequest<Proposal>(
  doc: ImageDocument<Proposal>,
  classes: ClassTable,
  excluded: PixelMask | null,
): FindRequest {
  const { version, locked } = doc.store.getState();
  return {
    imageKey: doc.key,
    documentVersion: version,
    width: doc.width,
    height: doc.height,
    labels: doc.labels.data.slice(),
    ignoredIds: [...ignoredIds(classes)],
    lockedIds: [...locked],
    excluded: excluded?.data ?? new Uint8Array(doc.width * doc.height),
  };
}
