import { describe, expect, it } from "vitest";
import { createRandom } from "../../core/random";
import { decodeLzw, encodeLzw } from "./lzw";
import { compress } from "./tiff/compress";
import { decompress } from "./tiff/decompress";

/** Values in runs, few or many: tables fill up, are cleared, and end anywhere. */
function runs(length: number, most: number, seed: number): Uint8Array {
  const random = createRandom(seed);
  const out = new Uint8Array(length);
  for (let at = 0; at < length; ) {
    const run = 1 + random.int(seed % 3 === 0 ? 1 : 1 + random.int(300));
    out.fill(random.int(most), at, at + run);
    at += run;
  }
  return out;
}

const lengths = [1, 2, 255, 256, 257, 258, 511, 3837, 3838, 3839, 3840, 4093, 9000, 60_000];

describe("LZW", () => {
  it.each(["gif", "tiff"] as const)("as %s packs it comes back, at any length", (format) => {
    for (const [i, length] of lengths.entries()) {
      const values = runs(length, i % 2 === 0 ? 256 : 5, i);
      const out = new Uint8Array(length);
      expect(decodeLzw(encodeLzw(values, 8, format), 8, out, format)).toBe(length);
      expect(out).toEqual(values);
    }
  });
});

describe("TIFF strips", () => {
  it.each([1, 5, 8, 32773])("of compression %i come back", (compression) => {
    for (const [i, rowBytes] of [1, 3, 128, 129, 1000].entries()) {
      const rows = runs(rowBytes * 37, i % 2 === 0 ? 256 : 3, i);
      expect(decompress(compress(rows, compression, rowBytes), compression, rows.length)).toEqual(rows);
    }
  });
});
