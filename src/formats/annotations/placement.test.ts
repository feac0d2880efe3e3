import { describe, expect, it } from "vitest";
import { drawn, edited, height, open, painted, rectangle, width } from "./fixtures/readers";
import { joinImages } from "./joinImages";
import { createPlacement } from "./placement";

const reasons = async (files: Record<string, unknown>) =>
  (await open(files)).notes.map(({ path, reason }) => [path, reason]);

describe("annotations outside their image", () => {
  it("of labelme are told once for all files", async () => {
    const file = (name: string, points: number[][], shape_type = "polygon") => ({
      imagePath: name,
      imageWidth: width,
      imageHeight: height,
      shapes: [{ label: "cat", shape_type, points }],
    });
    const files = {
      "0.json": file("0.jpg", rectangle(1, 1, 4, 4)),
      "1.json": file("1.jpg", rectangle(40, 1, 4, 4)),
      "2.json": file("2.jpg", rectangle(-9, 1, 11, 4)),
      "3.json": file("3.jpg", [
        [1, 1],
        [5, 5],
      ]),
      "4.json": file(
        "4.jpg",
        [
          [3, 3],
          [3, 4],
        ],
        "circle",
      ),
      "5.json": file(
        "5.jpg",
        [
          [1, 1],
          [4, 4],
        ],
        "rectangle",
      ),
    };
    expect(await reasons(files)).toEqual([
      ["3.json", "1 of 6 shapes cover no pixel: no outline, or one thinner than a pixel."],
      [
        "1.json",
        "2 of 6 shapes lie outside their image, 1 of them wholly: one reaches to 44, 5 in an image of 10 x 6 px. They are in 2 files (1.json, 2.json).",
      ],
    ]);
  });

  it("of Label Studio go beyond 100 %; a region's second label is not silent", async () => {
    const region = (value: object) => ({ original_width: width, original_height: height, type: "x", value });
    const result = [
      region({ points: rectangle(0, 0, 100, 50), polygonlabels: ["cat", "dog"] }),
      region({ points: rectangle(50, 50, 200, 50), polygonlabels: ["cat"] }),
      region({ x: 10, y: 10, width: 20, height: 30, rectanglelabels: ["dog"] }),
      region({ x: 20, y: 20, radiusX: 10, radiusY: 20, ellipselabels: ["dog"] }),
    ];
    expect(await reasons({ "ls.json": [{ data: { image: "a.jpg" }, annotations: [{ result }] }] })).toEqual([
      [
        "ls.json",
        "1 of 4 regions lie outside their image, 0 of them wholly: one reaches to 25, 6 in an image of 10 x 6 px.",
      ],
      ["ls.json", '1 region has several labels, of which the first is taken: "cat" is read, "dog" is not.'],
    ]);
  });

  it("are no news where a mask fills its image from the first pixel on, or an outline ends on the edge", () => {
    const placement = createPlacement("objects");
    placement.add("a", 9, 9, { left: 0, top: 0, right: 9, bottom: 9 });
    placement.add("a", 9, 9, { left: -0.5, top: -1, right: 10, bottom: 9.5 });
    expect(placement.notes()).toEqual([]);
  });
});

it("Supervisely: a class that meta.json does not list is a class of its own, which an edit keeps", async () => {
  const object = (classTitle: string, x: number) => ({
    classTitle,
    geometryType: "polygon",
    points: { exterior: rectangle(x, 0, 2, 2), interior: [] },
  });
  const files = {
    "p/meta.json": { classes: [{ title: "road", shape: "polygon", color: "#102030" }] },
    "p/ds/ann/a.jpg.json": { size: { width, height }, objects: [object("road", 0), object("cow", 5)] },
  };
  const set = await open(files);
  expect(set.notes.map(({ path, reason }) => [path, reason])).toEqual([
    ["p/meta.json", 'Objects have classes that meta.json does not list ("cow"): they are classes of their own.'],
  ]);
  expect((await drawn(set)).split("\n")[0]).toBe("rrr..ccc..");
  const cow = set.classes.find(({ name }) => name === "cow")?.id ?? -1;
  const { text } = await edited(files, set, painted((await set.images[0].read()).labels, [0, 4, 2, 1], cow));
  expect(text("p/ds/ann/a.jpg.json").objects.map(({ classTitle }: { classTitle: string }) => classTitle)).toEqual([
    "road",
    "cow",
    "cow",
  ]);
});

it("a shortened name does not join a photograph of another split", () => {
  const image = (...names: string[]) => ({ names, width, height, path: "a.json", read: () => Promise.reject() });
  const whole = image("/d/train/0.jpg", "d/train/0.jpg", "train/0.jpg", "0.jpg");
  expect(joinImages([whole], ["val/0.jpg"]).missing).toEqual([whole]);
  expect(joinImages([whole], ["photos/0.jpg"]).pairs).toEqual([{ image: whole, photo: "photos/0.jpg" }]);
  expect(joinImages([whole], ["val/0.jpg", "set/train/0.jpg"]).pairs[0].photo).toBe("set/train/0.jpg");
});
