import { clipRect, emptyRect, type Rect, unionRects } from "../core/rect";
import { HINT, IGNORED, KNOWN, type LabelRaster, MASKED } from "../window/resample";
import { planWindows, type WorkWindow } from "../window/workWindows";
import type { ReconstructionRequest } from "./types";

/** A label with its mask. Rasters are width * height, row by row, as large as the image. */
export interface MaskedLabel {
  readonly width: number;
  readonly height: number;
  /** Class ids. */
  readonly labels: Uint16Array;
  /** 1 = masked (unknown). */
  readonly mask: Uint8Array;
  /** 1 = hint: a label given by hand inside the mask. */
  readonly hints: Uint8Array;
  /** Ids that are void: neither shown to the model nor proposed, unless their pixels are to be rebuilt. */
  readonly ignoredIds: readonly number[];
  /** Ids whose pixels never change, mask or not, and so count as known. */
  readonly lockedIds: readonly number[];
}

/**
 * What of a label the model needs to rebuild its masked pixels: where it looks, and copies of the label there. At 12
 * megapixels that is about 3 MB for a stroke, where all rasters are 48 MB. No tfjs: the app's thread does this.
 */
export function cutRequest(given: MaskedLabel): Pick<ReconstructionRequest, "windows" | "label"> {
  const { width, height } = given;
  const rebuild = pixelsToRebuild(given);
  const windows = planWindows(rebuild, width, height);
  return { windows, label: labelAround(windows, given, rebuild) };
}

/** 1 for each pixel that may change: the mask without hints and without pixels of locked classes. */
function pixelsToRebuild({ labels, mask, hints, lockedIds }: MaskedLabel): Uint8Array {
  const locked = idFlags(lockedIds);
  let rebuild = mask;
  const last = mask.lastIndexOf(1);
  for (let i = Math.max(mask.indexOf(1), 0); i <= last; i++) {
    if (mask[i] !== 1 || (hints[i] !== 1 && locked[labels[i]] !== 1)) continue;
    if (rebuild === mask) rebuild = mask.slice();
    rebuild[i] = 0;
  }
  return rebuild;
}

/** Kinds are told inside the windows only: elsewhere nobody looks. */
function labelAround(windows: readonly WorkWindow[], given: MaskedLabel, rebuild: Uint8Array): LabelRaster {
  const { width, height, labels, hints } = given;
  const squares = windows.map(({ x, y, side }) => clipRect({ x, y, width: side, height: side }, width, height));
  const rect = squares.reduce(unionRects, emptyRect);
  const kinds = new Uint8Array(rect.width * rect.height);
  const ignored = idFlags(given.ignoredIds);
  for (const square of squares) {
    for (let y = square.y; y < square.y + square.height; y++) {
      let i = y * width + square.x;
      let at = (y - rect.y) * rect.width + square.x - rect.x;
      for (const end = at + square.width; at < end; at++, i++) {
        if (rebuild[i] === 1) kinds[at] = MASKED;
        else if (ignored[labels[i]] === 1) kinds[at] = IGNORED;
        else kinds[at] = hints[i] === 1 ? HINT : KNOWN;
      }
    }
  }
  return { rect, labels: cutRows(labels, width, rect), kinds };
}

/** A copy of `rect` of a raster of `width` columns. */
function cutRows(raster: Uint16Array, width: number, rect: Rect): Uint16Array {
  const cut = new Uint16Array(rect.width * rect.height);
  for (let row = 0; row < rect.height; row++) {
    const start = (rect.y + row) * width + rect.x;
    cut.set(raster.subarray(start, start + rect.width), row * rect.width);
  }
  return cut;
}

function idFlags(ids: readonly number[]): Uint8Array {
  const flags = new Uint8Array(65536);
  for (const id of ids) flags[id] = 1;
  return flags;
}
