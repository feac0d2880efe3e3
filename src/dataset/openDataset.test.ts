import { describe, expect, it } from "vitest";
import { classOf, mergeClasses, updateClass } from "../core/classTable";
import { vocPalette } from "../core/palette";
import { writePng } from "../formats/png/write";
import { withClasses } from "./editClasses";
import { DatasetError } from "./errors";
import { greyPng, jpegHeader, memorySource, rgbPng } from "./fixtures/files";
import { loadImage } from "./loadImage";
import { loadLabel } from "./loadLabel";
import { openDataset } from "./openDataset";
import type { Problem, Source, SourceFile } from "./types";

const good = { "images/good.jpg": jpegHeader(6, 4), "masks/good.png": greyPng(6, 4, (p) => p % 3) };

async function problemsOf(files: Readonly<Record<string, Uint8Array | string>>): Promise<readonly Problem[]> {
  const dataset = await openDataset(memorySource({ ...good, ...files }));
  expect(dataset.items.map((item) => item.name)).toContain("good");
  return dataset.problems;
}

describe("bad input is listed with reason and remedy, and the rest opens", () => {
  const pair = (image: Uint8Array | string, label: Uint8Array | string) =>
    problemsOf({ "images/bad.jpg": image, "masks/bad.png": label });
  const photo = jpegHeader(6, 4);
  const label = greyPng(6, 4, (p) => p % 3);
  const idatDamaged = label.slice();
  idatDamaged[label.length - 20] ^= 255;

  const cases: readonly [string, Promise<readonly Problem[]>, string, RegExp][] = [
    ["truncated label", pair(photo, label.subarray(0, -20)), "masks/bad.png", /truncated/],
    ["damaged label", pair(photo, idatDamaged), "masks/bad.png", /damaged/],
    ["empty label", pair(photo, ""), "masks/bad.png", /empty/],
    ["empty image", pair("", label), "images/bad.jpg", /empty/],
    ["label of another size", pair(photo, greyPng(4, 5)), "masks/bad.png", /4 x 5 px, its image 6 x 4 px/],
    ["label turned by a quarter", pair(photo, greyPng(4, 6)), "images/bad.jpg", /shown turned clockwise/],
    ["AVIF named .png", pair(photo, "\0\0\0 ftypavif and more"), "masks/bad.png", /named .png but holds a AVIF/],
    ["text named .png", pair(photo, "hello there, this is text and not a png"), "masks/bad.png", /is no picture/],
    ["text named .jpg", pair("hello", label), "images/bad.jpg", /no image, whatever its name/],
    ["truncated image header", pair(photo.subarray(0, 8), label), "images/bad.jpg", /damaged or truncated/],
    ["huge dimensions", pair(photo, hugePng()), "masks/bad.png", /100 megapixels/],
    ["unpaired image", problemsOf({ "images/alone.jpg": photo }), "images/alone.jpg", /no label for this image/],
    ["unpaired label", problemsOf({ "masks/alone.png": label }), "masks/alone.png", /no image for this label/],
    ["unreadable class list", problemsOf({ "classes.json": "{" }), "classes.json", /cannot be read/],
  ];

  it.each(cases)("%s", async (_, problems, path, reason) => {
    const found = await problems;
    expect(found).toHaveLength(1);
    expect(found[0].path).toBe(path);
    expect(found[0].reason).toMatch(reason);
    expect(found[0].remedy).not.toBe("");
  });

  it("a file of more than 300 MB, without reading it", async () => {
    const refuse = async (): Promise<never> => {
      throw new Error("it was read");
    };
    const large: SourceFile = {
      path: "masks/large.png",
      size: 310 * 1048576,
      bytes: refuse,
      slice: refuse,
      randomAccess: true,
    };
    const source = memorySource({ ...good, "images/large.jpg": photo });
    const dataset = await openDataset({ ...source, files: [...source.files, large] });
    expect(dataset.problems).toMatchObject([{ path: "masks/large.png", reason: expect.stringContaining("310 MB") }]);
  });

  it("one line for a collection that is labelled in part only", async () => {
    const images = Object.fromEntries(Array.from({ length: 101 }, (_, i) => [`images/x${i}.jpg`, photo]));
    const found = await problemsOf(images);
    expect(found).toMatchObject([
      { path: "images", severity: "warning", reason: expect.stringContaining("101 images") },
    ]);
  });

  it("a warning where an image's end is missing", async () => {
    const found = await pair(photo.subarray(0, -2), label);
    expect(found).toMatchObject([{ path: "images/bad.jpg", severity: "warning" }]);
  });

  it("an error that says what to do when nothing is left", async () => {
    const open = (files: Readonly<Record<string, string | Uint8Array>>) => openDataset(memorySource(files));
    await expect(open({ "readme.txt": "x" })).rejects.toThrow(/no images and no labels.*Put images/);
    await expect(open({ "a.jpg": photo })).rejects.toThrow(/images, but no labels/);
    const failure = await open({ "images/a.jpg": photo, "masks/a.png": "" }).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(DatasetError);
    expect((failure as DatasetError).problems).toHaveLength(1);
  });
});

function hugePng(): Uint8Array {
  const png = greyPng(6, 4);
  new DataView(png.buffer).setUint32(16, 200_000);
  new DataView(png.buffer).setUint32(20, 200_000);
  return png;
}

describe("classes", () => {
  it("come from a list, else the layout, else the labels", async () => {
    const open = async (more: Readonly<Record<string, string>>) => openDataset(memorySource({ ...good, ...more }));
    expect((await open({ "classes.txt": "sky\nroad\ntree" })).classes.map((info) => info.name)).toEqual([
      "sky",
      "road",
      "tree",
    ]);
    const guessed = await open({});
    expect(guessed.classesGuessed).toBe(true);
    expect(guessed.classes.map((info) => info.name)).toEqual(["class 0", "class 1", "class 2"]);
  });

  it("list unknown colours with their counts, ignored and decodable", async () => {
    const red = [200, 0, 0];
    const odd = [1, 2, 3];
    const dataset = await openDataset(
      memorySource({
        "images/a.jpg": jpegHeader(6, 4),
        "masks/a.png": rgbPng(6, 4, (p) => (p < 5 ? odd : red)),
        "label_colors.txt": "200 0 0 car",
      }),
    );
    expect(dataset.problems).toMatchObject([
      { severity: "warning", reason: expect.stringContaining("#010203 (5 px)") },
    ]);
    const { labels, classes, unknown } = await loadLabel(dataset, dataset.items[0]);
    expect(unknown).toEqual([{ id: labels.data[0], color: odd, count: 5 }]);
    expect(classOf(classes, labels.data[0])).toMatchObject({ name: "unknown #010203", ignored: true });
    expect(labels.data[23]).toBe(0);
  });

  it("that the list does not know are ignored; guessed sets gain them as classes", async () => {
    const listed = await openDataset(memorySource({ ...good, "classes.txt": "background\nroad" }));
    expect(listed.problems).toMatchObject([{ reason: "1 id is in no class list: 2 (8 px)." }]);
    expect(classOf((await loadLabel(listed, listed.items[0])).classes, 2)).toMatchObject({ ignored: true });
    const guessed = await openDataset(memorySource(good));
    const narrowed = { ...guessed, classes: guessed.classes.slice(0, 2) };
    expect(classOf((await loadLabel(narrowed, narrowed.items[0])).classes, 2)).toMatchObject({ ignored: false });
  });

  it("lead from an indexed file's colours where its indices are not the list's", async () => {
    const swapped = writePng({
      width: 2,
      height: 1,
      bitDepth: 8,
      colorType: 3,
      palette: [vocPalette[2], vocPalette[1]],
      samples: Uint16Array.of(0, 1),
    });
    const dataset = await openDataset(
      memorySource({
        "images/a.jpg": jpegHeader(2, 1),
        "masks/a.png": swapped,
        "label_colors.txt": "0 0 0 none\n128 0 0 car\n0 128 0 tree",
      }),
    );
    expect(Array.from((await loadLabel(dataset, dataset.items[0])).labels.data)).toEqual([2, 1]);
  });

  it("stay an indexed file's indices where classes share a colour", async () => {
    const palette = [[0, 0, 0] as const, [0, 0, 0] as const, [9, 8, 7] as const];
    const samples = Uint16Array.of(0, 1, 2, 1);
    const dataset = await openDataset(
      memorySource({
        "images/a.jpg": jpegHeader(4, 1),
        "masks/a.png": writePng({ width: 4, height: 1, bitDepth: 8, colorType: 3, palette, samples }),
        "label_colors.txt": "0 0 0 unlabeled\n0 0 0 ego\n9 8 7 road\n",
      }),
    );
    expect(dataset.codec.indexed).toBe("ids");
    expect((await loadLabel(dataset, dataset.items[0])).labels.data).toEqual(samples);
  });

  it("can be renamed, recoloured, ignored and added without touching what files mean", async () => {
    const dataset = await openDataset(
      memorySource({
        "images/a.jpg": jpegHeader(2, 1),
        "masks/a.png": rgbPng(2, 1, (p) => [p * 9, 0, 1]),
        "label_colors.txt": "0 0 1 sky\n9 0 1 road",
      }),
    );
    const recolored = withClasses(
      dataset,
      updateClass(dataset.classes, 1, { name: "street", color: [5, 5, 5], ignored: true }),
    );
    expect(classOf(recolored.classes, 1)).toEqual({ id: 1, name: "street", color: [5, 5, 5], ignored: true });
    expect(Array.from((await loadLabel(recolored, recolored.items[0])).labels.data)).toEqual([0, 1]);
    const car = { id: 2, name: "car", color: [7, 7, 7], ignored: false } as const;
    const added = withClasses(dataset, mergeClasses(dataset.classes, [car]));
    expect(added.codec.colors).toContainEqual({ id: 2, color: [7, 7, 7] });
    const again = withClasses(added, updateClass(added.classes, 2, { color: [8, 8, 8] }));
    expect(again.codec.colors.filter(({ id }) => id === 2)).toEqual([{ id: 2, color: [8, 8, 8] }]);
    expect(withClasses(again, dataset.classes).codec).toEqual(dataset.codec);
  });
});

describe("items", () => {
  it("have a stable identity and report progress", async () => {
    const steps: string[] = [];
    const open = (source: Source) =>
      openDataset(source, { onProgress: (done, total) => steps.push(`${done}/${total}`) });
    const first = await open(memorySource(good));
    const second = await open(memorySource(good));
    expect(second.id).toBe(first.id);
    expect(steps.slice(0, 2)).toEqual(["1/1", "2/2"]);
    expect(first.items[0]).toMatchObject({ key: "masks/good.png", imagePath: "images/good.jpg", width: 6, height: 4 });
  });

  it("turn the image only where the label is turned", async () => {
    const dataset = await openDataset(
      memorySource({
        "images/turned.jpg": jpegHeader(6, 4, 6),
        "masks/turned.png": greyPng(4, 6),
        "images/raw.jpg": jpegHeader(6, 4, 6),
        "masks/raw.png": greyPng(6, 4),
      }),
    );
    expect(dataset.problems).toMatchObject([{ path: "images/raw.jpg", severity: "warning" }]);
    const [raw, turned] = dataset.items;
    expect([raw.appliesOrientation, turned.appliesOrientation]).toEqual([false, true]);
    const loaded = await loadImage(turned);
    expect(loaded?.type).toBe("image/jpeg");
    expect(Buffer.compare(loaded?.bytes ?? new Uint8Array(), jpegHeader(6, 4, 6))).toBe(0);
    expect(Buffer.compare((await loadImage(raw))?.bytes ?? new Uint8Array(), jpegHeader(6, 4, 1))).toBe(0);
  });

  it("know the other forms of their annotation", async () => {
    const dataset = await openDataset(
      memorySource({
        "JPEGImages/a.jpg": jpegHeader(6, 4),
        "SegmentationClass/a.png": greyPng(6, 4),
        "SegmentationObject/a.png": greyPng(6, 4),
      }),
    );
    expect(dataset.items[0].companions).toEqual(["SegmentationObject/a.png"]);
  });

  it("of a set of labels alone have no image", async () => {
    const label = writePng({
      width: 2,
      height: 1,
      bitDepth: 8,
      colorType: 3,
      palette: vocPalette,
      samples: Uint16Array.of(0, 15),
    });
    const dataset = await openDataset(memorySource({ "2007_000032.png": label }));
    expect(dataset.items[0].imagePath).toBeNull();
    expect(await loadImage(dataset.items[0])).toBeNull();
    expect(classOf(dataset.classes, 15)?.name).toBe("person");
  });

  it("found by content alone pair by name", async () => {
    const dataset = await openDataset(
      memorySource({ "left/a.png": rgbPng(2, 1, () => [1, 2, 3]), "right/a.png": greyPng(2, 1) }),
    );
    expect(dataset.items[0]).toMatchObject({ imagePath: "left/a.png", labelPath: "right/a.png" });
  });
});

describe("texts and twins that are not what they look like", () => {
  const stems = ["alpha", "bravo", "coast"];
  const pairs = Object.fromEntries(
    stems.flatMap((stem) => [
      [`images/${stem}.jpg`, jpegHeader(6, 4)],
      [`masks/${stem}.png`, greyPng(6, 4, (p) => p % 3)],
    ]),
  );

  it("a split and a list of captions name no classes; bare words are offered, not taken", async () => {
    const dataset = await openDataset(
      memorySource({
        ...pairs,
        "train.txt": stems.join("\n"),
        "sceneCategories.txt": stems.map((stem) => `${stem} kitchen`).join("\n"),
        "annotators.txt": "Ann\nBob\nCy",
      }),
    );
    expect(dataset.classesGuessed).toBe(true);
    const list = dataset.questions.find(({ id }) => id === "classList");
    expect(list?.options.map(({ value }) => value)).toEqual(["none", "annotators.txt"]);
    expect(list?.certainty).toBe("likely");
  });

  it("the heading of a single column is no class", async () => {
    const dataset = await openDataset(memorySource({ ...pairs, "classes.csv": "class_name\nground\ncar\ntree\n" }));
    expect(dataset.classes.map(({ id, name }) => `${id} ${name}`)).toEqual(["0 ground", "1 car", "2 tree"]);
  });

  it("a JPEG label gives way to the lossless one beside it, one image or all of them", async () => {
    for (const edited of [stems, stems.slice(1)]) {
      const twins = Object.fromEntries(edited.map((stem) => [`masks/${stem}.jpg`, jpegHeader(6, 4)]));
      const dataset = await openDataset(memorySource({ ...pairs, ...twins }));
      const opened = dataset.items.map(({ imagePath, labelPath }) => [imagePath, labelPath]);
      expect(opened).toEqual(stems.map((stem) => [`images/${stem}.jpg`, `masks/${stem}.png`]));
    }
  });

  it("says which file is read of a JPEG label and its lossless twin", async () => {
    const { problems } = await openDataset(memorySource({ ...pairs, [`masks/${stems[0]}.jpg`]: jpegHeader(6, 4) }));
    const told = problems.find(({ path }) => path === `masks/${stems[0]}.jpg`);
    expect(told).toMatchObject({
      severity: "warning",
      reason: expect.stringMatching(`^${stems[0]}.png is read instead`),
    });
  });

  it("the class list of the labels' version counts", async () => {
    const config = (names: string[]) => JSON.stringify({ labels: names.map((name) => ({ name, color: [1, 2, 3] })) });
    for (const version of ["v1.2", "v2.0"]) {
      const dataset = await openDataset(
        memorySource({
          "training/images/a.jpg": jpegHeader(6, 4),
          [`training/${version}/labels/a.png`]: greyPng(6, 4, (pixel) => pixel % 3),
          "config_v1.2.json": config(["old 0", "old 1", "old 2"]),
          "config_v2.0.json": config(["new 0", "new 1", "new 2"]),
        }),
      );
      expect(dataset.classes[1].name).toBe(version === "v1.2" ? "old 1" : "new 1");
    }
  });

  it("says that alpha is no class", async () => {
    const samples = Uint16Array.from({ length: 96 }, (_, i) => (i % 4 === 3 && i < 48 ? 0 : 255));
    const mask = writePng({ width: 6, height: 4, bitDepth: 8, colorType: 6, samples });
    const { problems } = await openDataset(memorySource({ "images/a.jpg": jpegHeader(6, 4), "masks/a.png": mask }));
    expect(problems.map(({ reason }) => reason)).toEqual([expect.stringMatching(/^12 px .* are transparent/)]);
  });
});
