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

  it.each([
    ["splits.json", '{"train": 0, "val": 1}', 0],
    ["hparams.yaml", "gpu: 0\nworkers: 2", 0],
    ["config.json", '{"epochs": 2, "batch": 1}', 0],
    ["config.json", '{"classes": {"sky": 0, "road": 1}}', "sure"],
    ["class_counts.json", '{"sky": 2, "road": 0}', "loose"],
    ["scenes.json", '{"city": 0, "farm": 1}', "loose"],
    ["scenes.txt", "city 0\nfarm 1", "loose"],
    ["seg_classes.json", '{"city": 0, "farm": 1}', "sure"],
    ["scenes.json", '{"0": "city", "1": "farm"}', "sure"],
  ])("%s: words with numbers may be counts or settings: %s", async (path, text, expected) => {
    const [list] = await readClassLists(path, text);
    expect(list ? (list.isLoose ? "loose" : "sure") : 0).toBe(expected);
  });

  it.each([
    [
      "labels.txt",
      '    0     0    0    0        0  0  0    "Clear Label"\n    1   255    0    0        1  1  1    "Left kidney"',
      ["Clear Label", "Left kidney"],
    ],
    ["Segments.ctbl", "# Color table file\n0 Background 0 0 0 0\n1 liver 221 130 101 255", ["Background", "liver"]],
    [
      "labels.hdr",
      "ENVI\nclasses = 2\nclass lookup = {0,0,0, 0,0,255}\nclass names = {Unclassified,\n water}",
      ["Unclassified", "water"],
    ],
    ["export.json", '{"label_classes": [{"class_name": "nut", "color": "#00c800ff", "index": 2}]}', ["nut"]],
    ["classes.txt", "2 wheeler\n4 wheeler\n3 wheeler", ["2 wheeler", "4 wheeler", "3 wheeler"]],
    ["classes.txt", "label\nsky\nroad", ["sky", "road"]],
    ["meta.json", '{"channel_names": {"0": "T1"}, "parts": {"1": "a"}}', []],
  ])("%s: %s", async (path, text, names) => {
    expect((await readClassLists(path, text))[0]?.entries.map(({ name }) => name) ?? []).toEqual(names);
  });

  it("nnU-Net's regions are said not to be read", async () => {
    const text = '{"labels": {"background": 0, "tumour": [1, 2], "core": 2}, "regions_class_order": [1, 2]}';
    await expect(readClassLists("dataset.json", text)).rejects.toThrow("regions of several ids");
  });

  it("SemanticKITTI's labels are read by their ids and by those of training", async () => {
    const text =
      "labels:\n  0: unlabeled\n  1: outlier\n  10: car\n  40: road\nlearning_map: {0: 0, 1: 0, 10: 1, 40: 2}";
    const lists = await readClassLists("kitti.yaml", text);
    expect(lists.map(({ entries }) => entries.map(({ id }) => id))).toEqual([
      [0, 1, 10, 40],
      [0, 1, 2],
    ]);
  });

  it("styles and frames of simulators are named as not read", () => {
    expect(findUnreadLists(["lulc.qml", "s.0/step0.frame_data.json"])).toEqual([
      "lulc.qml",
      "s.0/step0.frame_data.json",
    ]);
  });
});
