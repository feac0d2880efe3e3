import "../../.ci/vite/fetchFiles.ts";
import type { Rgb } from "../../src/core/classTable.ts";
import { blankBmp, blankGif, blankTiff } from "../../src/formats/raster/fixtures/files.ts";
import { decodeRaster, encodeRaster, type Raster } from "../../src/formats/raster/index.ts";
import { encodeWebp } from "../../src/formats/raster/webp.ts";
import type { Payload } from "../fixtures/editor.ts";
import { expect, test, tinyModel } from "../fixtures/test.ts";

const size = { width: 96, height: 64 };
const pixels = size.width * size.height;
const palette: readonly Rgb[] = [[0, 0, 0], [200, 40, 40], [40, 200, 40], [40, 40, 200]]; // biome-ignore format: a table
/** Left half 1, right half 2. */
const ids = Uint16Array.from({ length: pixels }, (_, i) => (i % size.width < 48 ? 1 : 2));
const raster = (type: Raster["type"], color: Raster["color"]): Raster => ({
  ...size,
  type,
  color,
  bitDepth: 8,
  lossless: true,
  notes: [],
  palette: color === "indexed" ? palette : null,
  samples: color === "rgb" ? Uint16Array.from([...ids].flatMap((id) => palette[id])) : ids,
});

/** 16 bits, of which 12 are used: browsers show no TIFF at all. */
async function photograph(): Promise<Uint8Array> {
  const samples = Uint16Array.from({ length: pixels }, (_, i) => (i % size.width) * 40);
  return encodeRaster(blankTiff({ ...size, bits: 16 }), { ...raster("tiff", "grey"), bitDepth: 16, samples });
}

const labels: readonly (readonly [extension: string, make: () => Promise<Uint8Array>])[] = [
  ["bmp", () => encodeRaster(blankBmp({ ...size, bits: 8, palette }), raster("bmp", "indexed"))],
  ["tif", () => encodeRaster(blankTiff({ ...size, bits: 8, compression: 8 }), raster("tiff", "grey"))],
  ["gif", () => encodeRaster(blankGif({ ...size, palette }), raster("gif", "indexed"))],
  ["webp", () => encodeWebp(raster("webp", "rgb"))],
];

const file = (name: string, bytes: Uint8Array): Payload => ({ name, mimeType: "", buffer: Buffer.from(bytes) });

for (const [extension, make] of labels) {
  test(`a label in a .${extension} of a TIFF photograph is edited by one pixel and stays a .${extension}`, async ({
    editor,
  }) => {
    const before = await make();
    await editor.start(`?backend=wasm&model=${tinyModel}`);
    await editor.openFiles([file("a_image.tif", await photograph()), file(`a_label.${extension}`, before)]);
    await editor.imageOpen("a");
    await editor.page.getByRole("switch", { name: "Live" }).uncheck();
    // The right half's class.
    await editor.choose("Pick class");
    await editor.click({ x: 80, y: 10 });
    await editor.choose("Class brush");
    await editor.setSlider("Brush size", 1);
    await editor.click({ x: 20, y: 30 });
    await expect(editor.mirror("changed")).toHaveAttribute("data-pixels", "1");
    const { name, bytes } = await editor.export("This label as a file");
    expect(name).toBe(`a_label.${extension}`);
    const [old, now] = [await decodeRaster(before), await decodeRaster(bytes)];
    expect({ ...now, samples: null }).toEqual({ ...old, samples: null });
    const channels = old.samples.length / pixels;
    const differing = [...old.samples.keys()].filter((i) => old.samples[i] !== now.samples[i]);
    expect([...new Set(differing.map((i) => Math.floor(i / channels)))]).toEqual([30 * size.width + 20]);
    const right = 10 * size.width + 80;
    const at = 30 * size.width + 20;
    expect(now.samples.slice(at * channels, (at + 1) * channels)).toEqual(
      old.samples.slice(right * channels, (right + 1) * channels),
    );
  });
}
