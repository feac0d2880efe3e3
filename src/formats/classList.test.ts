import { describe, expect, it } from "vitest";
import { vocColor } from "../core/palette";
import { findClassFiles, readClassList } from "./classList";

const rows = (path: string, text: string) =>
  readClassList(path, text).classes.map(({ id, name, color, ignored }) => [id, name, [...color], ignored]);

describe("class lists", () => {
  it("are found by name, the most telling first", () => {
    expect(findClassFiles(["a/classes.txt", "classes.txt", "x.png", "sub/Classes.json"])).toEqual([
      "sub/Classes.json",
      "classes.txt",
      "a/classes.txt",
    ]);
  });

  it("read JSON of every usual shape", () => {
    const full =
      '[{"id": 4, "name": "car", "color": [1, 2, 3]}, {"id": 0, "name": "none", "color": "#0a0b0c", "ignored": true}]';
    expect(rows("classes.json", full)).toEqual([
      [0, "none", [10, 11, 12], true],
      [4, "car", [1, 2, 3], false],
    ]);
    const named = [
      [0, "road", [0, 0, 0], false],
      [1, "void", [128, 0, 0], true],
    ];
    expect(rows("classes.json", '["road", "void"]')).toEqual(named);
    expect(rows("id2label.json", '{"0": "road", "1": "void"}')).toEqual(named);
    expect(rows("classes.json", '{"classes": ["road", "void"]}')).toEqual(named);
    expect(rows("classes.json", '{"road": 0, "void": 1}')).toEqual(named);
    expect(rows("dataset.json", '{"classes": ["road"], "void": 255}')).toEqual([
      [0, "road", [0, 0, 0], false],
      [255, "void", [224, 224, 192], true],
    ]);
    expect(rows("dataset.json", '{"classes": ["road", {"id": 7, "name": "edge"}], "void": 7}')).toEqual([
      [0, "road", [0, 0, 0], false],
      [7, "edge", vocColor(7), true],
    ]);
    expect(rows("dataset_meta.json", '{"label_map": {"0": "bg"}, "segmentation_colors": [[9, 9, 9]]}')).toEqual([
      [0, "bg", [9, 9, 9], false],
    ]);
    expect(rows("meta.json", '{"classes": [{"title": "tree", "color": "#008000"}]}')).toEqual([
      [0, "tree", [0, 128, 0], false],
    ]);
    expect(rows("classes.json", '{"tree": [0, 128, 0]}')).toEqual([[0, "tree", [0, 128, 0], false]]);
  });

  it("read text of every usual shape", () => {
    expect(rows("classes.txt", "road\r\n\r\nsky\n")).toEqual([
      [0, "road", [0, 0, 0], false],
      [1, "sky", [...vocColor(1)], false],
    ]);
    expect(rows("classes.txt", "3 road\n7: blue sky\n").map((row) => row.slice(0, 2))).toEqual([
      [3, "road"],
      [7, "blue sky"],
    ]);
    expect(rows("label_colors.txt", "64 128 64\tAnimal\n0 0 0 Void\n")).toEqual([
      [0, "Animal", [64, 128, 64], false],
      [1, "Void", [0, 0, 0], true],
    ]);
    expect(rows("labelmap.txt", "# label:color_rgb:parts:actions\nbackground:0,0,0::\ncar:250,50,83::\n")).toEqual([
      [0, "background", [0, 0, 0], false],
      [1, "car", [250, 50, 83], false],
    ]);
    expect(rows("class_dict.csv", "name,r,g,b\nAnimal,64,128,64\n")).toEqual([[0, "Animal", [64, 128, 64], false]]);
    expect(rows("class_names.txt", "__ignore__\n_background_\ndog\n").map((row) => row.slice(0, 2))).toEqual([
      [0, "_background_"],
      [1, "dog"],
    ]);
  });

  it("say whether they give the colours", () => {
    expect(readClassList("classes.txt", "road\nsky").hasColors).toBe(false);
    expect(readClassList("label_colors.txt", "1 2 3 road").hasColors).toBe(true);
  });

  it("that cannot be read are refused with a reason", () => {
    expect(() => readClassList("classes.json", "{oops")).toThrow(/cannot be read/);
    expect(() => readClassList("classes.json", '[{"id": 1}]')).toThrow(/cannot be read/);
    expect(() => readClassList("label_colors.txt", "300 0 0 road")).toThrow(/cannot be read/);
    expect(() => readClassList("classes.txt", "")).toThrow(/cannot be read/);
    expect(() => readClassList("classes.txt", "1 road\n1 sky")).toThrow(/id 1 is used twice/);
  });
});
