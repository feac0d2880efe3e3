import { describe, expect, it } from "vitest";
import type { ClassTable } from "./classTable";
import {
  displayColors,
  displayPalette,
  parseHex,
  readableTextColor,
  rgbKey,
  rgbToHex,
  vocColor,
  vocIdOf,
  vocPalette,
} from "./palette";

describe("VOC palette", () => {
  it("gives the published colours", () => {
    expect(vocColor(0)).toEqual([0, 0, 0]);
    expect(vocColor(1)).toEqual([128, 0, 0]);
    expect(vocColor(2)).toEqual([0, 128, 0]);
    expect(vocColor(8)).toEqual([64, 0, 0]);
    expect(vocColor(15)).toEqual([192, 128, 128]);
    expect(vocColor(20)).toEqual([0, 64, 128]);
    expect(vocColor(255)).toEqual([224, 224, 192]);
  });

  it("has 256 different colours that lead back to their ids", () => {
    expect(new Set(vocPalette().map(rgbKey)).size).toBe(256);
    vocPalette().forEach((rgb, id) => {
      expect(vocIdOf(rgb)).toBe(id);
    });
    expect(vocIdOf([1, 2, 3])).toBe(-1);
  });
});

describe("colour helpers", () => {
  it("writes and reads hex", () => {
    expect(rgbToHex([0, 10, 255])).toBe("#000aff");
    expect(parseHex("#000AFF")).toEqual([0, 10, 255]);
    expect(parseHex("red")).toBeNull();
  });

  it("chooses readable text", () => {
    expect(readableTextColor([255, 255, 0])).toBe("#000000");
    expect(readableTextColor([0, 0, 128])).toBe("#ffffff");
  });
});

describe("display palette", () => {
  it("gives as many different colours as asked, 150 classes too", () => {
    for (const n of [0, 1, 7, 20, 150]) {
      expect(new Set(displayPalette(n).map(rgbKey)).size).toBe(n);
    }
  });

  it("shows ignored ids grey and spends no colour on them", () => {
    const table: ClassTable = [
      { id: 0, name: "void", color: [0, 0, 0], ignored: true },
      { id: 4, name: "road", color: [1, 1, 1], ignored: false },
    ];
    const colors = displayColors(table);
    expect(colors.get(0)).toEqual([128, 128, 128]);
    expect(colors.get(4)).toEqual(displayPalette(1)[0]);
  });
});
