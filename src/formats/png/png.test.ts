import fc from "fast-check";
import { decode as fastPngDecode } from "fast-png";
import { zlibSync } from "fflate";
import { describe, expect, it, vi } from "vitest";
import type { Rgb } from "../../core/classTable";
import { concatBytes, pngSignature, readChunks, writeChunk } from "./chunks";
import { decodePng } from "./decode";
import { replacePixels } from "./encode";
import { channelsOf, headerData } from "./header";
import { type NewPng, writePng } from "./write";

// Properties over many files: seconds on a busy machine.
vi.setConfig({ testTimeout: 60_000 });

const kinds = [
  ...[1, 2, 4, 8, 16].map((bitDepth) => ({ colorType: 0, bitDepth })),
  ...[1, 2, 4, 8].map((bitDepth) => ({ colorType: 3, bitDepth })),
  ...[2, 4, 6].flatMap((colorType) => [8, 16].map((bitDepth) => ({ colorType, bitDepth }))),
];

const pngArbitrary = (colorType: number, bitDepth: number) =>
  fc
    .record({
      width: fc.integer({ min: 1, max: 13 }),
      height: fc.integer({ min: 1, max: 13 }),
      interlaced: fc.boolean(),
    })
    .chain(({ width, height, interlaced }) => {
      const count = width * height * channelsOf(colorType);
      const palette = Array.from({ length: 2 ** bitDepth }, (_, i): Rgb => [i, 255 - i, 7]);
      return fc
        .array(fc.integer({ min: 0, max: 2 ** bitDepth - 1 }), { minLength: count, maxLength: count })
        .map((samples): NewPng => {
          const png = { width, height, colorType, bitDepth, interlaced, samples: Uint16Array.from(samples) };
          return colorType === 3 ? { ...png, palette } : png;
        });
    });

describe.each(kinds)("PNG colour type $colorType, $bitDepth bits", ({ colorType, bitDepth }) => {
  it("decodes what it encoded, interlaced or not", () => {
    fc.assert(
      fc.property(pngArbitrary(colorType, bitDepth), (png) => {
        const decoded = decodePng(writePng(png));
        expect(decoded.samples).toEqual(png.samples);
        expect(decoded).toMatchObject({ width: png.width, height: png.height, bitDepth, colorType });
        expect(decoded.interlaced).toBe(png.interlaced);
        expect(decoded.palette).toEqual(png.palette ?? null);
      }),
      { numRuns: 25 },
    );
  });
});

// Under 8 bits fast-png leaves samples packed, and throws on interlaced ones.
describe.each(kinds.filter(({ bitDepth }) => bitDepth >= 8))(
  "PNG colour type $colorType, $bitDepth bits, read by fast-png",
  ({ colorType, bitDepth }) => {
    it("is the same", () => {
      fc.assert(
        fc.property(pngArbitrary(colorType, bitDepth), (png) => {
          expect(Array.from(fastPngDecode(writePng(png)).data)).toEqual(Array.from(png.samples));
        }),
        { numRuns: 10 },
      );
    });
  },
);

describe("PNG rows", () => {
  it("undoes every filter", () => {
    const raw = [
      [0, 10, 20, 30, 40],
      [1, 10, 5, 5, 5],
      [2, 1, 1, 1, 1],
      [3, 7, 7, 7, 7],
      [4, 9, 200, 3, 250],
    ];
    const file = concatBytes([
      pngSignature,
      writeChunk("IHDR", headerData({ width: 4, height: 5, bitDepth: 8, colorType: 0, interlaced: false })),
      writeChunk("IDAT", zlibSync(Uint8Array.from(raw.flat()))),
      writeChunk("IEND", new Uint8Array()),
    ]);
    const decoded = decodePng(file);
    expect(Array.from(decoded.samples.subarray(0, 12))).toEqual([10, 20, 30, 40, 10, 15, 20, 25, 11, 16, 21, 26]);
    expect(Array.from(decoded.samples)).toEqual(Array.from(fastPngDecode(file).data));
  });

  it("reads pixel data split over many IDAT chunks", () => {
    const samples = Uint16Array.from({ length: 64 * 64 }, (_, i) => (i * 7919) % 256);
    const file = writePng({ width: 64, height: 64, bitDepth: 8, colorType: 0, samples });
    const idat = readChunks(file).find((chunk) => chunk.type === "IDAT");
    const data = idat?.data ?? new Uint8Array();
    const split = concatBytes([
      file.subarray(0, idat?.start),
      ...Array.from({ length: Math.ceil(data.length / 100) }, (_, i) =>
        writeChunk("IDAT", data.subarray(100 * i, 100 * i + 100)),
      ),
      file.subarray(idat?.end),
    ]);
    expect(decodePng(split).samples).toEqual(samples);
    expect(readChunks(replacePixels(split, samples)).filter((chunk) => chunk.type === "IDAT")).toHaveLength(1);
  });

  it("decodes streams of several inflate pieces", () => {
    const samples = Uint16Array.from({ length: 400 * 300 }, (_, i) => (Math.imul(i, 2654435761) >>> 16) & 0xffff);
    const decoded = decodePng(writePng({ width: 400, height: 300, bitDepth: 16, colorType: 0, samples })).samples;
    expect(Buffer.compare(new Uint8Array(decoded.buffer), new Uint8Array(samples.buffer))).toBe(0);
  });
});

describe("replacing pixels", () => {
  it("keeps every other chunk and trailing bytes, byte for byte", () => {
    const samples = Uint16Array.of(0, 1, 2, 3);
    const plain = writePng({ width: 2, height: 2, bitDepth: 8, colorType: 0, samples });
    const idatStart = readChunks(plain)[1].start;
    const file = concatBytes([
      plain.subarray(0, idatStart),
      writeChunk("gAMA", Uint8Array.of(0, 0, 0xb1, 0x8f)),
      writeChunk("teSt", Uint8Array.of(1, 2, 3)),
      plain.subarray(idatStart, plain.length - 12),
      writeChunk("tEXt", Uint8Array.of(65, 0, 66)),
      writeChunk("IEND", new Uint8Array()),
      Uint8Array.of(42, 43),
    ]);
    const edited = replacePixels(file, Uint16Array.of(0, 1, 2, 9));
    expect(Array.from(decodePng(edited).samples)).toEqual([0, 1, 2, 9]);
    expect(readChunks(edited).map((chunk) => chunk.type)).toEqual(readChunks(file).map((chunk) => chunk.type));
    readChunks(edited).forEach((chunk, i) => {
      if (chunk.type !== "IDAT") expect(chunk.data).toEqual(readChunks(file)[i].data);
    });
    expect(edited.subarray(-2)).toEqual(Uint8Array.of(42, 43));
  });
});

describe("bad PNG files", () => {
  const good = writePng({ width: 40, height: 40, bitDepth: 8, colorType: 0, samples: new Uint16Array(1600).fill(3) });
  const withIdat = (data: Uint8Array, width = 40, height = 40) =>
    concatBytes([
      pngSignature,
      writeChunk("IHDR", headerData({ width, height, bitDepth: 8, colorType: 0, interlaced: false })),
      writeChunk("IDAT", data),
      writeChunk("IEND", new Uint8Array()),
    ]);

  it("says what is wrong at whatever byte it is cut", () => {
    for (let length = 0; length < good.length; length += 1) {
      expect(() => decodePng(good.subarray(0, length))).toThrow(/not a PNG|truncated/);
    }
  });

  it("notices a flipped bit in any critical chunk", () => {
    for (let at = 8; at < good.length; at += 1) {
      const bad = good.slice();
      bad[at] ^= 16;
      expect(() => decodePng(bad)).toThrow();
    }
  });

  it("stops a decompression bomb at the size its header promises", () => {
    const bomb = withIdat(zlibSync(new Uint8Array(6_000_000), { level: 9 }));
    expect(() => decodePng(bomb)).toThrow(/unpacks to more than its 40 x 40 px/);
  });

  it("refuses more than 100 megapixels and promises the data cannot keep, before taking memory", () => {
    expect(() => decodePng(withIdat(zlibSync(new Uint8Array(10)), 20000, 20000))).toThrow(/100 megapixels/);
    expect(() => decodePng(withIdat(zlibSync(new Uint8Array(10)), 9000, 9000))).toThrow(/holds fewer/);
    expect(() => decodePng(withIdat(zlibSync(new Uint8Array(10))))).toThrow(/holds fewer/);
  });

  it("refuses pixel data that is not zlib, unknown filters and indexed files without a palette", () => {
    expect(() => decodePng(withIdat(new Uint8Array(1000)))).toThrow(/damaged or incomplete/);
    const filters = new Uint8Array(40 * 41).fill(9);
    expect(() => decodePng(withIdat(zlibSync(filters)))).toThrow(/unknown filter/);
    const indexed = writePng({ width: 1, height: 1, bitDepth: 8, colorType: 3, samples: new Uint16Array(1) });
    expect(() => decodePng(indexed)).toThrow(/palette/);
  });
});
