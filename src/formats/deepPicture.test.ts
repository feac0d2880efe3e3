import { describe, expect, it } from "vitest";
import { isDeepPicture, readDeepPicture } from "./deepPicture";
import { writePng } from "./png/write";

const deep = (samples: readonly number[], colorType = 0, perPixel = 1) =>
  writePng({
    width: samples.length / perPixel,
    height: 1,
    bitDepth: 16,
    colorType,
    samples: Uint16Array.from(samples),
  });

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

  it("keeps its hue and its opacity", () => {
    const { rgba } = readDeepPicture(deep([0, 500, 1000, 65535, 1000, 0, 500, 0], 6, 4));
    expect([...rgba]).toEqual([0, 128, 255, 255, 255, 0, 128, 0]);
  });
});
