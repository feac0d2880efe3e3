import { describe, expect, it } from "vitest";
import { createRandom } from "../core/random";
import { writePng } from "../formats/png/write";
import { loadLabel } from "./loadLabel";
import { openDataset } from "./openDataset";
import { memoryFile } from "./sources/blobFile";

const [width, height] = [8, 8];
const rgbPng = (colors: readonly number[]) =>
  writePng({
    width,
    height,
    bitDepth: 8,
    colorType: 2,
    samples: Uint16Array.from({ length: width * height * 3 }, (_, i) => {
      const key = colors[Math.floor(i / 3 / 16) % colors.length];
      return (key >> (16 - 8 * (i % 3))) & 255;
    }),
  });

describe("ids of colours that no list names", () => {
  const random = createRandom(3);
  const color = () => random.int(2 ** 24);
  const files = Array.from({ length: 60 }, (_, k) => [
    memoryFile(`images/${k}.png`, rgbPng([color(), color(), color(), color()])),
    memoryFile(`masks/${k}.png`, rgbPng([0xff0000, 0x00ff00, color(), color()])),
  ]).flat();
  const list = memoryFile("class_dict.csv", new TextEncoder().encode("name,r,g,b\nroad,255,0,0\nsky,0,255,0"));

  it("are the same in whatever order files are opened", async () => {
    const idsIn = async (order: typeof files) => {
      const dataset = await openDataset({ name: "set", files: [...order, list], problems: [] });
      const labels = await Promise.all(dataset.items.map((item) => loadLabel(dataset, item)));
      return new Map(
        dataset.items.map(({ key }, i) => [key, labels[i].classes.map(({ id, name }) => `${id} ${name}`).join("; ")]),
      );
    };
    const first = await idsIn(files);
    expect(first.size).toBe(60);
    for (let round = 0; round < 3; round += 1) {
      const other = await idsIn(random.shuffle([...files]));
      expect([...other].sort()).toEqual([...first].sort());
    }
  });
});

describe("the order of images", () => {
  it("is that of their names as people count, whatever a list beside them says", async () => {
    const numbers = [2, 10, 1, 9];
    const files = numbers.flatMap((k) => [
      memoryFile(`images/${k}.png`, rgbPng([k, k, k, k])),
      memoryFile(`masks/${k}.png`, rgbPng([0xff0000, 0x00ff00])),
    ]);
    const listed = JSON.stringify({
      images: numbers.map((k) => ({ label: `masks/${k}.png`, image: `images/${k}.png` })),
    });
    const list = memoryFile("changes.json", new TextEncoder().encode(listed));
    for (const given of [files, [...files, list]]) {
      const dataset = await openDataset({ name: "set", files: given, problems: [] });
      expect(dataset.items.map(({ name }) => name)).toEqual(["1", "2", "9", "10"]);
    }
  });
});
