import { describe, expect, it } from "vitest";
import type { Rgb } from "../core/classTable";
import { createRandom } from "../core/random";
import { writePng } from "../formats/png/write";
import { readRasterHeader } from "../formats/raster";
import { greyPng, jpegHeader, memorySource, rgbPng } from "./fixtures/files";
import { loadLabel } from "./loadLabel";
import { openDataset } from "./openDataset";

const [width, height] = [6, 4];
const black: Rgb = [0, 0, 0];
const red: Rgb = [200, 0, 0];
const green: Rgb = [0, 200, 0];
const usual = [black, red, green];
const swapped = [black, green, red];

function indexed(palette: readonly Rgb[], at: (pixel: number) => number): Uint8Array {
  const samples = Uint16Array.from({ length: width * height }, (_, pixel) => at(pixel));
  return writePng({ width, height, bitDepth: 8, colorType: 3, samples, palette });
}

/** A data set of `count` pairs, of which those in `odd` are made by `other`. */
function pairs(count: number, odd: ReadonlySet<number>, other: (i: number) => Uint8Array, rest: Uint8Array) {
  const files: Record<string, Uint8Array | string> = {};
  for (let i = 0; i < count; i += 1) {
    files[`images/${String(i).padStart(4, "0")}.jpg`] = jpegHeader(width, height);
    files[`masks/${String(i).padStart(4, "0")}.png`] = odd.has(i) ? other(i) : rest;
  }
  return files;
}

const thirds = (pixel: number) => pixel % 3;
/** Red and green as before, whatever their index. */
const swappedThirds = (pixel: number) => [0, 2, 1][pixel % 3];

describe("labels that differ in what their headers show", () => {
  const random = createRandom(7);
  const cases = Array.from({ length: 6 }, () => {
    const count = 60 + random.int(140);
    const odd = new Set(Array.from({ length: 1 + random.int(12) }, () => random.int(count)));
    return { count, odd };
  });

  it.each(cases)("a palette in another order in few of $count files is found and read by colour", async (one) => {
    // Among the odd ones some are empty, in whose pixels the order does not show.
    const other = (i: number) => indexed(swapped, i % 3 === 0 && one.odd.size > 3 ? () => 0 : swappedThirds);
    const files = pairs(one.count, one.odd, other, indexed(usual, thirds));
    for (const list of [
      { "classes.csv": "name,r,g,b\nsoil,0,0,0\ncrop,200,0,0\nweed,0,200,0" },
      { "classes.txt": "soil\ncrop\nweed" },
      {},
    ]) {
      const dataset = await openDataset(memorySource({ ...files, ...list }));
      const [first] = dataset.items.filter((_, i) => !one.odd.has(i));
      const ids = [...(await loadLabel(dataset, first)).labels.data];
      for (const i of one.odd) {
        const { labels, classes } = await loadLabel(dataset, dataset.items[i]);
        if (i % 3 === 0 && one.odd.size > 3) continue;
        expect([...labels.data]).toEqual(ids);
        if (Object.keys(list).length > 0)
          expect(ids.slice(0, 3).map((id) => classes.find((info) => info.id === id)?.name)).toEqual([
            "soil",
            "crop",
            "weed",
          ]);
      }
    }
  });

  it("names without colours leave it open whether the index counts", async () => {
    const files = pairs(100, new Set([31]), () => indexed(swapped, swappedThirds), indexed(usual, thirds));
    const source = memorySource({ ...files, "classes.txt": "soil\ncrop\nweed" });
    const { questions, codec } = await openDataset(source);
    expect(questions.find(({ id }) => id === "coding")).toMatchObject({ chosen: "colors", certainty: "open" });
    expect(codec.indexed).toBe("colors");
    const byIndex = await openDataset(source, { choices: new Map([["coding", "ids"]]) });
    expect(byIndex.codec.indexed).toBe("ids");
  });

  it("palettes that differ in unused places or in their colours alone change nothing", async () => {
    const longer = pairs(100, new Set([31]), () => indexed([...usual, red, red], thirds), indexed(usual, thirds));
    const names = { "classes.txt": "background\ncrop\nweed" };
    const dataset = await openDataset(memorySource({ ...longer, ...names }));
    expect([dataset.codec.indexed, dataset.questions.filter(({ certainty }) => certainty !== "clear")]).toEqual([
      "ids",
      [],
    ]);
    const recoloured = pairs(
      100,
      new Set([31]),
      () => indexed([black, [1, 2, 3], green], thirds),
      indexed(usual, thirds),
    );
    expect((await openDataset(memorySource({ ...recoloured, ...names }))).codec.indexed).toBe("ids");
  });

  it("one RGB file among grey ones is looked at", async () => {
    const colored = () => rgbPng(width, height, (pixel) => usual[pixel % 3]);
    const files = pairs(150, new Set([61]), colored, greyPng(width, height, thirds));
    const { problems } = await openDataset(memorySource(files));
    expect(problems).toMatchObject([{ reason: expect.stringContaining("Some labels hold ids, others colours") }]);
  });

  it("what is too much to look at is said", async () => {
    const own = (i: number) => indexed([black, [i % 200, 9, 9], [9, i % 200, 9]], i % 2 ? thirds : () => 0);
    const files = pairs(300, new Set(Array.from({ length: 300 }, (_, i) => i)), own, greyPng(width, height));
    const { problems } = await openDataset(memorySource(files));
    expect(problems.map(({ reason }) => reason).join()).toContain("palettes or colour types of their own");
  });
});

describe("a palette's key", () => {
  it("is read from the head alone, also behind a colour profile; a head that ends before it asks for more", () => {
    const file = indexed(usual, thirds);
    const key = String.fromCharCode(...usual.flat());
    expect(readRasterHeader(file.subarray(0, 80))?.paletteKey).toBe(key);
    expect(readRasterHeader(file.subarray(0, 45))).toBeNull();
    expect(readRasterHeader(greyPng(2, 2))?.paletteKey).toBeUndefined();
  });
});
