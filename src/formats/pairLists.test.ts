import { describe, expect, it } from "vitest";
import { createRandom } from "../core/random";
import { chooseReading } from "./chooseReading";
import { pathListing } from "./fixtures/listing";
import type { QuestionId } from "./questions";
import { recognise } from "./recognise";

async function open(
  paths: readonly string[],
  texts: Readonly<Record<string, string>>,
  choices: readonly (readonly [QuestionId, string])[] = [],
) {
  const rated = await recognise(pathListing([...paths, ...Object.keys(texts)], texts));
  const read = chooseReading(rated, new Map(choices));
  const pairing = read?.questions.find(({ id }) => id === "pairing");
  const pairs = read?.pairing.pairs.map(({ image, label }) => `${image} ${label}`).sort() ?? [];
  return { layout: read?.reading.layout, pairs, pairing };
}

const three = [0, 1, 2];
/** Images and labels whose equal names do not go together. */
const crossed = three.flatMap((i) => [`images/f${i}.jpg`, `masks/f${i}.png`]);
const listed = three.map((i) => `images/f${i}.jpg masks/f${(i + 1) % 3}.png`);

describe("a list of pairs beside the files", () => {
  const row = (i: number) => [`images/f${i}.jpg`, `masks/f${(i + 1) % 3}.png`];
  const table = (separator: string, heading?: readonly string[]) =>
    [...(heading ? [heading] : []), ...three.map(row)].map((cells) => cells.join(separator)).join("\n");
  const lists: readonly (readonly [string, string])[] = [
    ["pairs.csv", table(",", ["image", "mask"])],
    ["metadata.csv", table(";", ["file_name", "annotation_file_name"])],
    ["metadata.csv", table("\t", ["file_name", "label"])],
    ["data.tsv", table("\t")],
    ["train.txt", table(" ")],
    ["train.csv", `\uFEFF${table(",", ["Bild", "Maske"])}\r\n`.replaceAll("/", "\\")],
    ["lists/train.lst", table("\t").replaceAll("images/", "/home/me/set/images/")],
    [
      "pairs.csv",
      three
        .map((i) =>
          row(i)
            .reverse()
            .map((path) => `"${path}"`),
        )
        .join("\n"),
    ],
    ["train.csv", `id,mask,image\n${three.map((i) => `${i},f${(i + 1) % 3}.png,f${i}.jpg`).join("\n")}`],
    [
      "dataset.json",
      JSON.stringify({ training: three.map((i) => ({ image: `./${row(i)[0]}`, label: `./${row(i)[1]}` })) }),
    ],
    ["metadata.jsonl", three.map((i) => JSON.stringify({ image: row(i)[0], mask: row(i)[1] })).join("\n")],
  ];

  it.each(lists)("%s counts against names, which one click chooses (%#)", async (name, text) => {
    const { pairs, pairing } = await open(crossed, { [name]: text });
    expect(pairs).toEqual(listed);
    expect(pairing?.certainty).toBe("likely");
    expect(pairing?.chosen).toBe("list");
    expect(pairing?.options.map(({ value }) => value)).toEqual(["list", "names"]);
    const byNames = await open(crossed, { [name]: text }, [["pairing", "names"]]);
    expect(byNames.pairs).toEqual(three.map((i) => `images/f${i}.jpg masks/f${i}.png`));
  });

  it("names of one stem in two folders are told by their column, and files it leaves out by their names", async () => {
    const paths = [...crossed, "images/g.jpg", "masks/g.png"];
    const { pairs, layout } = await open(paths, { "train.csv": "image,mask\nf0,f1\nf1,f2\nf2,f0\n" });
    expect(pairs).toEqual([...listed, "images/g.jpg masks/g.png"].sort());
    expect(layout).toBe("Images and masks");
  });

  it("joins files that no words tell apart, in any folders", async () => {
    const paths = three.flatMap((i) => [`a/${i}x.png`, `b/k${7 - i}.png`]);
    const text = three.map((i) => `a/${i}x.png,b/k${7 - i}.png`).join("\n");
    const { pairs, pairing } = await open(paths, { "list.csv": text });
    expect(pairs).toEqual(three.map((i) => `a/${i}x.png b/k${7 - i}.png`));
    expect(pairing?.certainty).toBe("clear");
  });

  it("keeps a known layout and its classes, and takes the labels that are listed", async () => {
    const root = "VOC2012";
    const files = [`${root}/JPEGImages/a.jpg`, `${root}/SegmentationClass/a.png`, `${root}/SegmentationClassAug/a.png`];
    const list = `/JPEGImages/a.jpg /SegmentationClassAug/a.png\n`;
    const { pairs } = await open(files, { [`${root}/train_aug.txt`]: list });
    expect(pairs).toEqual([`${root}/JPEGImages/a.jpg ${root}/SegmentationClassAug/a.png`]);
  });

  it("no list: splits, captions, sizes, class lists, labels of boxes", async () => {
    const paths = three.flatMap((i) => [`images/f${i}.jpg`, `masks/f${i}.png`]);
    const texts = {
      "train.txt": "f0\nf1\n",
      "captions.csv": "file_name,text\nf0.jpg,a cat\n",
      "sizes.csv": "name,width,height\nf0.jpg,10,20\n",
      "classes.csv": "id,name\n0,sky\n1,f1\n",
      "labels/f0.txt": "0 0.5 0.5 0.1 0.1\n",
    };
    const { pairs, pairing } = await open(paths, texts);
    expect(pairs).toEqual(three.map((i) => `images/f${i}.jpg masks/f${i}.png`));
    expect(pairing).toMatchObject({ chosen: "names", certainty: "clear" });
  });

  it("any shuffled pairing, in any table, comes back as listed", async () => {
    const random = createRandom(16);
    const pick = <T>(of: readonly T[]) => of[random.int(of.length)];
    for (let round = 0; round < 60; round += 1) {
      const count = 2 + random.int(6);
      const order = random.shuffle(Array.from({ length: count }, (_, i) => i));
      const [images, masks] = pick([
        ["images", "masks"],
        ["img", "gt"],
        ["x/photos", "x/labels"],
        ["rgb", "seg"],
      ]);
      const separator = pick([",", ";", "\t", " "]);
      const heading = pick([["image", "mask"], ["image_path", "label_path"], null]);
      const bare = pick([true, false]);
      const rows = order.map((label, i) => [
        `${bare ? "" : `${images}/`}s${i}.jpg`,
        `${bare ? "" : `${masks}/`}s${label}.png`,
      ]);
      const text = [...(heading ? [heading] : []), ...rows]
        .map((row) => row.join(separator))
        .join(pick(["\n", "\r\n"]));
      const paths = order.flatMap((_, i) => [`${images}/s${i}.jpg`, `${masks}/s${i}.png`]);
      const { pairs } = await open(paths, { [pick(["train.csv", "a/list.txt", "pairs.tsv"])]: text });
      expect(pairs).toEqual(order.map((label, i) => `${images}/s${i}.jpg ${masks}/s${label}.png`).sort());
    }
  });
});

describe("the pairing that comes next", () => {
  it("is offered, and the default stays first", async () => {
    const paths = [1, 2, 3].flatMap((i) => [`images/a${i}.jpg`, `masks/zz${i + 10}.png`, `masks/b${i}q.png`]);
    const { pairing } = await open(paths, {});
    expect(pairing?.options[0].value).toBe("names");
    expect(pairing?.chosen).toBe("names");
    const numbers = [1, 2, 3].flatMap((i) => [`images/${i}.jpg`, `masks/00${i}.png`]);
    const padded = await open(numbers, {});
    expect(padded.pairs).toHaveLength(3);
  });

  it("by the order of names where names leave doubt: each place by itself", async () => {
    const paths = [1, 2, 3].flatMap((i) => [`images/a ${i} x.jpg`, `masks/b${i === 3 ? 4 : i}y.png`]);
    const first = await open(paths, {});
    const order = first.pairing?.options.find(({ text }) => /order/.test(text));
    if (!order) throw new Error(JSON.stringify(first));
    const { pairs } = await open(paths, {}, [["pairing", order.value]]);
    expect(pairs).toEqual([1, 2, 3].map((i) => `images/a ${i} x.jpg masks/b${i === 3 ? 4 : i}y.png`));
  });
});
