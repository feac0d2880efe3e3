import { zlibSync } from "fflate";
import { describe, expect, it } from "vitest";
import { createLabelMap, type LabelMap } from "../../core/labelMap";
import { decodePng } from "../png";
import { writePng } from "../png/write";
import { toBase64 } from "./base64";
import { segmentPng } from "./cocoPanoptic";
import { findAnnotations } from "./findAnnotations";
import { annotationFiles, rewritten } from "./fixtures/labels";
import { encodeBrush } from "./labelStudioRle";
import type { AnnotationSet } from "./types";

const [width, height] = [10, 6];

async function open(files: Readonly<Record<string, unknown>>, listed?: Parameters<typeof findAnnotations>[1]) {
  const { found, failed } = await findAnnotations(annotationFiles(files), listed);
  expect(failed).toEqual([]);
  expect(found).toHaveLength(1);
  return found[0].set;
}

/** Rows of ids as text, a character a pixel: the first letter of the class's name, "." for background. */
async function drawn(set: AnnotationSet, at = 0): Promise<string> {
  const { data } = (await set.images[at].read()).labels;
  const letter = (id: number) => {
    const name = set.classes.find((info) => info.id === id)?.name ?? "?";
    return name === "background" ? "." : name.replace(/^_+/, "")[0];
  };
  return (
    Array.from(data, letter)
      .join("")
      .match(new RegExp(`.{${width}}`, "g")) ?? []
  ).join("\n");
}

function filled(rect: readonly [number, number, number, number]): (pixel: number) => boolean {
  const [x, y, w, h] = rect;
  return (i) => i % width >= x && i % width < x + w && Math.floor(i / width) >= y && Math.floor(i / width) < y + h;
}

/** The label with a rectangle of another id. */
function painted({ data }: LabelMap, rect: readonly [number, number, number, number], id: number): LabelMap {
  const isIn = filled(rect);
  return createLabelMap(
    width,
    height,
    data.map((old, i) => (isIn(i) ? id : old)),
  );
}

const rectangle = (x: number, y: number, w: number, h: number) => [
  [x, y],
  [x + w, y],
  [x + w, y + h],
  [x, y + h],
];

/** Edits the first image and opens the result. */
async function edited(
  files: Record<string, unknown>,
  set: AnnotationSet,
  labels: LabelMap,
  listed?: Parameters<typeof open>[1],
) {
  const changed = await rewritten(set, [{ image: set.images[0], labels }]);
  const again = await open({ ...files, ...Object.fromEntries(changed) }, listed);
  expect((await again.images[0].read()).labels.data).toEqual(labels.data);
  return { changed, again, text: (path: string) => JSON.parse(new TextDecoder().decode(changed.get(path))) };
}

describe("Label Studio", () => {
  const sized = { original_width: width, original_height: height, image_rotation: 0 };
  const brush = (label: string, rect: readonly [number, number, number, number], id = label) => ({
    ...sized,
    id,
    type: "brushlabels",
    from_name: "brush",
    to_name: "img",
    score: 0.5,
    value: { format: "rle", rle: encodeBrush(width, height, filled(rect)), brushlabels: [label] },
  });
  const polygon = {
    ...sized,
    id: "p",
    type: "polygonlabels",
    from_name: "poly",
    to_name: "img",
    value: { points: rectangle(0, 0, 50, 50), polygonlabels: ["sky"], closed: true },
  };
  const box = {
    ...sized,
    id: "r",
    type: "rectanglelabels",
    value: { x: 70, y: 50, width: 30, height: 50, rotation: 0, rectanglelabels: ["car"] },
  };
  const tasks = [
    {
      id: 4,
      data: { image: "/data/upload/3/0a1b2c3d-street%201.jpg" },
      annotations: [
        {
          id: 1,
          was_cancelled: false,
          ground_truth: true,
          result: [
            polygon,
            brush("road", [2, 2, 6, 2]),
            box,
            { id: "k", type: "keypointlabels", value: { x: 1, y: 1, keypointlabels: ["sky"] } },
          ],
        },
        { id: 2, result: [brush("wrong", [0, 0, 9, 6])] },
      ],
      predictions: [{ result: [] }],
    },
    {
      id: 5,
      data: { image: "https://host/b.jpg?x=1" },
      annotations: [{ id: 3, was_cancelled: true, result: [brush("road", [0, 0, 1, 1])] }],
    },
  ];
  const picture = `sssss.....
sssss.....
ssrrrrrr..
..rrrrrrcc`;

  it("JSON: the ground truth's masks, polygons and boxes, later ones on top", async () => {
    const set = await open({ "export.json": tasks });
    expect(set.images[0].names).toEqual([
      "data/upload/3/0a1b2c3d-street 1.jpg",
      "0a1b2c3d-street 1.jpg",
      "street 1.jpg",
    ]);
    expect((await drawn(set)).split("\n").slice(0, 4).join("\n")).toBe(picture.replace("rrrrrrcc", "rrrrrccc"));
    expect(set.notes.join(" ")).toContain("1 tasks have several annotations");
    expect(set.notes.join(" ")).toContain("1 tasks have no mask");
    expect(set.notes.join(" ")).toContain("1 results are no areas");
  });

  it("JSON: an edit replaces only what it touches", async () => {
    const files = { "export.json": tasks };
    const set = await open(files);
    const { labels } = await set.images[0].read();
    const { text } = await edited(
      files,
      set,
      painted(labels, [8, 0, 2, 2], set.classes.find(({ name }) => name === "road")?.id ?? 0),
    );
    const [task, other] = text("export.json");
    expect(other).toEqual(tasks[1]);
    expect(task.annotations[1]).toEqual(tasks[0].annotations?.[1]);
    const { result } = task.annotations[0];
    expect(result.slice(0, 4)).toEqual(tasks[0].annotations?.[0].result);
    expect(result[4]).toMatchObject({
      type: "brushlabels",
      from_name: "brush",
      to_name: "img",
      value: { brushlabels: ["road"] },
    });
  });

  it("JSON-MIN", async () => {
    const files = {
      "min.json": [
        {
          image: "s3://bucket/a.png",
          id: 9,
          brush: [
            { ...sized, format: "rle", rle: encodeBrush(width, height, filled([2, 2, 6, 2])), brushlabels: ["road"] },
          ],
          poly: [{ ...sized, points: rectangle(0, 0, 50, 50), polygonlabels: ["sky"] }],
          annotator: 1,
        },
      ],
    };
    const set = await open(files);
    expect(set.images[0].names).toEqual(["a.png"]);
    expect((await drawn(set)).split("\n")[1]).toBe("sssss.....");
    const { text } = await edited(
      files,
      set,
      painted((await set.images[0].read()).labels, [0, 0, 2, 2], set.classes[1].id),
    );
    expect(text("min.json")[0]).toMatchObject({ annotator: 1, image: "s3://bucket/a.png" });
  });

  it("PNG a tag: of the last annotation, in the order drawn", async () => {
    const mask = (rect: readonly [number, number, number, number]) => {
      const isIn = filled(rect);
      const samples = Uint16Array.from({ length: width * height }, (_, i) => (isIn(i) ? 255 : 0));
      return writePng({ width, height, bitDepth: 8, colorType: 0, samples });
    };
    const files = {
      "task-1-annotation-2-by-1-tag-road-0.png": mask([0, 0, 4, 4]),
      "task-1-annotation-2-by-1-tag-traffic-light-1.png": mask([2, 0, 4, 2]),
      "task-1-annotation-1-by-1-tag-road-0.png": mask([0, 0, 9, 6]),
    };
    const set = await open(files);
    expect((await drawn(set)).split("\n").slice(0, 3)).toEqual(["rrtttt....", "rrtttt....", "rrrr......"]);
    await edited(files, set, painted((await set.images[0].read()).labels, [0, 0, 9, 1], 0));
  });
});

describe("labelme", () => {
  const mask = writePng({ width: 2, height: 1, bitDepth: 1, colorType: 0, samples: Uint16Array.of(1, 0) });
  const file = {
    version: "5.4.1",
    flags: {},
    imagePath: "..\\photos\\a.jpg",
    imageData: null,
    imageWidth: width,
    imageHeight: height,
    shapes: [
      { label: "road", shape_type: "polygon", points: rectangle(0, 0, 6, 3), group_id: 1 },
      {
        label: "car",
        shape_type: "rectangle",
        points: [
          [4, 1],
          [8, 4],
        ],
      },
      {
        label: "line",
        shape_type: "linestrip",
        points: [
          [0, 0],
          [9, 5],
        ],
      },
      {
        label: "dot",
        shape_type: "circle",
        points: [
          [8.5, 4.5],
          [8.5, 5.1],
        ],
      },
      {
        label: "car",
        shape_type: "mask",
        points: [
          [0, 5],
          [1, 5],
        ],
        mask: toBase64(mask),
      },
      { label: "__ignore__", points: rectangle(0, 3, 1, 1) },
    ],
  };

  it("shapes over each other; lines are left out and counted", async () => {
    const set = await open({ "labels/a.json": file });
    expect(set.images[0].names).toEqual(["photos/a.jpg", "a.jpg", "labels/a.json"]);
    expect(await drawn(set)).toBe("rrrrrr....\nrrrrcccc..\nrrrrcccc..\ni...cccc..\n........d.\nc.........");
    expect(set.notes).toEqual(["1 of 6 shapes are lines or points, which have no area: left out."]);
    expect(set.classes.filter(({ ignored }) => ignored).map(({ name }) => name)).toEqual(["__ignore__"]);
  });

  it("takes ids of a list beside it, and rewrites only touched shapes", async () => {
    const named = (id: number, name: string) => ({ id, name, color: [id, 0, 0] as const, ignored: false });
    const listed = [[named(0, "_background_"), named(4, "car"), named(5, "dot"), named(6, "road")]];
    const files = { "labels/a.json": file };
    const set = await open(files, listed);
    const { labels } = await set.images[0].read();
    expect(new Set(labels.data)).toEqual(new Set([0, 4, 5, 6, 255]));
    const { text } = await edited(files, set, painted(labels, [4, 1, 1, 1], 0), listed);
    const { shapes, ...rest } = text("labels/a.json");
    const { shapes: before, ...head } = file;
    expect(rest).toEqual(head);
    expect(shapes.slice(0, 4)).toEqual([before[2], before[3], before[4], before[5]]);
    expect(shapes.slice(4).map(({ label, shape_type }: Record<string, string>) => [label, shape_type])).toEqual([
      ["car", "mask"],
      ["road", "mask"],
    ]);
  });
});

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
    expect(set.notes).toEqual(["1 of 4 objects are no bitmap, polygon or rectangle: left out."]);
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
