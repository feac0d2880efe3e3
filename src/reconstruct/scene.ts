import { clipRect } from "../core/rect";
import { HINT, IGNORED, KNOWN, MASKED, type Scene } from "../window/resample";
import type { WorkImage } from "../window/workImage";
import type { WorkWindow } from "../window/workWindows";
import type { ReconstructionRequest } from "./types";

/**
 * The pixels a request may change, 1 each: the mask without hints and without pixels of locked classes, which stay as
 * they are and so count as known. Throws an Error when sizes disagree.
 */
export function pixelsToRebuild(image: WorkImage, request: ReconstructionRequest): Uint8Array {
  const { width, height, labels, mask, hints } = request;
  const pixels = width * height;
  if (image.width !== width || image.height !== height) {
    throw new Error(`The label is ${width}x${height} px but the image ${image.width}x${image.height}.`);
  }
  if (labels.length !== pixels || mask.length !== pixels || hints.length !== pixels) {
    throw new Error(`The request's rasters do not have ${width}x${height} px.`);
  }
  const locked = idFlags(request.lockedIds);
  const rebuild = mask.slice();
  const last = mask.lastIndexOf(1);
  for (let i = Math.max(mask.indexOf(1), 0); i <= last; i++) {
    if (hints[i] === 1 || locked[labels[i]] === 1) rebuild[i] = 0;
  }
  return rebuild;
}

/**
 * Joins an image and a request. Kinds are told only where `windows` look (IGNORED elsewhere): over a whole 4096x3072
 * label it took half a second. An ignored id is IGNORED unless it is to be rebuilt.
 */
export function createScene(
  image: WorkImage,
  request: ReconstructionRequest,
  rebuild: Uint8Array,
  windows: readonly WorkWindow[],
): Scene {
  const { width, height, labels, hints } = request;
  const ignored = idFlags(request.ignoredIds);
  const kinds = new Uint8Array(width * height);
  for (const { x: left, y: top, side } of windows) {
    const rect = clipRect({ x: left, y: top, width: side, height: side }, width, height);
    for (let y = rect.y; y < rect.y + rect.height; y++) {
      for (let i = y * width + rect.x; i < y * width + rect.x + rect.width; i++) {
        if (rebuild[i] === 1) kinds[i] = MASKED;
        else if (ignored[labels[i]] === 1) kinds[i] = IGNORED;
        else kinds[i] = hints[i] === 1 ? HINT : KNOWN;
      }
    }
  }
  return { width, height, rgba: image.rgba, labels, kinds };
}

function idFlags(ids: readonly number[]): Uint8Array {
  const flags = new Uint8Array(65536);
  for (const id of ids) flags[id] = 1;
  return flags;
}
