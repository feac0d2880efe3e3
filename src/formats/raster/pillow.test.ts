import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { Rgb } from "../../core/classTable";
import { createRandom } from "../../core/random";
import { blankBmp, blankGif, blankTiff, randomRaster } from "./fixtures/files";
import { channelsOf, decodeRaster, encodeRaster, type Raster } from "./index";
import { encodePng } from "./png";
import { encodeWebp } from "./webp";

const [width, height] = [37, 23];
/** As in training/tests/test_raster_files.py, which wrote the files and checks them with Pillow. */
const value = (count: number) =>
  Array.from({ length: width * height }, (_, pixel) => (7 * (pixel % width) + 13 * Math.floor(pixel / width)) % count);
const color = (i: number) => [i, 255 - i, (i * 7) & 255, 255 - (i % 3)];
const palette = (count: number) => Array.from({ length: count }, (_, i) => color(i).slice(0, 3));
const read = (name: string) => decodeRaster(readFileSync(join(import.meta.dirname, "fixtures/pillow", name)));

describe("files written by Pillow", () => {
  it.each([
    ["grey.bmp", 256, 8],
    ["grey.tif", 256, 8],
    ["lzw.tif", 256, 8],
    ["packbits.tif", 256, 8],
    ["one.tif", 2, 1],
    ["deep.tif", 4000, 16],
    ["int32.tif", 4000, 16],
    ["float.tif", 4000, 16],
  ])("%s holds its ids", async (name, count, bitDepth) => {
    const raster = await read(name);
    expect(raster).toMatchObject({ width, height, color: "grey", bitDepth, palette: null, lossless: true, notes: [] });
    expect([...raster.samples]).toEqual(value(count));
  });

  it.each([
    ["indexed.bmp", 40],
    ["interlaced.gif", 40],
    ["indexed.tif", 40],
    ["one.bmp", 2],
  ])("%s holds its indices and palette", async (name, count) => {
    const raster = await read(name);
    expect(raster.color).toBe("indexed");
    expect([...raster.samples]).toEqual(value(count));
    const colors = count === 2 ? [[0, 0, 0], [255, 255, 255]] : palette(count); // biome-ignore format: a table
    expect(raster.palette?.slice(0, count)).toEqual(colors);
  });

  it.each([
    ["rgb.bmp", 3],
    ["rgba.bmp", 4],
    ["rgb.tif", 3],
    ["rgba.tif", 4],
    ["tiled.tif", 3],
    ["rgb.webp", 3],
    ["rgba.webp", 4],
  ])("%s holds its colours", async (name, channels) => {
    const raster = await read(name);
    expect(channelsOf(raster.color)).toBe(channels);
    expect([...raster.samples]).toEqual(value(200).flatMap((i) => color(i).slice(0, channels)));
  });

  it("say that they hold more than is read", async () => {
    const frames = await read("frames.gif");
    expect([...frames.samples]).toEqual(value(200));
    expect(frames.notes).toEqual(["It has 2 frames; the first one is read."]);
    const pages = await read("pages.tif");
    expect([...pages.samples]).toEqual(value(256));
    expect(pages.notes).toEqual(["It has 2 pages; the first one is read."]);
  });

  it("that lose values say so", async () => {
    expect(await read("lossy.webp")).toMatchObject({ type: "webp", color: "rgb", lossless: false });
    const jpeg = await read("grey.jpg");
    expect(jpeg).toMatchObject({ type: "jpeg", color: "grey", lossless: false });
    const off = value(256).map((id, i) => Math.abs(id - jpeg.samples[i]));
    expect(off.reduce((sum, one) => sum + one, 0) / off.length).toBeLessThan(8);
  });
});

const hasPillow = spawnSync("python3", ["-c", "import PIL, numpy"]).status === 0;
const readByPillow = `
import json, sys
import numpy as np
from PIL import Image
for path in sys.argv[1:]:
    print(json.dumps(np.asarray(Image.open(path)).astype(int).ravel().tolist()))
`;

describe.runIf(hasPillow)("files written here", () => {
  it("are read by Pillow as what they hold", async () => {
    const random = createRandom(7);
    const size = { width, height };
    const colors = palette(16) as unknown as Rgb[];
    const files: [string, Raster, (raster: Raster) => Uint8Array | Promise<Uint8Array>][] = [];
    const add = (name: string, raster: Raster, write: (raster: Raster) => Uint8Array | Promise<Uint8Array>) =>
      files.push([name, raster, write]);
    const plain = (type: Raster["type"], bitDepth: number, color: Raster["color"]) =>
      randomRaster({ ...size, type, bitDepth, color }, random.next);
    const withPalette = (type: Raster["type"], bitDepth: number) =>
      randomRaster({ ...size, type, bitDepth, color: "indexed", palette: colors }, random.next);
    const into = (original: Uint8Array) => (raster: Raster) => encodeRaster(original, raster);
    add("grey.bmp", plain("bmp", 8, "grey"), into(blankBmp({ ...size, bits: 8 })));
    add("rgb.bmp", plain("bmp", 8, "rgb"), into(blankBmp({ ...size, bits: 24, topDown: true })));
    add("four.bmp", withPalette("bmp", 4), into(blankBmp({ ...size, bits: 4, palette: colors })));
    add("a.gif", withPalette("gif", 8), into(blankGif({ ...size, palette: colors })));
    add("b.gif", withPalette("gif", 8), into(blankGif({ ...size, palette: colors, interlaced: true, ownTable: true })));
    for (const bits of [8, 16, 32]) {
      for (const compression of [1, 5, 8, 32773] as const) {
        const name = `${bits}-${compression}.tif`;
        add(name, plain("tiff", Math.min(bits, 16), "grey"), into(blankTiff({ ...size, bits, compression })));
      }
    }
    add("white.tif", plain("tiff", 8, "grey"), into(blankTiff({ ...size, bits: 8, minIsWhite: true })));
    add("float.tif", plain("tiff", 16, "grey"), into(blankTiff({ ...size, bits: 32, sampleFormat: 3 })));
    add("rgb.tif", plain("tiff", 8, "rgb"), into(blankTiff({ ...size, bits: 8, color: "rgb", littleEndian: false })));
    add(
      "palette.tif",
      withPalette("tiff", 8),
      into(blankTiff({ ...size, bits: 8, color: "indexed", palette: colors })),
    );
    add("a.webp", plain("webp", 8, "rgb"), encodeWebp);
    add("b.webp", plain("webp", 8, "rgba"), encodeWebp);
    add("16.png", plain("png", 16, "grey"), encodePng);
    const folder = mkdtempSync(join(tmpdir(), "rasters-"));
    try {
      const paths = [];
      for (const [name, raster, write] of files) {
        paths.push(join(folder, name));
        writeFileSync(join(folder, name), await write(raster));
      }
      const lines = execFileSync("python3", ["-c", readByPillow, ...paths], { encoding: "utf8" })
        .trim()
        .split("\n");
      lines.forEach((line, i) => {
        expect(JSON.parse(line), files[i][0]).toEqual([...files[i][1].samples]);
      });
      expect(lines).toHaveLength(files.length);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
