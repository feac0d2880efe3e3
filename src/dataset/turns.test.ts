import { describe, expect, it } from "vitest";
import { greyPng, jpegHeader, memorySource } from "./fixtures/files";
import { openDataset } from "./openDataset";
import { turnsOf, withTurns } from "./turns";
import type { Turn } from "./types";

const open = (width: number, height: number) =>
  openDataset(memorySource({ "images/a.jpg": jpegHeader(6, 4), "masks/a.png": greyPng(width, height, (p) => p % 3) }));

describe("a photograph", () => {
  it("can be turned by what keeps its label's size", async () => {
    expect(turnsOf((await open(6, 4)).items[0])).toEqual([0, 180]);
    const square = { ...(await open(6, 4)).items[0], width: 6, height: 6 };
    expect(turnsOf(square)).toEqual([0, 90, 180, 270]);
    expect(turnsOf({ ...square, turn: 270 })).toEqual([270, 0, 90, 180]);
  });

  it("that fits only by a quarter is shown so, which is said", async () => {
    const { items, problems } = await open(4, 6);
    expect(turnsOf(items[0])).toEqual([90, 270]);
    expect(problems).toEqual([
      expect.objectContaining({ path: "images/a.jpg", reason: expect.stringMatching(/turned clockwise/) }),
    ]);
  });

  it("is turned as kept, unless that does not fit its label any more", async () => {
    const dataset = await open(6, 4);
    const turnOf = (turn: Turn) => withTurns(dataset, new Map([["masks/a.png", turn]])).items[0].turn;
    expect([0, 90, 180, 270].map((turn) => turnOf(turn as Turn))).toEqual([0, 0, 180, 0]);
    expect(withTurns(dataset, new Map([["masks/gone.png", 180]])).items).toEqual(dataset.items);
  });
});
