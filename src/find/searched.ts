/** An image and its request as they are searched: at the scene's size, and what is found brought back to the image's. */
import { idFlags } from "../core/classTable";
import { scaledImage } from "../window/resample";
import type { WorkImage } from "../window/workImage";
import { type LabelledScene, labelledScene, VOID } from "./scene";
import { searchedSize } from "./tiles";
import type { FindRequest } from "./types";

/** What of a request is searched. */
export interface Searched {
  /** The image at the scene's size. */
  readonly image: WorkImage;
  readonly scene: LabelledScene;
  /** 1 = not to be checked, at the scene's size. */
  readonly excluded: Uint8Array;
}

/** An image is scaled once, so that what is kept of its windows serves later searches. */
const scaledCopies = new WeakMap<WorkImage, WorkImage>();

/**
 * An image and its labels at the size at which they are searched; ignored ids are VOID. A label is that of the image pixel under
 * the scene pixel's centre. Throws an Error when the request does not fit the image.
 */
export function searched(image: WorkImage, request: FindRequest): Searched {
  const pixels = image.width * image.height;
  if (image.width !== request.width || image.height !== request.height) {
    throw new Error(
      `The request is for ${request.width}x${request.height} px but the image has ${image.width}x${image.height}.`,
    );
  }
  for (const raster of [request.labels, request.excluded]) {
    if (raster.length !== pixels) throw new Error(`A raster has ${raster.length} px but the image ${pixels}.`);
  }
  const { width, height } = searchedSize(image.width, image.height);
  const scaled = scaledCopies.get(image) ?? scaledImage(image, width, height);
  scaledCopies.set(image, scaled);
  const rgb = new Float32Array(width * height * 3);
  const label = new Int32Array(width * height);
  const excluded = new Uint8Array(width * height);
  const isVoid = idFlags(request.ignoredIds);
  for (let y = 0, i = 0; y < height; y++) {
    const row = nearest(y, height, image.height) * image.width;
    for (let x = 0; x < width; x++, i++) {
      const from = row + nearest(x, width, image.width);
      label[i] = isVoid[request.labels[from]] === 1 ? VOID : request.labels[from];
      excluded[i] = request.excluded[from];
      for (let channel = 0; channel < 3; channel++) rgb[3 * i + channel] = scaled.rgba[4 * i + channel] / 255;
    }
  }
  return { image: scaled, scene: labelledScene(width, height, rgb, label), excluded };
}

/** Suspicion of a scene -> 0..255 a pixel of the image, 0 where it is excluded or ignored. */
export function heatOf({ width, height }: LabelledScene, suspicion: Float32Array, request: FindRequest): Uint8Array {
  const ignored = idFlags(request.ignoredIds);
  const heat = new Uint8Array(request.labels.length);
  const columns = Int32Array.from({ length: request.width }, (_, x) => nearest(x, request.width, width));
  for (let y = 0, i = 0; y < request.height; y++) {
    const row = nearest(y, request.height, height) * width;
    for (let x = 0; x < request.width; x++, i++) {
      if (request.excluded[i] === 1 || ignored[request.labels[i]] === 1) continue;
      heat[i] = Math.round(suspicion[row + columns[x]] * 255);
    }
  }
  return heat;
}

/** Of `to` pixels along an axis, the one under the centre of pixel `i` of `from`. */
function nearest(i: number, from: number, to: number): number {
  return Math.floor(((i + 0.5) * to) / from);
}
