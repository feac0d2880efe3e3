import { cutLabel, IGNORED, KNOWN, type LabelRaster } from "../window/resample";
import type { WorkImage } from "../window/workImage";
import type { WorkWindow } from "../window/workWindows";
import { VOID } from "./window";

/** An image with its label as windows are cut from it. */
export interface Scene {
  readonly image: WorkImage;
  readonly label: LabelRaster;
}

/** Joins an image and its label; ignored ids are void. Throws an Error when sizes disagree. */
export function findScene(image: WorkImage, labels: Uint16Array, ignoredIds: readonly number[]): Scene {
  const { width, height } = image;
  if (labels.length !== width * height) {
    throw new Error(`The label has ${labels.length} px but the image ${width}x${height}.`);
  }
  const kindOf = new Uint8Array(65536).fill(KNOWN);
  for (const id of ignoredIds) kindOf[id] = IGNORED;
  const kinds = new Uint8Array(labels.length);
  for (let i = 0; i < labels.length; i++) kinds[i] = kindOf[labels[i]];
  return { image, label: { rect: { x: 0, y: 0, width, height }, labels, kinds } };
}

/** A window's label: ids, or VOID where its footprint holds a pixel that is. */
export function cutIds({ label }: Scene, place: WorkWindow): Int32Array {
  const { kinds, ids } = cutLabel(label, place);
  return Int32Array.from(ids, (id, i) => (kinds[i] >= KNOWN ? id : VOID));
}
