import { FormatError } from "../errors";

/** COCO's run lengths: `size` is [height, width]; pixels go column by column, the first run is of zeros. */
export interface CocoRle {
  readonly size: readonly [number, number];
  /** Run lengths, or the same as COCO's compressed string. */
  readonly counts: string | readonly number[];
}

function damaged(): FormatError {
  return new FormatError("A run-length mask is damaged.", "Export the annotations again.");
}

/**
 * COCO's compressed string as run lengths (pycocotools, maskApi.c, rleFrString): six bits a character, 48 added; five
 * of them data, low first, 0x20 = more follows, 0x10 of the last = sign. From the fourth run on, differences to the run
 * two before.
 * @throws FormatError for characters or lengths that cannot be.
 */
export function decodeCounts(text: string): number[] {
  const counts: number[] = [];
  for (let at = 0; at < text.length; ) {
    let value = 0;
    let scale = 1;
    for (let more = true; more; scale *= 32) {
      const code = text.charCodeAt(at++) - 48;
      // Runs fit 32 bits: seven characters at most.
      if (!(code >= 0 && code < 64) || scale > 2 ** 30) throw damaged();
      value += (code & 31) * scale;
      more = (code & 32) !== 0;
      if (!more && (code & 16) !== 0) value -= scale * 32;
    }
    if (counts.length > 2) value += counts[counts.length - 2];
    if (value < 0) throw damaged();
    counts.push(value);
  }
  return counts;
}

/** Run lengths as COCO's compressed string (maskApi.c, rleToString). */
export function encodeCounts(counts: readonly number[]): string {
  let text = "";
  counts.forEach((count, i) => {
    let rest = i > 2 ? count - counts[i - 2] : count;
    for (let more = true; more; ) {
      const bits = rest & 31;
      rest >>= 5;
      more = (bits & 16) !== 0 ? rest !== -1 : rest !== 0;
      text += String.fromCharCode((more ? bits | 32 : bits) + 48);
    }
  });
  return text;
}

/**
 * A run-length mask as bytes 0 or 1, row by row.
 * @throws FormatError when the runs do not fill the size.
 */
export function decodeRle({ size: [height, width], counts }: CocoRle): Uint8Array {
  const runs = typeof counts === "string" ? decodeCounts(counts) : counts;
  const bits = new Uint8Array(width * height);
  let at = 0;
  runs.forEach((run, i) => {
    if (!Number.isInteger(run) || run < 0 || at + run > bits.length) throw damaged();
    if (i % 2 === 0) at += run;
    else for (const end = at + run; at < end; at++) bits[(at % height) * width + Math.floor(at / height)] = 1;
  });
  if (at !== bits.length) throw damaged();
  return bits;
}

/** The pixels for which `isOn` holds (by index, row by row) as run lengths. */
export function encodeRle(width: number, height: number, isOn: (pixel: number) => boolean): CocoRle {
  const counts: number[] = [];
  let value = false;
  let run = 0;
  for (let x = 0; x < width; x++) {
    for (let y = 0, pixel = x; y < height; y++, pixel += width) {
      if (isOn(pixel) !== value) {
        counts.push(run);
        run = 0;
        value = !value;
      }
      run++;
    }
  }
  counts.push(run);
  return { size: [height, width], counts: encodeCounts(counts) };
}
