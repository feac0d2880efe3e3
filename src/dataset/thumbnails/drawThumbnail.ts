import { countIds } from "../../core/countIds";
import type { LabelMap } from "../../core/labelMap";
import { valueRunsOf } from "../../core/runs";
import { isDeepPicture, readDeepPicture } from "../../formats/deepPicture";
import { decodeLabel, type LabelCodec } from "../../formats/labelCodec";
import type { LoadedImage } from "../loadImage";
import type { Turn } from "../types";
import { fittedSize, majorityIds, type Size, type Thumbnail } from "./thumbnail";

/** What a thumbnail is made of. */
export interface ThumbnailJob {
  /** Of the label. */
  readonly size: Size;
  /** The label's file, or the label as it was worked on. */
  readonly label: { readonly bytes: Uint8Array; readonly codec: LabelCodec } | { readonly labels: LabelMap };
  /** The photograph as `loadImage` reads it; why it could not be read; null where there is none. */
  readonly photo: LoadedImage | { readonly failure: string } | null;
  readonly turn: Turn;
  /** To be applied to a picture of 16 bits; browsers apply it to others. */
  readonly orientation: number;
}

/** Quality of the photographs, 0..1: about 15 kB each. */
const quality = 0.8;

/**
 * Needs a browser: in a worker, or in the page.
 * @throws FormatError where the label cannot be decoded; what is wrong with the photograph is said in the thumbnail.
 */
export async function drawThumbnail(job: ThumbnailJob): Promise<Thumbnail> {
  const labels =
    "labels" in job.label ? job.label.labels : (await decodeLabel(job.label.bytes, job.label.codec)).labels;
  if (labels.width !== job.size.width || labels.height !== job.size.height) {
    throw new Error("The file changed while it was open. Open the data set again.");
  }
  const size = fittedSize(labels);
  const known = { ...size, ids: valueRunsOf(majorityIds(labels, size)), classes: countIds(labels.data) };
  if (job.photo === null) return { ...known, photo: null, photoFailure: null };
  if ("failure" in job.photo) return { ...known, photo: null, photoFailure: job.photo.failure };
  try {
    return { ...known, photo: await drawPhoto(job.photo, job, size), photoFailure: null };
  } catch {
    return { ...known, photo: null, photoFailure: "This browser cannot decode the picture." };
  }
}

async function drawPhoto(
  { bytes, type, options }: LoadedImage,
  { turn, orientation }: ThumbnailJob,
  { width, height }: Size,
): Promise<Uint8Array<ArrayBuffer>> {
  const [across, down] = turn === 90 || turn === 270 ? [height, width] : [width, height];
  const photo = await decode(bytes, type, orientation, { ...options, ...resizedTo(across, down) });
  // Drawn and read in one go, in main memory: what a canvas holds is lost with the browser's graphics process.
  const canvas = new OffscreenCanvas(width, height);
  const context = canvas.getContext("2d", { willReadFrequently: true });
  if (context === null) throw new Error("The browser gave no 2D canvas.");
  // As a JPEG has no transparency, what lies under it is the tile's grey.
  context.fillStyle = "#808890";
  context.fillRect(0, 0, width, height);
  context.translate(width / 2, height / 2);
  context.rotate((turn * Math.PI) / 180);
  context.imageSmoothingQuality = "medium";
  context.drawImage(photo, -across / 2, -down / 2, across, down);
  photo.close();
  const file = await canvas.convertToBlob({ type: "image/jpeg", quality });
  return new Uint8Array(await file.arrayBuffer());
}

function resizedTo(resizeWidth: number, resizeHeight: number): ImageBitmapOptions {
  return { resizeWidth, resizeHeight, resizeQuality: "medium" };
}

function decode(bytes: Uint8Array<ArrayBuffer>, type: string, orientation: number, options: ImageBitmapOptions) {
  if (!isDeepPicture(bytes)) return createImageBitmap(new Blob([bytes], { type }), options);
  const { rgba, width, height } = readDeepPicture(bytes, orientation);
  return createImageBitmap(new ImageData(rgba, width, height), options);
}
