import type { Rgb } from "../../core/classTable";
import type { LabelMap } from "../../core/labelMap";
import { writePng } from "../../formats/png/write";

const encoder = new TextEncoder();

export function textFile(path: string, text: string) {
  return { path, bytes: encoder.encode(text) };
}

export function jsonFile(path: string, value: unknown) {
  return textFile(path, `${JSON.stringify(value, null, 2)}\n`);
}

/** An 8-bit indexed PNG. @throws RangeError for an id above 255. */
export function indexedPng({ width, height, data }: LabelMap, palette: readonly Rgb[]): Uint8Array {
  if (data.some((id) => id > 255)) throw new RangeError("An indexed PNG holds ids up to 255");
  return writePng({ width, height, bitDepth: 8, colorType: 3, samples: data, palette });
}

/** A grey PNG of ids, 8 bits where they fit. */
export function greyPng({ width, height, data }: LabelMap, bitDepth: 8 | 16): Uint8Array {
  return writePng({ width, height, bitDepth, colorType: 0, samples: data });
}

/** An 8-bit RGB PNG. */
export function rgbPng({ width, height, data }: LabelMap, colorOf: (id: number) => Rgb): Uint8Array {
  const samples = new Uint16Array(data.length * 3);
  const colors = new Map<number, Rgb>();
  data.forEach((id, i) => {
    const color = colors.get(id) ?? colorOf(id);
    colors.set(id, color);
    samples.set(color, 3 * i);
  });
  return writePng({ width, height, bitDepth: 8, colorType: 2, samples });
}
