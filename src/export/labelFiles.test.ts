import { encode as encodeJpeg } from "jpeg-js";
import { describe, expect, it } from "vitest";
import type { Rgb } from "../core/classTable";
import { createLabelMap } from "../core/labelMap";
import { createRandom } from "../core/random";
import { jpegHeader, memorySource } from "../dataset/fixtures/files";
import { loadLabel } from "../dataset/loadLabel";
import { openDataset } from "../dataset/openDataset";
import { decodeRaster, encodeRaster, type Raster } from "../formats/raster";
import { blankBmp, blankGif, blankTiff, randomRaster } from "../formats/raster/fixtures/files";
import { encodeWebp } from "../formats/raster/webp";
import { exportLabel, labelFiles } from "./labelFiles";

const size = { width: 24, height: 16 };
const photo = jpegHeader(24, 16);
const palette: Rgb[] = [[0, 0, 0], [200, 0, 0], [0, 200, 0], [0, 0, 200]]; // biome-ignore format: a table
const random = createRandom(3);
const raster = (type: Raster["type"], color: Raster["color"], colors?: readonly Rgb[]) =>
  randomRaster(
    { ...size, type, bitDepth: 8, color, ...(colors ? { palette: colors } : {}) },
    () => random.next() / (colors ? 1 : 64),
  );
const colored = (type: Raster["type"]): Raster => {
  const ids = Array.from({ length: 24 * 16 }, () => random.int(4));
  return { ...raster(type, "rgb"), samples: Uint16Array.from(ids.flatMap((id) => palette[id])) };
};
const halves = new Uint8Array(24 * 16 * 4).fill(255, 24 * 8 * 4);
const jpeg = Uint8Array.from(encodeJpeg({ ...size, data: halves }, 95).data);

describe("an edited label", () => {
  it.each([
    ["bmp", async () => encodeRaster(blankBmp({ ...size, bits: 8 }), raster("bmp", "grey"))],
    ["gif", async () => encodeRaster(blankGif({ ...size, palette }), raster("gif", "indexed", palette))],
    ["tif", async () => encodeRaster(blankTiff({ ...size, bits: 8, compression: 8 }), raster("tiff", "grey"))],
    ["tiff", async () => encodeRaster(blankTiff({ ...size, bits: 16 }), raster("tiff", "grey"))],
    ["webp", () => encodeWebp(colored("webp"))],
  ])(
    "stays a .%s: only the edited pixel's samples differ, and unedited it is copied byte for byte",
    async (ext, make) => {
      const file = await make();
      const path = `masks/a.${ext}`;
      const dataset = await openDataset(memorySource({ "images/a.jpg": photo, [path]: file }));
      const [item] = dataset.items;
      const { labels } = await loadLabel(dataset, item);
      expect(await exportLabel(dataset, item, labels)).toEqual({ path, bytes: file, stale: null });
      for await (const one of labelFiles(dataset, () => null, { which: "all" })) expect(one.bytes).toEqual(file);

      const data = labels.data.slice();
      data[77] = data.find((id) => id !== data[77]) ?? 0;
      const { bytes, stale } = await exportLabel(dataset, item, createLabelMap(24, 16, data));
      expect(stale).toBeNull();
      const [before, after] = [await decodeRaster(file), await decodeRaster(bytes)];
      expect({ ...after, samples: null }).toEqual({ ...before, samples: null });
      const channels = before.samples.length / data.length;
      const differing = [...after.samples.keys()].filter((i) => after.samples[i] !== before.samples[i]);
      expect(new Set(differing.map((i) => Math.floor(i / channels)))).toEqual(new Set([77]));
      const again = await openDataset(memorySource({ "images/a.jpg": photo, [path]: bytes }));
      expect((await loadLabel(again, again.items[0])).labels.data).toEqual(data);
    },
  );

  it("of a JPEG becomes a PNG beside it, never over another file of the set", async () => {
    const dataset = await openDataset(memorySource({ "images/a.jpg": photo, "masks/a.jpg": jpeg }));
    const [item] = dataset.items;
    const { labels } = await loadLabel(dataset, item);
    const edited = createLabelMap(24, 16, labels.data.slice());
    edited.data[5] = edited.data[24 * 15];
    const file = await exportLabel(dataset, item, edited);
    expect(file).toMatchObject({ path: "masks/a.png", stale: "masks/a.jpg" });
    expect(await decodeRaster(file.bytes)).toMatchObject({ type: "png", ...size });
    const beside = { ...dataset, items: [{ ...item, imagePath: "masks/a.png" }] };
    expect(await exportLabel(beside, item, edited)).toMatchObject({ path: "masks/a_label.png", stale: "masks/a.jpg" });
  });
});
