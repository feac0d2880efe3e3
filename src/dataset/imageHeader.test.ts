import { describe, expect, it } from "vitest";
import { concatBytes, readChunks, writeChunk } from "../formats/png/chunks";
import { sniffType } from "../formats/raster";
import { blankTiff } from "../formats/raster/fixtures/files";
import { ascii, greyPng, jpegHeader } from "./fixtures/files";
import { readPictureHeader } from "./imageHeader";
import { orientationRule } from "./orientation";

const tiff = (order: "II" | "MM", orientation: number) =>
  order === "II"
    ? [...ascii("II*\0"), 8, 0, 0, 0, 1, 0, 0x12, 1, 3, 0, 1, 0, 0, 0, orientation, 0, 0, 0]
    : [...ascii("MM\0*"), 0, 0, 0, 8, 0, 1, 1, 0x12, 0, 3, 0, 0, 0, 1, 0, orientation, 0, 0];

describe("picture headers", () => {
  it("of JPEG, with orientation", () => {
    expect(readPictureHeader(jpegHeader(640, 480))).toEqual({
      type: "jpeg",
      width: 640,
      height: 480,
      orientation: null,
    });
    expect(readPictureHeader(jpegHeader(640, 480, 6))?.orientation?.value).toBe(6);
    expect(readPictureHeader(jpegHeader(640, 480, 9))?.orientation).toBeNull();
  });

  it("of PNG, with eXIf in either byte order", () => {
    const png = greyPng(7, 5);
    const idat = readChunks(png)[1].start;
    for (const order of ["II", "MM"] as const) {
      const exif = writeChunk("eXIf", Uint8Array.from(tiff(order, 8)));
      const header = readPictureHeader(concatBytes([png.subarray(0, idat), exif, png.subarray(idat)]));
      expect(header).toMatchObject({ type: "png", width: 7, height: 5, orientation: { value: 8 } });
    }
    expect(readPictureHeader(png)?.orientation).toBeNull();
  });

  it("of WebP, simple, lossless and extended", () => {
    const riff = (chunk: readonly number[]) =>
      Uint8Array.from([...ascii("RIFF"), 0, 0, 0, 0, ...ascii("WEBP"), ...chunk]);
    const lossy = riff([...ascii("VP8 "), 10, 0, 0, 0, 0, 0, 0, 0x9d, 1, 0x2a, 0x80, 2, 0xe0, 1]);
    expect(readPictureHeader(lossy)).toMatchObject({ type: "webp", width: 640, height: 480 });
    const bits = 639 | (479 << 14);
    const lossless = riff([
      ...ascii("VP8L"),
      5,
      0,
      0,
      0,
      0x2f,
      bits & 255,
      (bits >> 8) & 255,
      (bits >> 16) & 255,
      bits >>> 24,
    ]);
    expect(readPictureHeader(lossless)).toMatchObject({ width: 640, height: 480 });
    const body = tiff("II", 6);
    const extended = riff([
      ...ascii("VP8X"),
      10,
      0,
      0,
      0,
      8,
      0,
      0,
      0,
      127,
      2,
      0,
      223,
      1,
      0,
      ...ascii("EXIF"),
      body.length,
      0,
      0,
      0,
      ...body,
    ]);
    expect(readPictureHeader(extended)).toMatchObject({ width: 640, height: 480, orientation: { value: 6 } });
  });

  it("of GIF and BMP; of nothing else", () => {
    expect(readPictureHeader(Uint8Array.from([...ascii("GIF89a"), 4, 1, 3, 0]))).toMatchObject({
      width: 260,
      height: 3,
    });
    const bmp = new Uint8Array(30);
    bmp.set(ascii("BM"));
    new DataView(bmp.buffer).setInt32(18, 5, true);
    new DataView(bmp.buffer).setInt32(22, -4, true);
    expect(readPictureHeader(bmp)).toMatchObject({ type: "bmp", width: 5, height: 4 });
    expect(readPictureHeader(Uint8Array.from(ascii("hello")))).toBeNull();
    expect(sniffType(Uint8Array.from(ascii("II*\0")))).toBe("tiff");
    expect(sniffType(Uint8Array.from([0, 0, 0, 1, ...ascii("ftypavif")]))).toBe("avif");
    expect(sniffType(Uint8Array.from(ascii("PK\x03\x04")))).toBe("zip");
  });

  it("of TIFF, which may have more bands than are shown", () => {
    const file = blankTiff({ width: 9, height: 4, bits: 16, color: "rgba", littleEndian: false });
    expect(readPictureHeader(file)).toEqual({ type: "tiff", width: 9, height: 4, orientation: null, notes: [] });
    // ExtraSamples: not alpha but unspecified, such as infrared.
    const extraAt = file.findLastIndex((byte, at) => byte === 1 && file[at + 1] === 0x52);
    file[extraAt + 9] = 0;
    expect(readPictureHeader(file)?.notes).toEqual(["The image has 4 bands; the first three are shown."]);
    expect(readPictureHeader(file.subarray(0, 100))).toBeNull();
  });

  it("cut anywhere ask for more bytes and never fail", () => {
    for (const file of [jpegHeader(640, 480, 6), greyPng(7, 5)]) {
      for (let length = 0; length < 30; length += 1) {
        expect(readPictureHeader(file.subarray(0, length))?.width ?? 640).toBeGreaterThan(0);
      }
    }
  });
});

describe("orientation", () => {
  const wide = { width: 4, height: 3 };
  const tall = { width: 3, height: 4 };
  const square = { width: 3, height: 3 };

  it("applies only where the label has the rotated size", () => {
    expect(orientationRule(wide, 6, tall)).toEqual({ applies: true, fits: true, ambiguous: false });
    expect(orientationRule(wide, 6, wide)).toEqual({ applies: false, fits: true, ambiguous: false });
    expect(orientationRule(wide, 6, square)).toMatchObject({ applies: false, fits: false });
    expect(orientationRule(wide, 1, wide)).toEqual({ applies: false, fits: true, ambiguous: false });
    expect(orientationRule(wide, 1, tall).fits).toBe(false);
  });

  it("applies, with a doubt, where either size is the same", () => {
    expect(orientationRule(wide, 3, wide)).toEqual({ applies: true, fits: true, ambiguous: true });
    expect(orientationRule(square, 8, square)).toEqual({ applies: true, fits: true, ambiguous: true });
  });
});
