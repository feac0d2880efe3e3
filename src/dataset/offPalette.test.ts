import { describe, expect, it } from "vitest";
import type { Rgb } from "../core/classTable";
import { createLabelMap } from "../core/labelMap";
import { encodeLabel } from "../formats/labelEncode";
import { decodePng } from "../formats/png";
import { writePng } from "../formats/png/write";
import { withClasses } from "./editClasses";
import { greyPng, jpegHeader, memorySource, rgbPng } from "./fixtures/files";
import { loadLabel } from "./loadLabel";
import { openDataset } from "./openDataset";

const [width, height] = [40, 20];
/** Two halves with a seam of blends, no two alike in a row. */
const half =
  <T>(left: T, right: T, blend: (y: number) => T) =>
  (pixel: number): T => {
    const [x, y] = [pixel % width, Math.floor(pixel / width)];
    return x === 20 ? blend(y) : x < 20 ? left : right;
  };
const photo = jpegHeader(width, height);
const colors = half<readonly number[]>([200, 0, 0], [0, 0, 200], (y) => [200 - 9 * y, 0, 9 * y]);
const greys = half(0, 255, (y) => 30 + 9 * y);

describe("smeared labels", () => {
  it.each([
    ["RGB", rgbPng(width, height, colors), { "label_colors.txt": "200 0 0 cat\n0 0 200 dog" }, 2],
    ["RGB without a list", rgbPng(width, height, colors), {}, 2],
    ["grey", greyPng(width, height, greys), { "classes.txt": "background\nitem" }, 2],
    ["grey without a list", greyPng(width, height, greys), {}, 2],
  ])("%s: one ignored class, exported unchanged", async (_, label, lists, classes) => {
    const dataset = await openDataset(memorySource({ "images/a.jpg": photo, "masks/a.png": label, ...lists }));
    expect(dataset.classes).toHaveLength(classes + 1);
    const off = dataset.classes.find(({ name }) => name === "off-palette");
    expect(off?.ignored).toBe(true);
    expect(dataset.problems.map(({ reason }) => reason).join()).toMatch(/Smeared: \d+ px off the palette/);
    const { labels, unknown } = await loadLabel(dataset, dataset.items[0]);
    expect(unknown).toEqual([]);
    const isOff = (pixel: number) => labels.data[pixel] === off?.id;
    expect(labels.data.filter((id) => id === off?.id).length).toBeGreaterThanOrEqual(19);

    const edited = createLabelMap(width, height, labels.data.slice());
    edited.data[25] = labels.data[0];
    edited.data[20] = labels.data[0];
    const [before, after] = [decodePng(label), decodePng(await encodeLabel(label, edited, dataset.codec))];
    const channels = before.samples.length / labels.data.length;
    const differing = [...labels.data.keys()].filter((p) =>
      [0, channels - 1].some((c) => before.samples[p * channels + c] !== after.samples[p * channels + c]),
    );
    expect(differing).toEqual([20, 25].filter((p) => p === 25 || isOff(p)));
    expect(after.samples[25 * channels]).toBe(before.samples[0]);

    edited.data[0] = off?.id ?? 0;
    await expect(encodeLabel(label, edited, dataset.codec)).rejects.toThrow(/off the palette/);
  });

  it("open as values of their own when asked to", async () => {
    const source = memorySource({ "images/a.jpg": photo, "masks/a.png": greyPng(width, height, greys) });
    const dataset = await openDataset(source, { choices: new Map([["offPalette", "classes"]]) });
    expect(dataset.codec.offPalette).toBeUndefined();
    expect(dataset.classes.length).toBeGreaterThan(20);
  });

  it("can be given new classes", async () => {
    const source = memorySource({ "images/a.jpg": photo, "masks/a.png": greyPng(width, height, greys) });
    const dataset = await openDataset(source);
    const added = withClasses(dataset, [...dataset.classes, { id: 7, name: "new", color: [1, 2, 3], ignored: false }]);
    expect(added.codec.offPalette?.ids).toContain(7);
  });
});

describe("palettes that lead to ids by their colours", () => {
  const codec = {
    colors: [1, 2, 3].map((id) => ({ id, color: [id, id, 9] as Rgb })),
    vocColors: false,
    indexed: "colors",
  } as const;
  const palette = Array.from({ length: 256 }, (_, i): Rgb => (i < 2 ? [i + 1, i + 1, 9] : [200, 200, i]));
  const samples = Uint16Array.of(0, 1, 1, 0);
  const file = writePng({ width: 4, height: 1, bitDepth: 8, colorType: 3, palette, samples });

  it("take a slot that no pixel uses for a colour that they lack", async () => {
    const edited = decodePng(await encodeLabel(file, createLabelMap(4, 1, Uint16Array.of(1, 2, 3, 1)), codec));
    expect(Array.from(edited.samples)).toEqual([0, 1, 2, 0]);
    expect(edited.palette?.[2]).toEqual([3, 3, 9]);
    expect(edited.palette?.filter((_, i) => i !== 2)).toEqual(palette.filter((_, i) => i !== 2));
  });
});

describe("continuous values", () => {
  const side = 60;
  const center = (pixel: number) => Math.hypot((pixel % side) - 30, Math.floor(pixel / side) - 30);
  const cone = (pixel: number) => Math.min(255, Math.round(4 * center(pixel)));
  const noise = (pixel: number) => 1 + ((pixel * 7919) % 251);
  const open = (label: Uint8Array, choice?: string) =>
    openDataset(memorySource({ "images/a.jpg": jpegHeader(side, side), "masks/a.png": label }), {
      choices: new Map(choice === undefined ? [] : [["offPalette", choice] as const]),
    });

  it.each([
    ["a distance", greyPng(side, side, cone)],
    ["noise, without 0 and 255", greyPng(side, side, noise)],
    ["the same as R = G = B", rgbPng(side, side, (pixel) => [cone(pixel), cone(pixel), cone(pixel)])],
  ])("%s: asked whether that is a label", async (_, label) => {
    const { questions, classes } = await open(label);
    const question = questions.find(({ id }) => id === "offPalette");
    expect(question).toMatchObject({ certainty: "open", chosen: "classes" });
    expect(question?.options[0].why).toContain("hardly a label");
    expect(classes.length).toBeGreaterThan(100);
    const group = await open(label, "group");
    expect(group.classes.filter(({ ignored }) => !ignored).length).toBeLessThan(3);
    const { labels } = await loadLabel(group, group.items[0]);
    expect(labels.data).toHaveLength(side * side);
  });

  it("200 small objects or classes with areas are none", async () => {
    const cells = greyPng(side, side, (p) => 1 + Math.floor((p % side) / 4) + 15 * Math.floor(p / side / 5));
    expect((await open(cells)).questions.some(({ id }) => id === "offPalette")).toBe(false);
  });
});
