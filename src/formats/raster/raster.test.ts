import { encode as encodeJpeg } from "jpeg-js";
import { describe, expect, it } from "vitest";
import type { Rgb } from "../../core/classTable";
import { createRandom } from "../../core/random";
import { writePng } from "../png/write";
import { blankBmp, blankGif, blankTiff, randomRaster } from "./fixtures/files";
import { decodeRaster, encodeRaster, type Raster, readRasterHeader, sniffType } from "./index";
import type { ColorModel } from "./raster";
import { encodeWebp } from "./webp";

const random = createRandom(16);
const palette = (count: number) => Array.from({ length: count }, (_, i): Rgb => [i, 255 - i, (i * 7) & 255]);

type Kind = Pick<Raster, "type" | "bitDepth" | "color"> & { readonly palette?: readonly Rgb[] };
type Size = { readonly width: number; readonly height: number };
const kinds: readonly (readonly [name: string, kind: Kind, original: (size: Size) => Uint8Array])[] = [
  ...[1, 4, 8].map((bitDepth) => {
    const colors = palette(2 ** bitDepth);
    const kind: Kind = { type: "bmp", bitDepth, color: "indexed", palette: colors };
    return [
      `BMP, ${bitDepth}-bit`,
      kind,
      (size: Size) => blankBmp({ ...size, bits: bitDepth, palette: colors }),
    ] as const;
  }),
  ["BMP, grey", { type: "bmp", bitDepth: 8, color: "grey" }, (size) => blankBmp({ ...size, bits: 8, topDown: true })],
  ["BMP, 24-bit", { type: "bmp", bitDepth: 8, color: "rgb" }, (size) => blankBmp({ ...size, bits: 24 })],
  [
    "BMP, 32-bit",
    { type: "bmp", bitDepth: 8, color: "rgba" },
    (size) => blankBmp({ ...size, bits: 32, topDown: true }),
  ],
  ...[2, 8, 64, 256].flatMap((count) =>
    [false, true].map((odd) => {
      const kind: Kind = { type: "gif", bitDepth: 8, color: "indexed", palette: palette(count) };
      const original = (size: Size) => blankGif({ ...size, palette: palette(count), interlaced: odd, ownTable: odd });
      return [`GIF, ${count} colours${odd ? ", interlaced, table of its own" : ""}`, kind, original] as const;
    }),
  ),
  ...[1, 2, 4, 8, 16, 32].flatMap((bits) =>
    ([1, 5, 8, 32773] as const).flatMap((compression) =>
      [true, false].map((littleEndian) => {
        const kind: Kind = { type: "tiff", bitDepth: Math.min(16, bits), color: "grey" };
        const name = `TIFF, grey, ${bits}-bit, compression ${compression}, ${littleEndian ? "little" : "big"} endian`;
        const original = (size: Size) => blankTiff({ ...size, bits, compression, littleEndian });
        return [name, kind, original] as const;
      }),
    ),
  ),
  ...[32, 64].map((bits) => {
    const kind: Kind = { type: "tiff", bitDepth: 16, color: "grey" };
    return [`TIFF, ${bits}-bit floats`, kind, (size: Size) => blankTiff({ ...size, bits, sampleFormat: 3 })] as const;
  }),
  ...[4, 8].map((bitDepth) => {
    const colors = palette(2 ** bitDepth);
    const kind: Kind = { type: "tiff", bitDepth, color: "indexed", palette: colors };
    const original = (size: Size) => blankTiff({ ...size, bits: bitDepth, color: "indexed", palette: colors });
    return [`TIFF, ${bitDepth}-bit palette`, kind, original] as const;
  }),
  ...(["greyAlpha", "rgb", "rgba"] as const).flatMap((color: ColorModel) =>
    [8, 16].map((bits) => {
      const kind: Kind = { type: "tiff", bitDepth: bits, color };
      return [`TIFF, ${color}, ${bits}-bit`, kind, (size: Size) => blankTiff({ ...size, bits, color })] as const;
    }),
  ),
  ...[1, 8, 16].map((bits) => {
    const kind: Kind = { type: "tiff", bitDepth: bits, color: "grey" };
    return [
      `TIFF, white is 0, ${bits}-bit`,
      kind,
      (size: Size) => blankTiff({ ...size, bits, minIsWhite: true }),
    ] as const;
  }),
];

describe.each(kinds)("%s", (_, kind, originalOf) => {
  it("is written and read without loss, again and again", async () => {
    for (let round = 0; round < 12; round += 1) {
      const size = { width: 1 + random.int(40), height: 1 + random.int(20) };
      let file = originalOf(size);
      expect(readRasterHeader(file)).toMatchObject({
        ...size,
        type: kind.type,
        bitDepth: kind.bitDepth,
        color: kind.color,
      });
      for (let edit = 0; edit < 2; edit += 1) {
        const raster = randomRaster({ ...kind, ...size }, random.next);
        file = await encodeRaster(file, raster);
        expect(sniffType(file)).toBe(kind.type);
        const { samples, palette, lossless } = await decodeRaster(file);
        expect(samples).toEqual(raster.samples);
        expect({ palette, lossless }).toEqual({ palette: raster.palette, lossless: true });
      }
    }
  });
});

describe("WebP", () => {
  it("without loss is written and read exactly, colours under full transparency too", async () => {
    for (const color of ["rgb", "rgba"] as const) {
      for (let round = 0; round < 6; round += 1) {
        const size = { width: 1 + random.int(40), height: 1 + random.int(20) };
        const raster = randomRaster({ type: "webp", bitDepth: 8, color, ...size }, random.next);
        if (color === "rgba") for (let i = 3; i < raster.samples.length; i += 8) raster.samples[i] = 0;
        const file = await encodeWebp(raster);
        expect(readRasterHeader(file)).toMatchObject({ ...size, type: "webp", color, lossless: true });
        expect((await decodeRaster(file)).samples).toEqual(raster.samples);
        const edited = raster.samples.map((value) => 255 - value);
        const again = await decodeRaster(await encodeRaster(file, { ...raster, samples: edited }));
        expect(again.samples).toEqual(edited);
      }
    }
  });
});

describe("JPEG", () => {
  const data = new Uint8Array(24 * 16 * 4).fill(200);
  const file = Uint8Array.from(encodeJpeg({ width: 24, height: 16, data }, 100).data);

  it("is read as smeared, and written as PNG", async () => {
    const raster = await decodeRaster(file);
    expect(raster).toMatchObject({ type: "jpeg", width: 24, height: 16, color: "rgb", lossless: false });
    expect(Math.abs(raster.samples[7] - 200)).toBeLessThan(3);
    const written = await encodeRaster(file, { ...raster, samples: raster.samples.fill(9) });
    expect(await decodeRaster(written)).toMatchObject({
      type: "png",
      color: "rgb",
      lossless: true,
      samples: raster.samples,
    });
  });
});

describe("a GIF of greys", () => {
  const grey = (value: number): Rgb => [value, value, value];
  const original = blankGif({ width: 4, height: 2, palette: [0, 5, 15, 255].map(grey) });
  const greys = (samples: readonly number[]): Raster => ({
    ...{ type: "gif", width: 4, height: 2, bitDepth: 8, color: "grey", lossless: true, notes: [], palette: null },
    samples: Uint16Array.from(samples),
  });

  it("holds its greys, wherever in the table they are; new ones are added", async () => {
    const indexed = { ...greys([0, 1, 2, 3, 3, 2, 1, 0]), palette: [0, 5, 15, 255].map(grey) };
    const file = await encodeRaster(original, indexed);
    expect(await decodeRaster(file)).toEqual(greys([0, 5, 15, 255, 255, 15, 5, 0]));
    for (const samples of [
      [0, 5, 15, 255, 255, 15, 5, 255],
      [0, 5, 15, 77, 78, 15, 5, 255],
    ]) {
      expect(await decodeRaster(await encodeRaster(file, greys(samples)))).toEqual(greys(samples));
    }
  });
});

describe("what a kind of file cannot hold", () => {
  const size = { width: 5, height: 3 };

  it.each([
    ["BMP, 16-bit", blankBmp({ ...size, bits: 8 }), { type: "bmp", bitDepth: 16, color: "grey" }],
    ["GIF that covers a part", partOfGif(), { type: "gif", bitDepth: 8, color: "indexed", palette: palette(4) }],
    [
      "TIFF, signed, above its range",
      blankTiff({ ...size, bits: 8, sampleFormat: 2 }),
      { type: "tiff", bitDepth: 8, color: "grey" },
    ],
  ] as const)("becomes a PNG: %s", async (_, original, kind) => {
    const raster = randomRaster({ ...size, ...kind }, random.next);
    raster.samples[0] = kind.color === "grey" ? 255 : 0;
    const file = await encodeRaster(original, raster);
    const { type, color, bitDepth, samples } = await decodeRaster(file);
    expect({ type, color, bitDepth, samples }).toEqual({
      type: "png",
      color: kind.color,
      bitDepth: kind.bitDepth,
      samples: raster.samples,
    });
  });

  it("is another depth or palette, which goes into the same kind where it can", async () => {
    const grown: readonly [Uint8Array, Kind][] = [
      [blankTiff({ ...size, bits: 8 }), { type: "tiff", bitDepth: 16, color: "grey" }],
      [
        blankTiff({ ...size, bits: 4, color: "indexed", palette: palette(16) }),
        { type: "tiff", bitDepth: 8, color: "indexed", palette: palette(256) },
      ],
      [
        blankBmp({ ...size, bits: 1, palette: palette(2) }),
        { type: "bmp", bitDepth: 4, color: "indexed", palette: palette(7) },
      ],
      [
        blankGif({ ...size, palette: palette(4) }),
        { type: "gif", bitDepth: 8, color: "indexed", palette: palette(16) },
      ],
    ];
    for (const [original, kind] of grown) {
      const raster = randomRaster({ ...size, ...kind }, random.next);
      const { type, bitDepth, palette, samples } = await decodeRaster(await encodeRaster(original, raster));
      expect({ type, bitDepth, palette, samples }).toEqual({
        type: kind.type,
        bitDepth: kind.bitDepth,
        palette: raster.palette,
        samples: raster.samples,
      });
    }
  });
});

/** Screen of 5 x 3, frame of 2 x 2. */
function partOfGif(): Uint8Array {
  const file = blankGif({ width: 5, height: 3, palette: palette(4) });
  const frameAt = 13 + 3 * 4;
  file.set([1, 0, 1, 0, 2, 0, 2, 0], frameAt + 1);
  return file;
}

describe("bad files", () => {
  const size = { width: 19, height: 11 };
  const files: readonly (readonly [string, Uint8Array])[] = [
    ["BMP", blankBmp({ ...size, bits: 24 })],
    ["GIF", blankGif({ ...size, palette: palette(8) })],
    ["TIFF", blankTiff({ ...size, bits: 8, color: "indexed", palette: palette(256) })],
    ["PNG", writePng({ ...size, bitDepth: 8, colorType: 0, samples: new Uint16Array(19 * 11) })],
  ];

  it.each(files)("%s, cut anywhere, is refused in words", async (_, blank) => {
    const whole = sniffType(blank) === "gif" ? await encodeRaster(blank, gifRaster()) : blank;
    for (let length = 12; length < whole.length - 1; length += 1 + Math.floor(whole.length / 300)) {
      const cut = whole.slice(0, length);
      // A GIF's trailer is not needed.
      const refused = await decodeRaster(cut).then(
        () => null,
        (error: Error) => error,
      );
      if (refused !== null) expect(refused).toMatchObject({ name: "FormatError", remedy: expect.stringMatching(/\w/) });
      else expect((await decodeRaster(cut)).samples).toEqual((await decodeRaster(whole)).samples);
    }
  });

  const gifRaster = () =>
    randomRaster({ type: "gif", bitDepth: 8, color: "indexed", palette: palette(8), ...size }, random.next);

  it("of other kinds, with fractions, negative or large ids, or many bands are refused in words", async () => {
    await expect(decodeRaster(Uint8Array.of(1, 2, 3))).rejects.toThrow(/no picture/);
    const floats = blankTiff({ ...size, bits: 32, sampleFormat: 3 });
    new DataView(floats.buffer).setFloat32(8, 0.5, true);
    await expect(decodeRaster(floats)).rejects.toThrow(/fractions.*ids are whole numbers/);
    const large = blankTiff({ ...size, bits: 32 });
    new DataView(large.buffer).setUint32(8, 70_000, true);
    await expect(decodeRaster(large)).rejects.toThrow(/holds 70000/);
    const signed = blankTiff({ ...size, bits: 16, sampleFormat: 2 });
    new DataView(signed.buffer).setInt16(8, -1, true);
    await expect(decodeRaster(signed)).rejects.toThrow(/holds -1/);
  });
});
