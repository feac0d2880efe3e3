import { FileError } from "../dataset/errors";
import { seePhotograph } from "../dataset/inspect";
import type { LabelCoder } from "../dataset/labelCoder";
import { type LoadedImage, loadImage } from "../dataset/loadImage";
import type { DatasetItem, Turn } from "../dataset/types";
import { type DeepPicture, isDeepPicture, type PictureWindow } from "../formats/deepPicture";
import type { WorkImage } from "../window/workImage";
import { readPixels } from "./readPixels";

/** A photograph as it is shown and as the model gets it. */
interface Photo {
  /** Of the label's size. */
  readonly bitmap: ImageBitmap;
  /** What a picture of 16 bits a sample is shown from and to; null for any other. */
  readonly window: PictureWindow | null;
}

/**
 * The picture of an item, or null when the data set has none for it.
 * @throws FileError
 */
export async function loadPhoto(given: DatasetItem, decoder: Pick<LabelCoder, "picture">): Promise<Photo | null> {
  const { item } = await seePhotograph(given);
  const loaded = await loadImage(item);
  if (loaded === null || item.imagePath === null) return null;
  const deep = await readDeep(loaded, item.appliesOrientation ? item.orientation : 1, decoder);
  const { bytes, type, options } = loaded;
  let photo: ImageBitmap;
  try {
    const source = deep === null ? new Blob([bytes], { type }) : new ImageData(deep.rgba, deep.width, deep.height);
    photo = turned(await createImageBitmap(source, options), item.turn);
  } catch {
    throw new FileError(
      item.imagePath,
      "This browser cannot decode the picture.",
      "Save it as PNG or JPEG and open it again.",
    );
  }
  if (photo.width === item.width && photo.height === item.height)
    return { bitmap: photo, window: deep?.window ?? null };
  const size = `${photo.width}x${photo.height}`;
  photo.close();
  throw new FileError(
    item.imagePath,
    `The picture decodes to ${size} px, its label has ${item.width}x${item.height}.`,
    "Give both the same size and open them again.",
  );
}

/** The picture turned by whole pixels; the one given is closed. */
function turned(photo: ImageBitmap, turn: Turn): ImageBitmap {
  if (turn === 0) return photo;
  const { width, height } = photo;
  const canvas = turn === 180 ? new OffscreenCanvas(width, height) : new OffscreenCanvas(height, width);
  // In main memory: a picture in the graphics process ends with it.
  const context = canvas.getContext("2d", { willReadFrequently: true });
  if (context === null) throw new Error("The browser gave no 2D canvas.");
  const [cos, sin] = { 90: [0, 1], 180: [-1, 0], 270: [0, -1] }[turn];
  const [x, y] = { 90: [height, 0], 180: [width, height], 270: [0, width] }[turn];
  context.setTransform(cos, sin, -sin, cos, x, y);
  context.imageSmoothingEnabled = false;
  context.drawImage(photo, 0, 0);
  photo.close();
  return canvas.transferToImageBitmap();
}

/** Null for anything but a sound picture that browsers show badly or not at all: they read the others. */
async function readDeep(
  { bytes }: LoadedImage,
  orientation: number,
  decoder: Pick<LabelCoder, "picture">,
): Promise<DeepPicture | null> {
  try {
    return isDeepPicture(bytes) ? await decoder.picture(bytes, orientation) : null;
  } catch {
    return null;
  }
}

/** Rows read at once: a canvas of a whole large image may exceed the browser's limits. */
const stripRows = 1024;

/** The picture as the model gets it; mid-grey where there is none. */
export function workImage(item: DatasetItem, photo: ImageBitmap | null): WorkImage {
  const strips = readStrips(item, photo);
  for (;;) {
    const { done, value } = strips.next();
    if (done) return value;
  }
}

/** The same for a picture that nobody waits for: a large one would hold up the page, so it is read strip by strip. */
async function workImageInPauses(item: DatasetItem, photo: ImageBitmap | null): Promise<WorkImage> {
  const strips = readStrips(item, photo);
  for (;;) {
    const { done, value } = strips.next();
    if (done) return value;
    await new Promise((resolve) => setTimeout(resolve));
  }
}

/**
 * Reads the picture of an item as the model gets it, for nobody who waits.
 * @throws FileError
 */
export async function readPicture(item: DatasetItem, decoder: Pick<LabelCoder, "picture">): Promise<WorkImage> {
  const photo = await loadPhoto(item, decoder);
  try {
    return await workImageInPauses(item, photo?.bitmap ?? null);
  } finally {
    photo?.bitmap.close();
  }
}

function* readStrips(item: DatasetItem, photo: ImageBitmap | null): Generator<undefined, WorkImage, void> {
  const { key, width, height } = item;
  const rgba = new Uint8ClampedArray(width * height * 4);
  if (photo === null) {
    rgba.fill(128);
    return { imageKey: key, width, height, rgba };
  }
  for (let y = 0; y < height; y += stripRows) {
    const rows = Math.min(stripRows, height - y);
    const { data } = readPixels(width, rows, (strip) => strip.drawImage(photo, 0, y, width, rows, 0, 0, width, rows));
    rgba.set(data, y * width * 4);
    yield;
  }
  return { imageKey: key, width, height, rgba };
}
