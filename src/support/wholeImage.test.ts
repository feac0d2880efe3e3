import { describe, expect, it } from "vitest";
import { VOID } from "./cells";
import { resizeImage, resizeLabel, wholeSize } from "./wholeImage";

const from = { width: 7, height: 5 };
const grey = Array.from({ length: 35 }, (_, i) => {
  const [x, y] = [i % 7, Math.floor(i / 7)];
  return (x * 37 + y * 91 + x * y * 13) % 256;
});
const rgba = Uint8ClampedArray.from(grey.flatMap((value) => [value, 255 - value, value >> 1, 255]));

describe("a whole image", () => {
  it("has the sizes it has in Python", () => {
    const sizes = [
      [480, 360, 352, 256],
      [360, 480, 256, 352],
      [100, 100, 256, 256],
      [2048, 1024, 512, 256],
      [4000, 500, 1024, 256],
      // Half a step: to the even one.
      [304, 256, 320, 256],
      [336, 256, 320, 256],
    ];
    for (const [width, height, wide, high] of sizes) {
      expect(wholeSize({ width, height })).toEqual({ width: wide, height: high });
    }
  });

  // What Pillow 9.4 makes of the same pixels (13 is one apart at times where one side grows and the other shrinks).
  it.each([
    [
      { width: 3, height: 8 },
      "32 111 190 77 135 147 137 164 96 166 141 138 150 143 157 88 168 152 108 141 128 129 119 109",
    ],
    [{ width: 10, height: 2 }, "79 107 128 122 154 148 107 143 151 147 87 129 147 102 149 161 135 131 137 147"],
    [from, grey.join(" ")],
  ])("is resized as by Pillow to $width x $height", (to, expected) => {
    const rgb = resizeImage({ ...from, rgba }, to);
    const values = expected.split(" ").map(Number);
    expect(rgb).toHaveLength(values.length * 3);
    for (const [i, value] of values.entries()) {
      expect(Math.abs(rgb[3 * i] * 255 - value)).toBeLessThan(1e-4);
      expect(Math.abs(255 * (rgb[3 * i] + rgb[3 * i + 1]) - 255)).toBeLessThan(1.1);
    }
  });

  it("has a label of single pixels, and void where it is ignored", () => {
    const labels = Uint16Array.from(grey);
    const to = { width: 3, height: 8 };
    const expected = [37, 111, 185, 37, 111, 185, 141, 241, 85, 245, 115, 241, 245, 115, 241, 93, 245, 141];
    expected.push(197, 119, 41, 197, 119, 41);
    expect([...resizeLabel(labels, from, to, [])]).toEqual(expected);
    expect([...resizeLabel(labels, from, to, [111, 41])].filter((id) => id === VOID)).toHaveLength(4);
  });
});
