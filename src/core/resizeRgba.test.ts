import { expect, it } from "vitest";
import { resizeRgba } from "./resizeRgba";

function picture(width: number, height: number, red: (x: number, y: number) => number): Uint8ClampedArray {
  const rgba = new Uint8ClampedArray(width * height * 4).fill(9);
  for (let y = 0, i = 0; y < height; y++) {
    for (let x = 0; x < width; x++, i += 4) {
      rgba[i] = red(x, y) % 256;
      rgba[i + 1] = (x * 29 + y * y * 7) % 256;
      rgba[i + 2] = 255 - rgba[i];
    }
  }
  return rgba;
}

/** The colours, row by row, weighted so that every value counts in its place. */
function sum(rgba: Uint8ClampedArray, period: number): number {
  let total = 0;
  for (let i = 0, n = 0; i < rgba.length; i++) if (i % 4 < 3) total += rgba[i] * (1 + (n++ % period));
  return total;
}

// Image.fromarray(...).resize((width, height), Image.BILINEAR) of the same pixels, of Pillow 9.4.
it("resizes as Pillow does, to the last bit", () => {
  const small = { width: 9, height: 7 };
  const pixels = picture(9, 7, (x, y) => 37 * x * x + 91 * y + 13 * x * y);
  const across = [69, 21, 186, 103, 66, 152, 134, 120, 121, 120, 174, 135, 76, 213, 179, 146, 51, 109];
  const result = resizeRgba(pixels, small, { width: 5, height: 4 });
  expect([...result].filter((_, i) => i % 4 < 3).slice(0, 18)).toEqual(across);
  const sums = [
    [5, 4, 232728],
    [9, 4, 749083],
    [13, 10, 9688581],
    [3, 7, 255618],
  ];
  for (const [width, height, expected] of sums) {
    expect(sum(resizeRgba(pixels, small, { width, height }), Infinity)).toBe(expected);
  }
  const photo = picture(480, 360, (x, y) => x * x * y + 3 * x + 7 * y);
  const photoSums = [
    [341, 256, 16646773748],
    [352, 256, 17187585805],
    [700, 500, 66793973772],
  ];
  for (const [width, height, expected] of photoSums) {
    expect(sum(resizeRgba(photo, { width: 480, height: 360 }, { width, height }), 997)).toBe(expected);
  }
});

it("is opaque, and a copy where nothing is to be resized", () => {
  const pixels = picture(4, 3, (x) => x);
  const copy = resizeRgba(pixels, { width: 4, height: 3 }, { width: 4, height: 3 });
  expect(sum(copy, Infinity)).toBe(sum(pixels, Infinity));
  expect([copy[3], pixels[3], copy === pixels]).toEqual([255, 9, false]);
});
