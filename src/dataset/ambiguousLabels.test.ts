import { describe, expect, it } from "vitest";
import { classOf, type Rgb } from "../core/classTable";
import { displayPalette, rgbKey, vocColor } from "../core/palette";
import { createRandom } from "../core/random";
import { segnetClasses } from "../formats/camvid";
import { type ChosenClasses, chooseClasses, unknownProblems } from "./chooseClasses";
import { readTexts } from "./classTexts";
import { asked, grey, plain, read, rgb, table } from "./fixtures/chosenClasses";

describe("labels that could mean two things", () => {
  const entry = (index: number, color: Rgb, count = 1000) => ({ index, color, count });
  const [black, red, green]: Rgb[] = [
    [0, 0, 0],
    [200, 0, 0],
    [0, 200, 0],
  ];

  it("RGB files and indexed ones in the same colours hold the same classes", async () => {
    const entries = [entry(0, black, 5000), entry(1, red), entry(2, green)];
    const seen = { ...grey(0, 1, 2), colors: rgb(0, 0xc80000, 0x00c800).colors, entries };
    const chosen = await read({}, seen);
    expect(chosen.classes.map(({ color }) => [...color])).toEqual([black, green, red]);
    expect(chosen.codec.indexed).toBe("colors");
    expect(asked(chosen)).toEqual(["coding: colors (likely)"]);
    const byIds = await read({}, seen, { coding: "ids" });
    expect(byIds.classes).toHaveLength(6);
    const others = { ...seen, colors: rgb(0, 0x112233, 0x998877).colors };
    expect(asked(await read({}, others))).toEqual(["coding: ids (open)"]);
  });

  it("grey files beside coloured ones are said to be unrelated, and never merged", async () => {
    const seen = { ...grey(0, 1, 2), colors: rgb(0, 0xc80000, 0x00c800).colors };
    const chosen = await read({}, seen);
    expect(chosen.problems).toMatchObject([
      { reason: expect.stringContaining("Some labels hold ids, others colours") },
    ]);
    expect(new Set(chosen.classes.map(({ id }) => id)).size).toBe(6);
  });

  it("an indexed file's palette against a list's ids is asked about", async () => {
    const list = {
      "classes.json": JSON.stringify([
        { id: 0, name: "bg", color: black },
        { id: 1, name: "road", color: red },
        { id: 2, name: "tree", color: green },
      ]),
    };
    const seen = { ...grey(0, 1, 2), entries: [entry(0, black, 5000), entry(1, green), entry(2, red)] };
    const chosen = await read(list, seen);
    expect(asked(chosen)).toEqual(["order: by color (open)"]);
    expect(chosen.codec.indexed).toBe("colors");
    expect((await read(list, seen, { order: "by index" })).codec.indexed).toBe("ids");
    const agreeing = { ...seen, entries: [entry(0, black, 5000), entry(1, red), entry(2, green)] };
    expect(asked(await read(list, agreeing))).toEqual([]);
  });

  it("what is called invalid is ignored, and asked about; no data is ignored", async () => {
    for (const [name, certainty] of [
      ["invalid", "likely"],
      ["no data", "clear"],
    ]) {
      const list = { "classes.csv": `id,name\n0,bg\n1,road\n2,${name}` };
      const chosen = await read(list, grey(0, 1, 2));
      expect(chosen.classes.map(({ ignored }) => ignored)).toEqual([false, false, true]);
      expect(chosen.questions.find(({ id }) => id === "void")?.certainty).toBe(certainty);
      const kept = await read(list, grey(0, 1, 2), { void: "class" });
      expect(kept.classes.some(({ ignored }) => ignored)).toBe(false);
    }
  });

  it("of classes that share a colour one is asked for", async () => {
    const list = { "label_colors.txt": "0 0 200 sky\n200 0 0 road\n200 0 0 wall" };
    const seen = rgb(0x0000c8, 0xc80000);
    const chosen = await read(list, seen);
    expect(asked(chosen)).toEqual(["sharedColor: first (open)"]);
    const idOf = ({ codec }: ChosenClasses) => codec.colors.find(({ color }) => rgbKey(color) === 0xc80000)?.id;
    expect(idOf(chosen)).toBe(1);
    expect(idOf(await read(list, seen, { sharedColor: "last" }))).toBe(2);
    expect(asked(await read(list, rgb(0x0000c8)))).toEqual([]);
  });

  it("one channel may be the class, the others numbers of objects", async () => {
    const seen = rgb(0, 0x000100, 0x000200, 0x010000, 0x010100, 0x010300, 0x020000, 0x020200);
    const chosen = await read({}, seen);
    expect(asked(chosen)).toEqual(["coding: red (open)"]);
    expect([chosen.codec.channel, ...table(chosen)]).toEqual([0, "0 class 0", "1 class 1", "2 class 2"]);
    expect(unknownProblems("set", chosen, seen)).toEqual([]);
    const alone = await read({ "classes.txt": "none\nroad\ntree" }, rgb(0, 0x010000, 0x020000));
    expect(table(alone)).toEqual(["0 none", "1 road", "2 tree"]);
    expect(asked(alone)).toEqual(["coding: red (likely)"]);
    for (const palette of [
      [0, 0xc80000, 0x00c800],
      displayPalette(20).map(rgbKey),
      [0, 1, 2, 3].map((id) => rgbKey(vocColor(id))),
    ])
      expect((await read({}, rgb(...palette))).codec.channel).toBeUndefined();
  });

  it("the classes of a layout that others borrow are asked about", async () => {
    const meaning = {
      vocColors: true,
      ownNames: /^\d{4}_\d{6}$/,
      defaultClasses: () => segnetClasses(),
      labels: ["a/img1.png"],
    };
    expect(asked(await read({}, grey(0, 1, 2, 3), {}, meaning))).toEqual(["classList: layout (open)"]);
    expect(asked(await read({}, grey(0, 1, 7, 8, 9), {}, meaning))).toEqual(["classList: layout (likely)"]);
    expect(
      asked(await read({}, grey(0, 1), {}, { ...meaning, labels: ["a/2007_000033.png"] } as typeof meaning)),
    ).toEqual([]);
  });

  it("colours next to listed ones are theirs unless two are near", async () => {
    const list = { "label_colors.txt": "0 0 200 sky\n200 0 0 road\n0 200 0 tree" };
    const seen = rgb(0x0100c7, 0x0000c8, 0xc90002, 0x00c800, 0x123456);
    const chosen = await read(list, seen);
    expect(asked(chosen)).toEqual(["nearColors: snap (likely)"]);
    expect(chosen.codec.snaps).toBe(true);
    expect(unknownProblems("set", chosen, seen).map(({ reason }) => reason)).toEqual([
      "1 colour is in no class list: #123456 (1000 px).",
    ]);
    expect((await read(list, seen, { nearColors: "unlisted" })).codec.snaps).toBeUndefined();
    expect(asked(await read(list, rgb(0x0000c8, 0xc80000)))).toEqual([]);
  });

  it("unlisted greys among listed ones are unlisted, no more", async () => {
    const list = { "class_dict.csv": "name,r,g,b\na,0,0,0\nb,128,128,128\nc,255,255,255" };
    for (const seen of [grey(0, 64, 128, 255), rgb(0, 0x404040, 0x808080, 0xffffff)]) {
      const chosen = await read(list, seen);
      expect(table(chosen)).toEqual(["0 a", "128 b", "255 c"]);
      expect(unknownProblems("set", chosen, seen)).toMatchObject([
        { reason: expect.stringContaining("in no class list") },
      ]);
    }
  });

  it("lists that hold for a part of the folders each: which ones is said", async () => {
    const texts = { "b1/classes.txt": "sky\nroad\ntree", "b2/classes.txt": "road\ntree\nsky" };
    const labels = ["b1/masks/0.png", "b1/masks/1.png", "b2/masks/2.png"];
    const lists = async (all: Readonly<Record<string, string>>) =>
      chooseClasses(
        { ...plain, labels },
        await readTexts(Object.entries(all).map(([path, text]) => ({ path, text }))),
        grey(0, 1, 2),
      );
    const chosen = await lists(texts);
    const question = chosen.questions.find(({ id }) => id === "classList");
    expect(question?.certainty).toBe("open");
    expect(question?.options[0].why).toMatch(/It lies in b1, as 2 of the 3 labels do; .* disagree\.$/);
    expect(question?.options[1].why).toMatch(/It lies in b2, as 1 of the 3 labels does; /);
    expect(chosen.problems.map(({ reason }) => reason)).toEqual([
      "The labels in b2 are read by b1/classes.txt, but a list of their own (b2/classes.txt) disagrees.",
    ]);
    expect((await lists({ ...texts, "b2/classes.txt": texts["b1/classes.txt"] })).problems).toEqual([]);
    expect((await lists({ "classes.txt": texts["b1/classes.txt"], ...texts })).problems).toEqual([]);
  });

  it("names in one file and colours in another belong together", async () => {
    const seen = rgb(0x0000c8, 0xc80000, 0x00c800);
    const colors = { "colors.txt": "0 0 200\n200 0 0\n0 200 0" };
    const chosen = await read({ "classes.txt": "sky\nroad\ntree", ...colors }, seen);
    expect(table(chosen)).toEqual(["0 sky", "1 road", "2 tree"]);
    expect(asked(chosen)).toEqual(["classList: classes.txt with colors.txt (likely)"]);
    expect(chosen.problems).toEqual([]);
    const more = { "palette.json": "[[0,0,0],[200,0,0],[0,200,0]]" };
    expect(table(await read({ "classes.txt": "road\ntree", ...more }, rgb(0, 0xc80000, 0x00c800)))).toEqual([
      "0 background",
      "1 road",
      "2 tree",
    ]);
    const byId = { "names.json": '{"7": "road", "9": "tree"}', "colors.json": '{"9": "#00c800", "7": "#c80000"}' };
    expect(table(await read(byId, rgb(0xc80000, 0x00c800)))).toEqual(["7 road", "9 tree"]);
  });

  it("greys are the luminance of a list's colours, whatever their order", async () => {
    const random = createRandom(22);
    let told = 0;
    for (let round = 0; round < 50; round += 1) {
      const colors = Array.from(
        { length: 3 + random.int(5) },
        (): Rgb => [random.int(256), random.int(256), random.int(256)],
      );
      const greys = colors.map(([r, g, b]) => Math.round(0.299 * r + 0.587 * g + 0.114 * b));
      const isApart = greys.every((value, i) => greys.every((other, k) => i === k || Math.abs(value - other) > 2));
      if (!isApart || greys.some((value) => value < 10 || value > 250)) continue;
      told += 1;
      const text = colors.map((color, i) => `n${"abcdefgh"[i]},${color.join(",")}`).join("\n");
      const chosen = await read({ "class_dict.csv": `name,r,g,b\n${text}` }, grey(...greys));
      expect(greys.map((id) => classOf(chosen.classes, id)?.name)).toEqual(colors.map((_, i) => `n${"abcdefgh"[i]}`));
      expect(asked(chosen)).toEqual(["order: luminance (likely)"]);
    }
    expect(told).toBeGreaterThan(20);
  });
});
