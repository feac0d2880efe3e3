import { describe, expect, it } from "vitest";
import { createRandom } from "../../core/random";
import { findAnnotations } from "./findAnnotations";
import { annotationFiles } from "./fixtures/labels";
import { drawn, edited, height, open, painted, width } from "./fixtures/readers";

type Json = Record<string, unknown>;

const image = (id: unknown, file_name = "a.jpg") => ({ id, file_name, width, height });
const box = (x: number, y: number, w: number, h: number) => [x, y, x + w, y, x + w, y + h, x, y + h];
const cat = { id: 1, image_id: 1, category_id: 1, segmentation: [box(0, 0, 3, 2)] as unknown };
const dog = { id: 2, image_id: 1, category_id: 2, segmentation: [box(5, 3, 2, 2)] as unknown };
const coco = (change: Json = {}): Json => ({
  images: [image(1)],
  categories: [
    { id: 1, name: "cat" },
    { id: 2, name: "dog" },
  ],
  annotations: [cat, dog],
  ...change,
});
const picture = "ccc.......\nccc.......\n..........\n.....dd...\n.....dd...\n..........";
const reasons = async (file: Json) => (await open({ "a.json": file })).notes.map(({ reason }) => reason);

describe("COCO's ids", () => {
  it("join by their text: numbers and the same as strings", async () => {
    const random = createRandom(7);
    const either = (id: number) => (random.int(2) === 0 ? id : String(id));
    for (let round = 0; round < 20; round++) {
      const file = coco({
        images: [image(either(1))],
        categories: [
          { id: either(1), name: "cat" },
          { id: either(2), name: "dog" },
        ],
        annotations: [cat, dog].map((one) => ({
          ...one,
          image_id: either(one.image_id),
          category_id: either(one.category_id),
        })),
      });
      const set = await open({ "a.json": file });
      expect(await drawn(set)).toBe(picture);
      expect(set.notes).toEqual([]);
      expect(set.classes.map(({ id }) => id)).toEqual([0, 1, 2]);
      const { labels } = await set.images[0].read();
      await edited({ "a.json": file }, set, painted(labels, [1, 1, 1, 1], 2));
    }
  });

  it("of annotations that belong to no image are counted; a file of such alone is refused", async () => {
    const lost = coco({
      annotations: [cat, { ...dog, image_id: 9 }, { id: 5, category_id: 1, segmentation: [box(0, 0, 1, 1)] }],
    });
    expect(await reasons(lost)).toEqual([
      "2 of 3 annotations belong to no image of the file's list (image_id 9, undefined): left out.",
    ]);
    const none = coco({ annotations: [{ ...cat, image_id: 9 }] });
    const { found, failed } = await findAnnotations(annotationFiles({ "a.json": none }));
    expect(found).toEqual([]);
    expect(failed.map(({ path, error }) => [path, error.reason])).toEqual([
      ["a.json", "1 of 1 annotation belongs to no image of the file's list (image_id 9): left out."],
    ]);
  });

  it("of an image that is listed twice bring the annotations of both entries", async () => {
    const twice = coco({ images: [image(1), image(9)], annotations: [cat, { ...dog, image_id: 9 }] });
    const set = await open({ "a.json": twice });
    expect(set.images).toHaveLength(1);
    expect(await drawn(set)).toBe(picture);
  });

  it("of categories that are not listed are classes of their own, which an edit keeps", async () => {
    const file = coco({ categories: [{ id: 2, name: "dog" }] });
    const set = await open({ "a.json": file });
    expect(set.classes.map(({ id, name, ignored }) => [id, name, ignored])).toEqual([
      [0, "background", false],
      [1, "category 1 (not in the list)", false],
      [2, "dog", false],
    ]);
    expect(set.notes[0].reason).toContain("1 annotation has category 1, which the list");
    const { labels } = await set.images[0].read();
    const { text } = await edited({ "a.json": file }, set, painted(labels, [1, 1, 1, 1], 2));
    expect(
      text("a.json")
        .annotations.map(({ category_id }: Json) => category_id)
        .sort(),
    ).toEqual([1, 2, 2]);
  });

  it("listed twice with two names stand for both", async () => {
    const file = coco({
      categories: [
        { id: 1, name: "cat" },
        { id: 1, name: "cow" },
        { id: 2, name: "dog" },
        { id: 2, name: "dog" },
      ],
    });
    const set = await open({ "a.json": file });
    expect(set.classes.map(({ id, name }) => `${id} ${name}`)).toEqual(["0 background", "1 cat or cow", "2 dog"]);
    expect(set.notes.map(({ reason }) => reason)).toEqual([
      'Category 1 is listed 2 times, as "cat" and "cow": its annotations are read as "cat or cow".',
    ]);
  });
});

describe("COCO's polygons", () => {
  it("may be one flat list, or pairs", async () => {
    const flat = box(0, 0, 3, 2);
    const pairs = [0, 2, 4, 6].map((i) => flat.slice(i, i + 2));
    for (const segmentation of [flat, pairs, [pairs], [flat]]) {
      const set = await open({ "a.json": coco({ annotations: [{ ...cat, segmentation }, dog] }) });
      expect(await drawn(set)).toBe(picture);
      expect(set.notes).toEqual([]);
    }
  });

  it("that paint nothing, or lie outside, are counted once a file", async () => {
    const of = (...segmentations: unknown[]) =>
      coco({ annotations: segmentations.map((segmentation, id) => ({ ...cat, id, segmentation })) });
    expect(await reasons(of([box(0, 0, 3, 2)], [[]], [[1, 1, 4, 4]], [box(0.6, 0.6, 0.3, 5)]))).toEqual([
      "3 of 4 annotations cover no pixel: no outline, or one thinner than a pixel.",
    ]);
    expect(await reasons(of({ size: [height, width], counts: [width * height] }, [box(0, 0, 3, 2)]))).toEqual([
      "1 of 2 annotations cover no pixel: no outline, or one thinner than a pixel.",
    ]);
    expect(await reasons(of([box(4, 2, 16, 8)], [box(30, 2, 4, 4)], [box(0, 0, width + 1, height)]))).toEqual([
      `2 of 3 annotations lie outside their image, 1 of them wholly: one reaches to 34, 6 in an image of ${width} x ${height} px.`,
    ]);
    expect((await reasons(of([box(0.1, 0.1, 0.5, 0.8)], [box(0, 0, 1, 1)])))[0]).toContain(
      "all 2 annotations lie between 0 and 1",
    );
  });
});

describe("COCO's file names", () => {
  const names = async (...file_names: string[]) =>
    (await open({ "a.json": coco({ images: file_names.map((name, i) => image(i + 1, name)) }) })).images.map(
      (one) => one.names,
    );

  it("of other systems and servers end in what may be here", async () => {
    expect(await names("images\\a.jpg", "./b.jpg", "train/c.jpg")).toEqual([
      ["images\\a.jpg", "images/a.jpg"],
      ["./b.jpg", "b.jpg"],
      ["train/c.jpg"],
    ]);
    expect((await names("C:\\data\\img\\a.jpg"))[0]).toEqual([
      "C:\\data\\img\\a.jpg",
      "data/img/a.jpg",
      "img/a.jpg",
      "a.jpg",
    ]);
    expect((await names("https://x.org/d/a%20b.jpg?raw=1"))[0].slice(1)).toEqual(["d/a b.jpg", "a b.jpg"]);
  });

  it("are not shortened to what two images share", async () => {
    expect(await names("/d/train/a.jpg", "/d/val/a.jpg")).toEqual([
      ["/d/train/a.jpg", "d/train/a.jpg", "train/a.jpg"],
      ["/d/val/a.jpg", "d/val/a.jpg", "val/a.jpg"],
    ]);
  });
});

describe("two COCO files that number their classes differently", () => {
  const files = {
    "train.json": coco(),
    "val.json": coco({
      images: [image(1, "b.jpg")],
      categories: [
        { id: 1, name: "dog" },
        { id: 2, name: "cat" },
        { id: 4, name: "egg" },
      ],
      annotations: [
        { ...cat, category_id: 2 },
        { ...dog, category_id: 1 },
      ],
    }),
  };

  it("are one set by the names, each written with its own numbers", async () => {
    const set = await open(files);
    expect(await drawn(set, 0)).toBe(picture);
    expect(await drawn(set, 1)).toBe(picture);
    expect(set.notes.map(({ path, reason }) => [path, reason])).toEqual([
      [
        "val.json",
        'It numbers classes differently from train.json; they go by name: "dog" 1 is shown as 2, "cat" 2 is shown as 1.',
      ],
    ]);
    const [, b] = set.images;
    const change = painted((await b.read()).labels, [0, 0, 3, 2], 2);
    const changed: Record<string, Uint8Array> = {};
    const stream = (async function* () {
      yield { image: b, labels: change };
    })();
    for await (const { path, bytes } of set.rewrite(stream)) changed[path] = bytes;
    expect(Object.keys(changed)).toEqual(["val.json"]);
    const { annotations } = JSON.parse(new TextDecoder().decode(changed["val.json"]));
    expect(annotations.map(({ category_id }: Json) => category_id)).toEqual([1, 1]);
    const again = await open({ ...files, ...changed });
    expect((await again.images[1].read()).labels.data).toEqual(change.data);
  });

  it("refuse a class that one of them does not have", async () => {
    const set = await open({
      ...files,
      "train.json": coco({
        categories: [
          { id: 1, name: "cat" },
          { id: 2, name: "dog" },
          { id: 7, name: "fox" },
        ],
      }),
    });
    const [, b] = set.images;
    const stream = (async function* () {
      yield { image: b, labels: painted((await b.read()).labels, [0, 0, 1, 1], 7) };
    })();
    await expect(set.rewrite(stream)[Symbol.asyncIterator]().next()).rejects.toThrow('val.json has no class "fox"');
  });
});
