import { describe, expect, it } from "vitest";
import { writePng } from "../png/write";
import { drawn, edited, filled, height, open, painted, rectangle, width } from "./fixtures/readers";
import { encodeBrush } from "./labelStudioRle";

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
    expect(set.notes.map(({ reason }) => reason).join(" ")).toContain("1 task has several annotations");
    expect(set.notes.map(({ reason }) => reason).join(" ")).toContain("1 task has no mask");
    expect(set.notes.map(({ reason }) => reason).join(" ")).toContain("1 result is no area");
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

  it("finds photographs whose names have signs of addresses, encoded or not", async () => {
    const task = (image: string) => ({ data: { image }, annotations: [{ result: [box] }] });
    const set = await open({ "a.json": [task("images/a #1 50%.jpg"), task("images/a%20%231%2050%25.jpg")] });
    for (const { names } of set.images) expect(names).toContain("images/a #1 50%.jpg");
  });

  it("a region that is no region does not keep the rest from opening", async () => {
    const broken = { ...polygon, value: { points: [null, 3, [1, 1]], polygonlabels: ["sky"] } };
    const set = await open({ "a.json": [{ data: { image: "a.jpg" }, annotations: [{ result: [broken, box] }] }] });
    expect((await drawn(set)).split("\n")[3]).toBe(".......ccc");
    expect(set.notes[0].reason).toContain("1 of 2 regions cover no pixel");
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
