import { zlibSync } from "fflate";
import { describe, expect, it } from "vitest";
import { decodePng } from "../png";
import { writePng } from "../png/write";
import { toBase64 } from "./base64";
import { segmentPng } from "./cocoPanoptic";
import { drawn, edited, filled, height, open, painted, rectangle, width } from "./fixtures/readers";

describe("Supervisely", () => {
  const png = writePng({
    width: 2,
    height: 2,
    bitDepth: 8,
    colorType: 6,
    samples: Uint16Array.of(9, 9, 9, 255, 0, 0, 0, 0, 1, 1, 1, 255, 0, 0, 0, 255),
  });
  const files = {
    "p/meta.json": {
      classes: [
        { title: "road", shape: "polygon", color: "#102030", id: 77 },
        { title: "car", shape: "bitmap", color: "#FF0000" },
      ],
    },
    "p/ds/ann/a.jpg.json": {
      size: { width, height },
      objects: [
        {
          id: 1,
          classTitle: "road",
          geometryType: "polygon",
          points: { exterior: rectangle(0, 0, 5, 4), interior: [rectangle(1, 1, 1, 1)] },
        },
        { id: 2, classTitle: "car", geometryType: "bitmap", bitmap: { data: toBase64(zlibSync(png)), origin: [7, 3] } },
        {
          id: 3,
          classTitle: "car",
          geometryType: "rectangle",
          points: {
            exterior: [
              [8, 0],
              [9, 1],
            ],
            interior: [],
          },
        },
        {
          id: 4,
          classTitle: "car",
          geometryType: "line",
          points: {
            exterior: [
              [0, 0],
              [9, 5],
            ],
            interior: [],
          },
        },
      ],
    },
  };

  it("polygons whose vertices are pixels, with holes; bitmaps by their alpha; boxes", async () => {
    const set = await open(files);
    expect(set.images[0].names).toEqual(["p/ds/img/a.jpg", "a.jpg"]);
    expect(await drawn(set)).toBe(
      "rrrrrr..cc\nr..rrr..cc\nr..rrr....\nrrrrrrc...\nrrrrrrcc..\n..........".replace(
        "rrrrrrc...\nrrrrrrcc..",
        "rrrrrr.c..\nrrrrrr.cc.",
      ),
    );
    expect(set.notes.map(({ reason }) => reason)).toEqual([
      "1 of 4 objects is no bitmap, polygon or rectangle: left out.",
    ]);
    expect(set.classes.map(({ color }) => color)[1]).toEqual([16, 32, 48]);
  });

  it("a class of polygons may have bitmaps once it has one", async () => {
    const set = await open(files);
    const { text, changed } = await edited(files, set, painted((await set.images[0].read()).labels, [0, 0, 1, 1], 0));
    expect([...changed.keys()]).toEqual(["p/ds/ann/a.jpg.json", "p/meta.json"]);
    expect(text("p/meta.json").classes[0]).toEqual({ title: "road", shape: "any", color: "#102030", id: 77 });
    const { objects } = text("p/ds/ann/a.jpg.json");
    expect(objects.map(({ id, classId }: Record<string, unknown>) => id ?? classId)).toEqual([2, 3, 4, 77]);
  });
});

it("COCO panoptic: untouched segments keep their numbers; things join what they touch, stuff its one segment", async () => {
  const numbers = new Uint32Array(width * height);
  const put = (rect: readonly [number, number, number, number], id: number) => {
    const isIn = filled(rect);
    for (let i = 0; i < numbers.length; i++) if (isIn(i)) numbers[i] = id;
  };
  put([0, 0, 10, 2], 70000);
  put([0, 3, 2, 2], 300);
  put([5, 3, 2, 2], 16777215);
  const json = {
    images: [{ id: 1, file_name: "x.jpg", width, height }],
    categories: [
      { id: 1, name: "car", isthing: 1 },
      { id: 184, name: "sky", isthing: 0 },
    ],
    annotations: [
      {
        image_id: 1,
        file_name: "x.png",
        segments_info: [
          { id: 70000, category_id: 184, area: 20, bbox: [0, 0, 10, 2], iscrowd: 0 },
          { id: 300, category_id: 1, area: 4, bbox: [0, 3, 2, 2], iscrowd: 0, own: "kept" },
          { id: 16777215, category_id: 1, area: 4, bbox: [5, 3, 2, 2], iscrowd: 1 },
        ],
      },
    ],
  };
  const files = {
    "a/panoptic_val.json": json,
    "a/panoptic_val/x.png": segmentPng(width, height, numbers),
    "b/x.png": new Uint8Array(),
  };
  const set = await open(files);
  expect(await drawn(set)).toBe("ssssssssss\nssssssssss\nvvvvvvvvvv\nccvvvccvvv\nccvvvccvvv\nvvvvvvvvvv");
  let labels = painted((await set.images[0].read()).labels, [2, 3, 1, 1], 1);
  labels = painted(labels, [9, 5, 1, 1], 1);
  labels = painted(labels, [3, 5, 1, 1], 184);
  labels = painted(labels, [0, 0, 1, 1], 0);
  const { text, changed } = await edited(files, set, labels);
  const { samples } = decodePng(changed.get("a/panoptic_val/x.png") ?? new Uint8Array());
  const numberAt = (x: number, y: number) =>
    samples.slice(3 * (y * width + x), 3 * (y * width + x) + 3).reduce((sum, value, i) => sum + value * 256 ** i, 0);
  expect([numberAt(1, 0), numberAt(3, 5), numberAt(2, 3), numberAt(5, 3), numberAt(0, 0)]).toEqual([
    70000, 70000, 300, 16777215, 0,
  ]);
  expect(text("a/panoptic_val.json").annotations[0].segments_info).toEqual([
    { id: 70000, category_id: 184, area: 20, bbox: [0, 0, 10, 6], iscrowd: 0 },
    { id: 300, category_id: 1, area: 5, bbox: [0, 3, 3, 2], iscrowd: 0, own: "kept" },
    json.annotations[0].segments_info[2],
    { id: numberAt(9, 5), category_id: 1, iscrowd: 0, area: 1, bbox: [9, 5, 1, 1] },
  ]);
});

it("the full ADE20K: red and green are the class, blue stays where nothing changed", async () => {
  const samples = new Uint16Array(width * height * 3);
  for (let i = 0; i < width * height; i++) samples.set(i < 20 ? [120, 34, 7] : [0, 5, 9], 3 * i);
  const files = {
    "ADE_train_00000001_seg.png": writePng({ width, height, bitDepth: 8, colorType: 2, samples }),
    "ADE_train_00000001_parts_1.png": new Uint8Array(),
  };
  const set = await open(files);
  const { labels } = await set.images[0].read();
  expect([labels.data[0], labels.data[59]]).toEqual([12 * 256 + 34, 5]);
  const { changed } = await edited(files, set, painted(labels, [0, 0, 1, 1], 5));
  const after = decodePng(changed.get("ADE_train_00000001_seg.png") ?? new Uint8Array()).samples;
  expect([...after.slice(0, 6), ...after.slice(-3)]).toEqual([0, 5, 0, 120, 34, 7, 0, 5, 9]);
});
