import { describe, expect, it } from "vitest";
import { checkSize } from "../raster/raster";
import { concatBytes, pngSignature, readChunks, writeChunk } from "./chunks";
import { decodePng } from "./decode";
import { headerData, readPngHeader } from "./header";
import { writePng } from "./write";

const samples = Uint16Array.from({ length: 64 }, (_, i) => i % 5);
const palette = Array.from({ length: 8 }, (_, i) => [i, i, 9] as const);
const good = writePng({ width: 8, height: 8, bitDepth: 8, colorType: 3, palette, samples });
const parts = new Map(readChunks(good).map(({ type, start, end }) => [type, good.subarray(start, end)]));
const part = (type: string) => parts.get(type) ?? new Uint8Array();
const data = (type: string) => part(type).slice(8, -4);
const file = (...chunks: readonly Uint8Array[]) => concatBytes([pngSignature, ...chunks]);
const [ihdr, plte, idat, iend] = ["IHDR", "PLTE", "IDAT", "IEND"].map(part);
const text = writeChunk("tEXt", Uint8Array.of(65, 0, 66));
const [front, back] = [writeChunk("IDAT", data("IDAT").slice(0, 9)), writeChunk("IDAT", data("IDAT").slice(9))];

describe("PNG files that readers take differently", () => {
  it.each<[string, Uint8Array, RegExp]>([
    ["a second header", file(ihdr, ihdr, plte, idat, iend), /two headers/],
    ["a second palette", file(ihdr, plte, plte, idat, iend), /two palettes/],
    ["a palette behind the pixels", file(ihdr, idat, plte, iend), /after its pixels/],
    ["pixels in two runs", file(ihdr, plte, front, text, back, iend), /several parts/],
    ["a critical chunk of its own", file(ihdr, writeChunk("CgBI", Uint8Array.of(1)), plte, idat, iend), /a CgBI chunk/],
    ["no pixels", file(ihdr, plte, iend), /damaged or incomplete/],
  ])("%s: refused, with the reason and a remedy", (_, bytes, reason) => {
    expect(() => decodePng(bytes)).toThrow(expect.objectContaining({ reason: expect.stringMatching(reason) }));
    expect(() => decodePng(bytes)).toThrow(/save it as PNG again|Copy or download/);
  });

  it("opens what the standard allows: pixels in one run of chunks, other chunks around them", () => {
    expect(decodePng(file(ihdr, text, plte, front, back, text, iend)).samples).toEqual(samples);
  });

  it("refuses pixels whose checksum is wrong though the chunk's own is right", () => {
    for (const at of [1, 2, 3, 4]) {
      const bad = data("IDAT");
      bad[bad.length - at] ^= 64;
      expect(() => decodePng(file(ihdr, plte, writeChunk("IDAT", bad), iend))).toThrow(/damaged or incomplete/);
    }
    const padded = concatBytes([data("IDAT"), new Uint8Array(3)]);
    expect(decodePng(file(ihdr, plte, writeChunk("IDAT", padded), iend)).samples).toEqual(samples);
  });

  it("refuses a flood of empty chunks", () => {
    const empty = writeChunk("teSt", new Uint8Array());
    const flood = new Uint8Array(12 * 200_100);
    for (let at = 0; at < flood.length; at += 12) flood.set(empty, at);
    expect(() => decodePng(file(ihdr, plte, flood, idat, iend))).toThrow(/more than 200,000 chunks/);
  });
});

describe("memory", () => {
  it("is reckoned from what the head says before any is taken", () => {
    const head = (width: number, height: number, colorType: number, bitDepth: number) =>
      file(writeChunk("IHDR", headerData({ width, height, colorType, bitDepth, interlaced: false })));
    expect(readPngHeader(head(10000, 10000, 0, 8)).width).toBe(10000);
    expect(() => readPngHeader(head(10000, 10000, 6, 16))).toThrow(
      "The PNG is 10000 x 10000 px of 4 x 16 bits, which takes 1,526 MB of memory to read; at most 1024 can be used. " +
        "Cut it into tiles and open those. Of a label, one channel of ids takes far less.",
    );
    expect(() => readPngHeader(head(10001, 10000, 0, 1))).toThrow(/at most 100 megapixels/);
    expect(() => checkSize("TIFF", { width: 5000, height: 5000, channels: 200, bits: 16 })).toThrow(/200 x 16 bits/);
  });
});
