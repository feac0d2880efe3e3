import { cutWindow, IGNORED, KNOWN, type Scene } from "../window/resample";
import type { WorkImage } from "../window/workImage";
import type { WorkWindow } from "../window/workWindows";
import { VOID } from "./window";

/** An image with its label as windows are cut from it; ignored ids are void. Throws an Error when sizes disagree. */
export function findScene(image: WorkImage, labels: Uint16Array, ignoredIds: readonly number[]): Scene {
  const { width, height, rgba } = image;
  if (labels.length !== width * height) {
    throw new Error(`The label has ${labels.length} px but the image ${width}x${height}.`);
  }
  const kindOf = new Uint8Array(65536).fill(KNOWN);
  for (const id of ignoredIds) kindOf[id] = IGNORED;
  const kinds = new Uint8Array(labels.length);
  for (let i = 0; i < labels.length; i++) kinds[i] = kindOf[labels[i]];
  return { width, height, rgba, labels, kinds };
}

/** A window's image, and its label: ids, or VOID where its footprint holds a pixel that is. */
export function cutLabelled(scene: Scene, place: WorkWindow): { image: Float32Array; label: Int32Array } {
  const { image, kinds, ids } = cutWindow(scene, place);
  return { image, label: Int32Array.from(ids, (id, i) => (kinds[i] >= KNOWN ? id : VOID)) };
}
