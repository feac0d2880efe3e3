import { crc32 } from "../formats/png/crc32";
import { FileError, fileError } from "./errors";
import { readPictureHeader } from "./imageHeader";
import type { DatasetItem } from "./types";

/** An image's bytes and how to decode them: `createImageBitmap(new Blob([bytes], { type }), options)`. */
export interface LoadedImage {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly type: string;
  readonly options: ImageBitmapOptions;
}

/**
 * Decoding options for photographs: values as stored, without colour management. Orientation is left at its default
 * ("from-image") because browsers disagree on "none"; where it must not apply the bytes say "upright" instead.
 */
const photographOptions: ImageBitmapOptions = { colorSpaceConversion: "none", premultiplyAlpha: "none" };

/**
 * Reads an item's image for display; null in a set of labels alone. Its EXIF orientation takes effect only where the
 * label has the rotated size, so that the decoded bitmap is as large as the label.
 * @throws FileError
 */
export async function loadImage(item: DatasetItem): Promise<LoadedImage | null> {
  if (!item.image) return null;
  try {
    const bytes = new Uint8Array(await item.image.bytes());
    const header = readPictureHeader(bytes);
    if (!header) throw new FileError(item.image.path, "The image is damaged.", "Copy or download the file again.");
    if (header.orientation && header.orientation.value !== 1 && !item.appliesOrientation) {
      const view = new DataView(bytes.buffer);
      view.setUint16(header.orientation.offset, 1, header.orientation.littleEndian);
      if (header.type === "png") repairExifChecksum(bytes, view);
    }
    return { bytes, type: `image/${header.type}`, options: photographOptions };
  } catch (error) {
    throw fileError(item.image.path, error);
  }
}

function repairExifChecksum(bytes: Uint8Array, view: DataView): void {
  for (let at = 8; at + 12 <= bytes.length; at += 12 + view.getUint32(at)) {
    if (view.getUint32(at + 4) !== 0x65584966) continue;
    const end = at + 8 + view.getUint32(at);
    view.setUint32(end, crc32(bytes.subarray(at + 4, end)));
    return;
  }
}
