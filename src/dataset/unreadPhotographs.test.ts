import { describe, expect, it } from "vitest";
import { greyPng, jpegHeader, memorySource } from "./fixtures/files";
import { openDataset } from "./openDataset";

const mask = (seed: number) => greyPng(6, 4, (p) => (p + seed) % 2);
const types = ["heic", "HEIF", "dng", "cr2", "jp2", "jxl", "dcm", "nii.gz", "npy", "img", "ppm", "svs", "arw", "qqq"];

describe("photographs of types that are not read", () => {
  it.each(types)("%s: the labels open, and it is said why they have no image", async (type) => {
    const files: Record<string, Uint8Array | string> = {};
    for (let i = 0; i < 4; i += 1) {
      files[`images/${i}_image.${type}`] = "no picture";
      files[`masks/${i}_mask.png`] = mask(i);
    }
    const { items, problems } = await openDataset(memorySource(files));
    expect(items).toHaveLength(4);
    expect(problems).toEqual([
      {
        path: `images/0_image.${type}`,
        reason: expect.stringContaining(`4 .${type.toLowerCase().replace(".gz", "")} files cannot be read`),
        remedy: expect.stringContaining("Convert"),
        severity: "error",
      },
    ]);
  });

  it.each(types)("%s among readable ones: the labels left over are not said to lack an image", async (type) => {
    const files: Record<string, Uint8Array | string> = {};
    for (let i = 0; i < 6; i += 1) {
      files[`images/${i}.${i % 2 ? type : "jpg"}`] = i % 2 ? "no picture" : jpegHeader(6, 4);
      files[`masks/${i}.png`] = mask(i);
    }
    const { items, problems } = await openDataset(memorySource(files));
    expect(items).toHaveLength(3);
    expect(problems.map(({ reason }) => reason)).toEqual([expect.stringContaining("3 .")]);
  });

  it("beside readable photographs of the same names nothing is said, nor of texts", async () => {
    const files: Record<string, Uint8Array | string> = { "masks/only.png": mask(2), "masks/only.json": "[]" };
    for (const name of ["a", "b"]) {
      files[`images/${name}.jpg`] = jpegHeader(6, 4);
      files[`images/${name}.heic`] = "no picture";
      files[`masks/${name}.png`] = mask(1);
    }
    const { problems } = await openDataset(memorySource(files));
    expect(problems.map(({ reason }) => reason)).toEqual(["There is no image for this label."]);
  });
});
