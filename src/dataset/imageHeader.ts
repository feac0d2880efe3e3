import { type FileType, sniffType } from "../formats/raster";
import { readTiffPictureHead } from "../formats/raster/tiff/picture";
import { findOrientation, type OrientationTag } from "./exif";

/** What a picture's header says, without decoding it. Width and height are as stored, before any orientation. */
export interface PictureHeader {
  readonly type: FileType;
  readonly width: number;
  readonly height: number;
  readonly orientation: OrientationTag | null;
  /** What of it is not shown, in sentences for the user. */
  readonly notes?: readonly string[];
}

const ascii = (bytes: Uint8Array, start: number, end: number) => String.fromCharCode(...bytes.subarray(start, end));

/**
 * Reads size and orientation from a file's first bytes. Null when the bytes do not reach far enough (read more) or the
 * file is no PNG, JPEG, WebP, GIF, BMP or TIFF.
 * @throws FormatError for a TIFF of a kind that cannot be shown.
 */
export function readPictureHeader(bytes: Uint8Array): PictureHeader | null {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  try {
    switch (sniffType(bytes)) {
      case "png":
        return {
          type: "png",
          width: view.getUint32(16),
          height: view.getUint32(20),
          orientation: pngOrientation(bytes, view),
        };
      case "jpeg":
        return jpegHeader(bytes, view);
      case "webp":
        return webpHeader(bytes, view);
      case "gif":
        return { type: "gif", width: view.getUint16(6, true), height: view.getUint16(8, true), orientation: null };
      case "bmp": {
        const height = Math.abs(view.getInt32(22, true));
        return { type: "bmp", width: view.getInt32(18, true), height, orientation: null };
      }
      case "tiff":
        return tiffHeader(bytes);
      default:
        return null;
    }
  } catch (error) {
    // Reading past the end: the caller has to bring more bytes.
    if (error instanceof RangeError) return null;
    throw error;
  }
}

function tiffHeader(bytes: Uint8Array): PictureHeader {
  const { width, height, notes } = readTiffPictureHead(bytes);
  return { type: "tiff", width, height, orientation: findOrientation(bytes, 0), notes };
}

function jpegHeader(bytes: Uint8Array, view: DataView): PictureHeader | null {
  let orientation: OrientationTag | null = null;
  for (let at = 2; ; ) {
    if (bytes[at] !== 0xff) return null;
    const marker = bytes[at + 1];
    if (marker === 0xff) {
      at += 1;
      continue;
    }
    const isFrame = marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker);
    if (isFrame) return { type: "jpeg", width: view.getUint16(at + 7), height: view.getUint16(at + 5), orientation };
    if (marker === 0xd9 || marker === 0xda) return null;
    if (marker === 0xe1 && ascii(bytes, at + 4, at + 10) === "Exif\0\0")
      orientation ??= findOrientation(bytes, at + 10);
    at += 2 + view.getUint16(at + 2);
  }
}

function pngOrientation(bytes: Uint8Array, view: DataView): OrientationTag | null {
  for (let at = 8; at + 8 <= bytes.length; at += 12 + view.getUint32(at)) {
    const type = ascii(bytes, at + 4, at + 8);
    if (type === "eXIf") return findOrientation(bytes, at + 8);
    if (type === "IDAT") return null;
  }
  return null;
}

/** Simple (VP8, VP8L) and extended (VP8X) files; an extended one's EXIF lies behind its pixels: give the whole file. */
function webpHeader(bytes: Uint8Array, view: DataView): PictureHeader | null {
  const size = (width: number, height: number) => ({ type: "webp" as const, width, height, orientation: null });
  const uint24 = (at: number) => view.getUint16(at, true) + (view.getUint8(at + 2) << 16);
  switch (ascii(bytes, 12, 16)) {
    case "VP8 ":
      return size(view.getUint16(26, true) & 0x3fff, view.getUint16(28, true) & 0x3fff);
    case "VP8L": {
      const bits = view.getUint32(21, true);
      return size((bits & 0x3fff) + 1, ((bits >>> 14) & 0x3fff) + 1);
    }
    case "VP8X": {
      const header = size(uint24(24) + 1, uint24(27) + 1);
      return { ...header, orientation: webpOrientation(bytes, view) };
    }
    default:
      return null;
  }
}

function webpOrientation(bytes: Uint8Array, view: DataView): OrientationTag | null {
  for (let at = 12; at + 8 <= bytes.length; ) {
    const length = view.getUint32(at + 4, true);
    if (ascii(bytes, at, at + 4) === "EXIF") {
      const prefixed = ascii(bytes, at + 8, at + 14) === "Exif\0\0";
      return findOrientation(bytes, at + 8 + (prefixed ? 6 : 0));
    }
    at += 8 + length + (length & 1);
  }
  return null;
}
