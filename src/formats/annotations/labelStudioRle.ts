import { FormatError } from "../errors";

/** What label-studio-converter's brush.py writes: lengths of blocks in 3, 4, 8 or 16 bits, words of 8. */
const sizes = [3, 4, 8, 16];
const wordBits = 8;

class BitReader {
  private at = 0;

  constructor(private readonly bytes: ArrayLike<number>) {}

  /** The next `count` bits (up to 32), most significant first. */
  read(count: number): number {
    if (this.at + count > this.bytes.length * 8) throw damaged();
    let value = 0;
    for (let i = 0; i < count; i++, this.at++) {
      value = value * 2 + ((this.bytes[this.at >> 3] >> (7 - (this.at & 7))) & 1);
    }
    return value;
  }
}

function damaged(): FormatError {
  return new FormatError("A brush mask is damaged: its bits end too early.", "Export the annotations again.");
}

/**
 * A brush mask of Label Studio as bytes 0 or 1, row by row: where the alpha of the interleaved RGBA is not 0 (the
 * thi.ng/rle-pack bitstream that its editor and label-studio-converter write).
 * @throws FormatError when the bits end early or are not those of width * height pixels.
 */
export function decodeBrush(rle: ArrayLike<number>, width: number, height: number): Uint8Array {
  const bits = new BitReader(rle);
  const total = bits.read(32);
  if (total !== width * height * 4) {
    throw new FormatError(`A brush mask is not ${width} x ${height} px.`, "Export the annotations again.");
  }
  const word = bits.read(5) + 1;
  const sizeBits = [0, 1, 2, 3].map(() => bits.read(4) + 1);
  const mask = new Uint8Array(width * height);
  for (let at = 0; at < total; ) {
    const isRun = bits.read(1) === 1;
    const count = Math.min(total - at, bits.read(sizeBits[bits.read(2)]) + 1);
    if (isRun) {
      const value = bits.read(word);
      // The alphas among samples at .. at + count - 1.
      if (value !== 0) mask.fill(1, at >> 2, (at + count) >> 2);
      at += count;
    } else {
      for (const end = at + count; at < end; at++) if (bits.read(word) !== 0 && (at & 3) === 3) mask[at >> 2] = 1;
    }
  }
  return mask;
}

/** The pixels for which `isOn` holds as a brush mask: all four samples 255, else 0. Runs only. */
export function encodeBrush(width: number, height: number, isOn: (pixel: number) => boolean): number[] {
  const bytes: number[] = [];
  let [held, heldBits] = [0, 0];
  const write = (value: number, count: number) => {
    for (let i = count - 1; i >= 0; i--) {
      held = (held << 1) | (Math.floor(value / 2 ** i) & 1);
      if (++heldBits < 8) continue;
      bytes.push(held);
      [held, heldBits] = [0, 0];
    }
  };
  const writeRun = (length: number, value: number) => {
    for (let left = length; left > 0; ) {
      const count = Math.min(left, 65536);
      const size = sizes.findIndex((bits) => count <= 2 ** bits);
      write(1, 1);
      write(size, 2);
      write(count - 1, sizes[size]);
      write(value, wordBits);
      left -= count;
    }
  };
  write(width * height * 4, 32);
  write(wordBits - 1, 5);
  for (const size of sizes) write(size - 1, 4);
  for (let from = 0; from < width * height; ) {
    const value = isOn(from);
    let to = from + 1;
    while (to < width * height && isOn(to) === value) to++;
    writeRun((to - from) * 4, value ? 255 : 0);
    from = to;
  }
  if (heldBits > 0) write(0, 8 - heldBits);
  return bytes;
}
