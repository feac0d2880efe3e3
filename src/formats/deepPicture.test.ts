import { describe, expect, it } from "vitest";
import { isDeepPicture, readDeepPicture } from "./deepPicture";
import { writePng } from "./png/write";
import { blankTiff } from "./raster/fixtures/files";

const deep = (samples: readonly number[], colorType = 0, perPixel = 1) =>
  writePng({
    width: samples.length / perPixel,
    height: 1,
    bitDepth: 16,
    colorType,
    samples: Uint16Array.from(samples),
  });

function tiff(values: readonly number[], { bits, sampleFormat = 1, width = values.length }: TiffOptions): Uint8Array {
  const file = blankTiff({ width, height: values.length / width, bits, sampleFormat });
  const view = new DataView(file.buffer);
  values.forEach((value, i) => {
    if (sampleFormat === 3) view.setFloat32(8 + 4 * i, value, true);
    else if (bits === 16) view.setUint16(8 + 2 * i, value, true);
    else view.setUint8(8 + i, value);
  });
  return file;
}

interface TiffOptions {
  readonly bits: number;
  readonly sampleFormat?: 1 | 3;
  readonly width?: number;
}

describe("a picture of 16 bits", () => {
  it("is told from one of 8", () => {
    expect(isDeepPicture(deep([1, 2]))).toBe(true);
    expect(
      isDeepPicture(writePng({ width: 1, height: 1, bitDepth: 8, colorType: 0, samples: Uint16Array.of(1) })),
    ).toBe(false);
    expect(isDeepPicture(Uint8Array.of(0xff, 0xd8, 0xff))).toBe(false);
  });

  it("that uses 12 bits is spread over black to white", () => {
    const { rgba, window } = readDeepPicture(deep([100, 1100, 2100, 4100]));
    expect(window).toEqual({ low: 100, high: 4100 });
    expect([...rgba]).toEqual([0, 0, 0, 255, 64, 64, 64, 255, 128, 128, 128, 255, 255, 255, 255, 255]);
  });

  it("that is narrow around the middle (computed tomography) is spread too", () => {
    expect(readDeepPicture(deep([31768, 32768, 35768])).window).toEqual({ low: 31768, high: 35768 });
  });

  it("leaves out a few hot pixels", () => {
    const samples = Array.from({ length: 4000 }, (_, i) => (i === 7 ? 65535 : 1000 + (i % 100)));
    const { rgba, window } = readDeepPicture(deep(samples));
    expect(window).toEqual({ low: 1000, high: 1099 });
    expect(rgba[7 * 4]).toBe(255);
  });

  it("that spans the range, or nothing, is left as it is", () => {
    expect([...readDeepPicture(deep([0, 257, 65535])).rgba].filter((_, i) => i % 4 === 0)).toEqual([0, 1, 255]);
    expect(readDeepPicture(deep([700, 700])).window).toEqual({ low: 0, high: 65535 });
  });

  it("of fractions is spread over its own range, not-a-number aside", () => {
    const file = tiff([0.25, 0.5, Number.NaN, 0.75], { bits: 32, sampleFormat: 3 });
    const { rgba, window } = readDeepPicture(file);
    expect(window).toEqual({ low: 0.25, high: 0.75 });
    expect([...rgba].filter((_, i) => i % 4 === 0)).toEqual([0, 128, 0, 255]);
  });

  it("in a TIFF is read like a PNG; of 8 bits it is left as it is", () => {
    expect(readDeepPicture(tiff([100, 1100, 2100, 4100], { bits: 16 }))).toEqual(
      readDeepPicture(deep([100, 1100, 2100, 4100])),
    );
    const { rgba, window } = readDeepPicture(tiff([1, 2, 3, 4], { bits: 8 }));
    expect(window).toBeNull();
    expect([...rgba].filter((_, i) => i % 4 === 0)).toEqual([1, 2, 3, 4]);
  });

  it("is put upright as EXIF says", () => {
    const red = (orientation: number) => {
      const { width, height, rgba } = readDeepPicture(tiff([1, 2, 3, 4, 5, 6], { bits: 8, width: 3 }), orientation);
      return [width, height, ...[...rgba].filter((_, i) => i % 4 === 0)];
    };
    expect(red(1)).toEqual([3, 2, 1, 2, 3, 4, 5, 6]);
    expect(red(2)).toEqual([3, 2, 3, 2, 1, 6, 5, 4]);
    expect(red(3)).toEqual([3, 2, 6, 5, 4, 3, 2, 1]);
    expect(red(4)).toEqual([3, 2, 4, 5, 6, 1, 2, 3]);
    expect(red(5)).toEqual([2, 3, 1, 4, 2, 5, 3, 6]);
    expect(red(6)).toEqual([2, 3, 4, 1, 5, 2, 6, 3]);
    expect(red(7)).toEqual([2, 3, 6, 3, 5, 2, 4, 1]);
    expect(red(8)).toEqual([2, 3, 3, 6, 2, 5, 1, 4]);
  });

  it("keeps its hue and its opacity", () => {
    const { rgba } = readDeepPicture(deep([0, 500, 1000, 65535, 1000, 0, 500, 0], 6, 4));
    expect([...rgba]).toEqual([0, 128, 255, 255, 255, 0, 128, 0]);
  });
});
