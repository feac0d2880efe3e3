import { describe, expect, it } from "vitest";
import { decodeText, findUnreadLists, readClassLists, readColors } from "./classList";

describe("texts of classes", () => {
  it("in old encodings are read, and it is said which was guessed", () => {
    expect(decodeText(Uint8Array.from([..."Straße\nBäume"].map((c) => c.charCodeAt(0))))).toEqual({
      text: "Straße\nBäume",
      guessed: "Windows-1252 (Latin-1)",
    });
    expect(decodeText(Uint8Array.from([0xb5, 0xc0, 0xc2, 0xb7, 0x0a, 0xca, 0xf7]))).toEqual({
      text: "道路\n树",
      guessed: "GB 18030",
    });
  });

  it("give colours as fractions of 1", async () => {
    const text = '{"sky": [0.0, 0.0, 1.0], "road": [0.5, 0.25, 0.0], "tree": [0, 1, 0]}';
    const [list] = await readClassLists("colors.json", text);
    expect(list.entries.map(({ color }) => color)).toEqual([
      [0, 0, 255],
      [128, 64, 0],
      [0, 255, 0],
    ]);
  });

  it.each([
    ["colors.txt", "0 0 200\n200 0 0"],
    ["palette.json", "[[0, 0, 200], [200, 0, 0]]"],
    ["palette.json", '{"palette": [0, 0, 200, 200, 0, 0]}'],
    ["colors.json", '{"0": "#0000c8", "1": "#c80000"}'],
    ["colors.json", '{"0,0,200": 0, "200,0,0": 1}'],
    ["palette.csv", "r,g,b\n0,0,200\n200,0,0"],
    ["palette.py", "PALETTE = [[0, 0, 200], [200, 0, 0]]"],
  ])("%s: %s are colours without names", async (path, text) => {
    expect(await readClassLists(path, text)).toEqual([]);
    expect([...((await readColors(path, text)) ?? [])]).toEqual([
      [0, [0, 0, 200]],
      [1, [200, 0, 0]],
    ]);
  });

  it("of types that are not read are named", () => {
    expect(findUnreadLists(["a/classes.xlsx", "labels.mat", "classes.txt", "train.m", "img/a.png"])).toEqual([
      "a/classes.xlsx",
      "labels.mat",
    ]);
  });
});
