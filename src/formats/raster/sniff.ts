import { isPng } from "../png/chunks";
import type { RasterType } from "./raster";

/** Kinds of files that are told by their first bytes. */
export type FileType = RasterType | "avif" | "zip";

const ascii = (bytes: Uint8Array, start: number, end: number) => String.fromCharCode(...bytes.subarray(start, end));

/** What a file holds by its first 12 bytes, whatever it is called. */
export function sniffType(bytes: Uint8Array): FileType | null {
  if (isPng(bytes)) return "png";
  if (bytes[0] === 0xff && bytes[1] === 0xd8 && bytes[2] === 0xff) return "jpeg";
  if (ascii(bytes, 0, 4) === "RIFF" && ascii(bytes, 8, 12) === "WEBP") return "webp";
  if (ascii(bytes, 0, 4) === "GIF8") return "gif";
  if (ascii(bytes, 0, 2) === "BM") return "bmp";
  // 43: BigTIFF.
  if (/^(II[*+]\0|MM\0[*+])$/.test(ascii(bytes, 0, 4))) return "tiff";
  if (ascii(bytes, 4, 8) === "ftyp" && /avif|avis|mif1|heic/.test(ascii(bytes, 8, 12))) return "avif";
  return ascii(bytes, 0, 4) === "PK\x03\x04" ? "zip" : null;
}

/** Names as users know them. */
export const typeNames: Readonly<Record<FileType, string>> = {
  png: "PNG",
  bmp: "BMP",
  tiff: "TIFF",
  gif: "GIF",
  webp: "WebP",
  jpeg: "JPEG",
  avif: "AVIF",
  zip: "zip archive",
};

export function isRasterType(type: FileType | null): type is RasterType {
  return type !== null && type !== "avif" && type !== "zip";
}
