import type { ReconstructionRequest, WorkImage } from "./protocol";
import { HINT, KNOWN, MASKED, type Scene, VOID } from "./resample";

/**
 * Joins an image and a request. A masked pixel of a locked class stays as it is, so it is known; a hint is known; an
 * ignored id is void unless it is masked. Throws an Error when sizes disagree.
 */
export function createScene(image: WorkImage, request: ReconstructionRequest): Scene {
  const { width, height, labels, mask, hints } = request;
  const pixels = width * height;
  if (image.width !== width || image.height !== height) {
    throw new Error(`The label is ${width}x${height} px but the image ${image.width}x${image.height}.`);
  }
  if (labels.length !== pixels || mask.length !== pixels || hints.length !== pixels) {
    throw new Error(`The request's rasters do not have ${width}x${height} px.`);
  }
  const ignored = idFlags(request.ignoredIds);
  const locked = idFlags(request.lockedIds);
  const kinds = new Uint8Array(pixels);
  for (let i = 0; i < pixels; i++) {
    const id = labels[i];
    if (hints[i] === 1) kinds[i] = ignored[id] ? VOID : HINT;
    else if (mask[i] === 1 && !locked[id]) kinds[i] = MASKED;
    else kinds[i] = ignored[id] ? VOID : KNOWN;
  }
  return { width, height, rgba: image.rgba, labels, kinds };
}

function idFlags(ids: readonly number[]): Uint8Array {
  const flags = new Uint8Array(65536);
  for (const id of ids) flags[id] = 1;
  return flags;
}
