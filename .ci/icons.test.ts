import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { decodePng } from "../src/formats/png/index.ts";
import { iconFolder, icons } from "./icons.ts";

const drawn = icons();

it("the committed icons are what npm run icons draws", () => {
  for (const [name, bytes] of drawn) {
    expect(Buffer.compare(readFileSync(join(iconFolder, name)), bytes), name).toBe(0);
  }
});

it("show a white mark on teal, round at the corners but where systems cut out their own shape", () => {
  const at = (name: string, x: number, y: number) => {
    const { width, samples } = decodePng(drawn.get(name) ?? new Uint8Array());
    const from = 4 * (Math.floor(y * width) * width + Math.floor(x * width));
    return [...samples.subarray(from, from + 4)];
  };
  const [white, teal] = [
    [255, 255, 255, 255],
    [0x0c, 0x85, 0x99, 255],
  ];
  for (const name of ["icon-192.png", "icon-512.png"]) {
    expect([at(name, 7 / 32, 0.5), at(name, 0.5, 0.2), at(name, 0, 0)[3]]).toEqual([white, teal, 0]);
  }
  expect([at("maskable-512.png", 0.5 - 9 / 40, 0.5), at("maskable-512.png", 0, 0)]).toEqual([white, teal]);
});
