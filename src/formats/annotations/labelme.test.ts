import { describe, expect, it } from "vitest";
import { writePng } from "../png/write";
import { toBase64 } from "./base64";
import { drawn, edited, height, open, painted, rectangle, width } from "./fixtures/readers";

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
    expect(set.notes.map(({ reason }) => reason)).toEqual([
      "1 of 6 shapes is a line or point, which has no area: left out.",
    ]);
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
