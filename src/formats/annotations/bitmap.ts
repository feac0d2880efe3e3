import { zlibSync } from "fflate";
import type { LabelMap } from "../../core/labelMap";
import { type Region, regionFromPredicate } from "../../core/region";
import { FormatError } from "../errors";
import { InflateError, inflateHead } from "../inflate";
import { channelsOf, decodePng } from "../png";
import { writePng } from "../png/write";
import { fromBase64, toBase64 } from "./base64";
import { extentOf } from "./cocoSegment";

/**
 * The pixels of a small PNG put at `origin`: those whose alpha is not 0, or without alpha whose value is not 0.
 * @param isDeflated Supervisely compresses the PNG once more (zlib).
 * @throws FormatError
 */
export function bitmapRegion(
  base64: string,
  origin: { readonly x: number; readonly y: number },
  isDeflated = false,
): Region {
  // Beyond whole numbers a step to the next pixel leads nowhere.
  if (!(Math.abs(origin.x) <= farthest && Math.abs(origin.y) <= farthest)) throw damaged();
  const packed = fromBase64(base64);
  const png = decodePng(isDeflated ? inflated(packed) : packed);
  const channels = channelsOf(png.colorType);
  // Of grey + alpha and RGBA the last is alpha.
  const at = channels % 2 === 0 ? channels - 1 : 0;
  return regionFromPredicate(
    { ...origin, width: png.width, height: png.height },
    (x, y) => png.samples[((y - origin.y) * png.width + x - origin.x) * channels + at] !== 0,
  );
}

/** No pixel of a picture lies farther from its corner. */
const farthest = 1e7;
/** A PNG is deflated already, so that it shrinks no more; what gives more than this is no bitmap of an object. */
const mostBytes = 2 ** 26;

const damaged = () => new FormatError("A bitmap within the file is damaged.", "Export the annotations again.");

function inflated(zlib: Uint8Array): Uint8Array {
  const out = new Uint8Array(Math.min(mostBytes, zlib.length * 1032));
  try {
    const length = inflateHead(zlib.subarray(2), out);
    if (length < mostBytes) return out.subarray(0, length);
  } catch (error) {
    if (!(error instanceof InflateError)) throw error;
  }
  throw damaged();
}

/** A class's pixels within their box, as bits of a PNG to be. */
function boxOf(labels: LabelMap, id: number) {
  const { bbox } = extentOf(labels, (value) => value === id);
  const [x, y, width, height] = bbox;
  const samples = Uint16Array.from({ length: width * height }, (_, i) =>
    labels.data[(y + Math.floor(i / width)) * labels.width + x + (i % width)] === id ? 1 : 0,
  );
  return { x, y, width, height, bitDepth: 1, samples };
}

/** A class's pixels as labelme stores a mask: a 1-bit grey PNG of their box in base64, the box's first and last pixel. */
export function labelmeMask(labels: LabelMap, id: number): { mask: string; points: [number, number][] } {
  const { x, y, ...box } = boxOf(labels, id);
  const points: [number, number][] = [
    [x, y],
    [x + box.width - 1, y + box.height - 1],
  ];
  return { mask: toBase64(writePng({ ...box, colorType: 0 })), points };
}

/** A class's pixels as Supervisely stores a bitmap: indexed, entry 0 transparent, deflated, in base64. */
export function superviselyBitmap(labels: LabelMap, id: number): { data: string; origin: [number, number] } {
  const { x, y, ...box } = boxOf(labels, id);
  const palette = [[0, 0, 0] as const, [255, 255, 255] as const];
  const png = writePng({ ...box, colorType: 3, palette, trns: Uint8Array.of(0, 255) });
  return { data: toBase64(zlibSync(png)), origin: [x, y] };
}
