import fc from "fast-check";
import { describe, expect, it, vi } from "vitest";
import type { Rgb } from "../core/classTable";
import { createLabelMap } from "../core/labelMap";
import { vocColor, vocPalette } from "../core/palette";
import { decodeLabel, type LabelCodec } from "./labelCodec";
import { encodeLabel, NeedsRaiseError } from "./labelEncode";
import { channelsOf, decodePng } from "./png";
import { type NewPng, writePng } from "./png/write";

// Properties over many files: seconds on a busy machine.
vi.setConfig({ testTimeout: 60_000 });

const idsCodec: LabelCodec = { colors: [], vocColors: false, indexed: "ids" };
const table = [0, 1, 2, 3].map((id) => ({ id, color: [id * 60, 255 - id, id] as Rgb }));
const colorCodec: LabelCodec = { colors: table, vocColors: false, indexed: "colors" };

/** A label of 4 classes in a given coding. */
function labelFile(colorType: number, bitDepth: number, width: number, ids: readonly number[], interlaced = false) {
  const scale = bitDepth === 16 ? 257 : 1;
  const pixel = (id: number): number[] => {
    if (colorType === 0 || colorType === 3) return [id];
    if (colorType === 4) return [id, 7];
    const color = table[id].color.map((value) => value * scale);
    return colorType === 2 ? color : [...color, 200 * scale];
  };
  const png: NewPng = {
    width,
    height: ids.length / width,
    colorType,
    bitDepth,
    interlaced,
    samples: Uint16Array.from(ids.flatMap(pixel)),
  };
  return writePng(colorType === 3 ? { ...png, palette: table.map((code) => code.color) } : png);
}

const codings = [
  { colorType: 0, bitDepth: 2, codec: idsCodec },
  { colorType: 0, bitDepth: 8, codec: idsCodec },
  { colorType: 0, bitDepth: 16, codec: idsCodec },
  { colorType: 3, bitDepth: 2, codec: idsCodec },
  { colorType: 3, bitDepth: 8, codec: colorCodec },
  { colorType: 4, bitDepth: 8, codec: idsCodec },
  { colorType: 2, bitDepth: 8, codec: colorCodec },
  { colorType: 2, bitDepth: 16, codec: colorCodec },
  { colorType: 6, bitDepth: 8, codec: colorCodec },
  { colorType: 6, bitDepth: 16, codec: colorCodec },
];

describe.each(codings)("label of colour type $colorType, $bitDepth bits", ({ colorType, bitDepth, codec }) => {
  const labels = fc
    .record({ width: fc.integer({ min: 1, max: 9 }), height: fc.integer({ min: 1, max: 9 }), interlaced: fc.boolean() })
    .chain(({ width, height, interlaced }) => {
      const ids = fc.array(fc.integer({ min: 0, max: 3 }), { minLength: width * height, maxLength: width * height });
      return fc.record({ width: fc.constant(width), interlaced: fc.constant(interlaced), before: ids, after: ids });
    });

  it("reads its ids, and writes others so that only changed pixels' samples differ", async () => {
    await fc.assert(
      fc.asyncProperty(labels, async ({ width, interlaced, before, after }) => {
        const file = labelFile(colorType, bitDepth, width, before, interlaced);
        expect(Array.from((await decodeLabel(file, codec)).labels.data)).toEqual(before);
        const target = createLabelMap(width, before.length / width, Uint16Array.from(after));
        const edited = await encodeLabel(file, target, codec);
        expect(Array.from((await decodeLabel(edited, codec)).labels.data)).toEqual(after);
        const [old, now] = [decodePng(file), decodePng(edited)];
        expect({ ...now, samples: null }).toEqual({ ...old, samples: null });
        const channels = channelsOf(colorType);
        now.samples.forEach((sample, i) => {
          const pixel = Math.floor(i / channels);
          if (before[pixel] === after[pixel]) expect(sample).toBe(old.samples[i]);
        });
      }),
      { numRuns: 30 },
    );
  });

  it("gives the same bytes when nothing changed", async () => {
    const file = labelFile(colorType, bitDepth, 2, [0, 1, 2, 3]);
    expect(await encodeLabel(file, (await decodeLabel(file, codec)).labels, codec)).toBe(file);
  });
});

describe("unknown colours", () => {
  const rgb = (pixels: readonly Rgb[]) =>
    writePng({ width: pixels.length, height: 1, colorType: 2, bitDepth: 8, samples: Uint16Array.from(pixels.flat()) });
  const file = rgb([
    [60, 254, 1],
    [9, 9, 9],
    [8, 8, 8],
    [9, 9, 9],
  ]);

  it("become ids of their own, counted, and export unchanged", async () => {
    const decoded = await decodeLabel(file, colorCodec);
    expect(decoded.unknownColors.map(({ color, count }) => ({ color, count }))).toEqual([
      { color: [9, 9, 9], count: 2 },
      { color: [8, 8, 8], count: 1 },
    ]);
    const labels = createLabelMap(4, 1, decoded.labels.data.slice());
    labels.data[2] = 0;
    const edited = decodePng(await encodeLabel(file, labels, colorCodec)).samples;
    expect(Array.from(edited)).toEqual([60, 254, 1, 9, 9, 9, 0, 255, 0, 9, 9, 9]);
  });

  it("keep their ids whatever else is in the file", async () => {
    const [first] = (await decodeLabel(rgb([[9, 9, 9]]), colorCodec)).unknownColors;
    const again = (await decodeLabel(file, colorCodec)).unknownColors.find((unknown) => unknown.color[0] === 9);
    expect(again?.id).toBe(first.id);
    expect(first.id).toBeGreaterThanOrEqual(0x8000);
  });

  it("can be painted by the id they got", async () => {
    const decoded = await decodeLabel(file, colorCodec);
    const labels = createLabelMap(4, 1, decoded.labels.data.slice());
    labels.data[0] = decoded.unknownColors[0].id;
    expect(Array.from(decodePng(await encodeLabel(file, labels, colorCodec)).samples.subarray(0, 3))).toEqual([
      9, 9, 9,
    ]);
  });

  it("in any number open, and stay what they are", async () => {
    const pixels = Array.from({ length: 70_000 }, (_, i): Rgb => [i & 255, (i >> 8) & 255, i >> 16]);
    const many = rgb(pixels);
    const { labels, unknownColors } = await decodeLabel(many, colorCodec);
    expect(unknownColors.length).toBeGreaterThan(60_000);
    const edited = createLabelMap(labels.width, 1, labels.data.slice());
    edited.data[9] = 2;
    const samples = [...pixels.flat()];
    samples.splice(27, 3, ...table[2].color);
    expect(decodePng(await encodeLabel(many, edited, colorCodec)).samples).toEqual(Uint16Array.from(samples));
  });

  it("invert exactly where they are VOC's", async () => {
    const voc = { ...colorCodec, colors: [], vocColors: true };
    expect(Array.from((await decodeLabel(rgb(vocPalette), voc)).labels.data)).toEqual([...Array(256).keys()]);
  });

  it("of 16 bits that are no 8-bit colour are not rounded to a class", async () => {
    const samples = Uint16Array.of(60 * 257, 254 * 257, 257, 60 * 257 + 3, 254 * 257, 257);
    const deep = writePng({ width: 2, height: 1, colorType: 2, bitDepth: 16, samples });
    const decoded = await decodeLabel(deep, colorCodec);
    expect(decoded.labels.data[0]).toBe(1);
    expect(decoded.unknownColors).toHaveLength(1);
  });
});

describe("colours that stand for more than one listed", () => {
  const rgb = (samples: readonly number[], bitDepth = 8) =>
    writePng({
      width: samples.length / 3,
      height: 1,
      colorType: 2,
      bitDepth,
      interlaced: false,
      samples: Uint16Array.from(samples),
    });
  const edit = async (bytes: Uint8Array, ids: readonly number[], codec: LabelCodec) =>
    encodeLabel(bytes, createLabelMap(ids.length, 1, Uint16Array.from(ids)), codec);
  const samplesOf = (png: Uint8Array) => [...decodePng(png).samples];

  it("snap to the one next to them; what is painted gets the listed colour", async () => {
    const codec: LabelCodec = {
      colors: [
        { color: [200, 0, 0], id: 1 },
        { color: [0, 200, 0], id: 2 },
      ],
      vocColors: false,
      indexed: "ids",
      snaps: true,
    };
    const png = rgb([199, 1, 2, 0, 201, 0, 180, 0, 0]);
    const { labels, unknownColors } = await decodeLabel(png, codec);
    expect([...labels.data].slice(0, 2)).toEqual([1, 2]);
    expect(unknownColors).toMatchObject([{ color: [180, 0, 0] }]);
    expect(samplesOf(await edit(png, [1, 1, 1], codec))).toEqual([199, 1, 2, 200, 0, 0, 200, 0, 0]);
  });

  it.each([8, 16])("hold the id in one channel, in %i bits as they stand", async (bitDepth) => {
    const codec: LabelCodec = { colors: [], vocColors: false, indexed: "ids", channel: 0 };
    const png = rgb([3, 7, 0, 3, 7, 0, 3, 8, 0, 5, 1, 0], bitDepth);
    expect([...(await decodeLabel(png, codec)).labels.data]).toEqual([3, 3, 3, 5]);
    expect(samplesOf(await edit(png, [3, 9, 5, 5], codec))).toEqual([3, 7, 0, 9, 0, 0, 5, 1, 0, 5, 1, 0]);
  });
});

describe("ids beyond the file", () => {
  const one = (id: number) => createLabelMap(2, 1, Uint16Array.of(0, id));
  const grey = writePng({ width: 2, height: 1, colorType: 0, bitDepth: 4, samples: Uint16Array.of(0, 1) });
  const indexed = labelFile(3, 2, 2, [0, 1]);

  it("need leave to raise the depth of a grey file", async () => {
    await expect(encodeLabel(grey, one(16), idsCodec)).rejects.toThrow(NeedsRaiseError);
    const raised = decodePng(await encodeLabel(grey, one(300), idsCodec, { raise: true }));
    expect(raised.bitDepth).toBe(16);
    expect(Array.from(raised.samples)).toEqual([0, 300]);
  });

  it("need leave to extend a palette, which then holds the class's colour", async () => {
    await expect(encodeLabel(indexed, one(5), idsCodec)).rejects.toThrow(/palette of 4 colours.*Allow the export/);
    const classes = [{ id: 5, name: "car", color: [1, 2, 3] as Rgb, ignored: false }];
    const raised = decodePng(await encodeLabel(indexed, one(5), idsCodec, { raise: true, classes }));
    expect(raised.bitDepth).toBe(4);
    expect(raised.palette?.slice(0, 4)).toEqual(table.map((code) => code.color));
    expect(raised.palette?.slice(4)).toEqual([vocColor(4), [1, 2, 3]]);
    expect(Array.from(raised.samples)).toEqual([0, 5]);
  });

  it("beyond the depth need leave even where the palette is longer than the depth allows", async () => {
    const samples = Uint16Array.of(1, 2, 3, 1);
    const file = writePng({ width: 4, height: 1, bitDepth: 2, colorType: 3, palette: vocPalette, samples });
    for (const codec of [idsCodec, { colors: [], vocColors: true, indexed: "colors" } as const]) {
      const edited = createLabelMap(4, 1, Uint16Array.of(1, 20, 3, 1));
      await expect(encodeLabel(file, edited, codec)).rejects.toThrow(NeedsRaiseError);
      const raised = await encodeLabel(file, edited, codec, { raise: true });
      expect(Array.from((await decodeLabel(raised, codec)).labels.data)).toEqual([1, 20, 3, 1]);
    }
  });

  it("never fit an indexed file above 255, nor a colour-coded file without a colour", async () => {
    await expect(encodeLabel(indexed, one(256), idsCodec, { raise: true })).rejects.toThrow(/up to 255/);
    await expect(encodeLabel(labelFile(2, 8, 2, [0, 1]), one(9), colorCodec)).rejects.toThrow(/has no colour/);
    const classes = [{ id: 9, name: "copy", color: table[1].color, ignored: false }];
    await expect(encodeLabel(labelFile(2, 8, 2, [0, 0]), one(9), colorCodec, { classes })).rejects.toThrow(
      /same colour/,
    );
  });

  it("find or extend the palette where its colours lead to ids", async () => {
    const file = writePng({
      width: 2,
      height: 1,
      colorType: 3,
      bitDepth: 8,
      palette: [table[2].color],
      samples: new Uint16Array(2),
    });
    await expect(encodeLabel(file, createLabelMap(2, 1, Uint16Array.of(2, 3)), colorCodec)).rejects.toThrow(
      NeedsRaiseError,
    );
    const raised = await encodeLabel(file, createLabelMap(2, 1, Uint16Array.of(2, 3)), colorCodec, { raise: true });
    expect(Array.from(decodePng(raised).samples)).toEqual([0, 1]);
    expect(Array.from((await decodeLabel(raised, colorCodec)).labels.data)).toEqual([2, 3]);
  });

  it("and labels of another size are refused", async () => {
    await expect(encodeLabel(grey, createLabelMap(1, 2), idsCodec)).rejects.toThrow(
      /2 x 1 px but the edited label 1 x 2/,
    );
  });
});
