import { FileError } from "../dataset/errors";
import { loadImage } from "../dataset/loadImage";
import type { DatasetItem } from "../dataset/types";
import type { WorkImage } from "../window/workImage";

/**
 * The picture of an item as a bitmap of the label's size, or null when the data set has none for it.
 * @throws FileError
 */
export async function loadPhoto(item: DatasetItem): Promise<ImageBitmap | null> {
  const loaded = await loadImage(item);
  if (loaded === null || item.imagePath === null) return null;
  const { bytes, type, options } = loaded;
  let photo: ImageBitmap;
  try {
    photo = await createImageBitmap(new Blob([bytes], { type }), options);
  } catch {
    throw new FileError(
      item.imagePath,
      "This browser cannot decode the picture.",
      "Save it as PNG or JPEG and open it again.",
    );
  }
  if (photo.width === item.width && photo.height === item.height) return photo;
  const size = `${photo.width}x${photo.height}`;
  photo.close();
  throw new FileError(
    item.imagePath,
    `The picture decodes to ${size} px, its label has ${item.width}x${item.height}.`,
    "Give both the same size and open them again.",
  );
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
export async function workImageInPauses(item: DatasetItem, photo: ImageBitmap | null): Promise<WorkImage> {
  const strips = readStrips(item, photo);
  for (;;) {
    const { done, value } = strips.next();
    if (done) return value;
    await new Promise((resolve) => setTimeout(resolve));
  }
}

function* readStrips(item: DatasetItem, photo: ImageBitmap | null): Generator<undefined, WorkImage, void> {
  const { key, width, height } = item;
  const rgba = new Uint8ClampedArray(width * height * 4);
  if (photo === null) {
    rgba.fill(128);
    return { imageKey: key, width, height, rgba };
  }
  const strip = document.createElement("canvas");
  strip.width = width;
  strip.height = Math.min(stripRows, height);
  const context = strip.getContext("2d", { willReadFrequently: true });
  if (context === null) throw new Error("The browser gave no 2D canvas. Close other tabs to free memory and reload.");
  for (let y = 0; y < height; y += stripRows) {
    const rows = Math.min(stripRows, height - y);
    context.clearRect(0, 0, width, strip.height);
    context.drawImage(photo, 0, y, width, rows, 0, 0, width, rows);
    rgba.set(context.getImageData(0, 0, width, rows).data, y * width * 4);
    yield;
  }
  return { imageKey: key, width, height, rgba };
}
