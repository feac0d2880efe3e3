import { describe, expect, it } from "vitest";
import { classOf, type Rgb } from "../core/classTable";
import { displayPalette, rgbKey, vocColor } from "../core/palette";
import { createRandom, type Random } from "../core/random";
import { segnetClasses } from "../formats/camvid";
import { cityscapesClasses } from "../formats/cityscapes";
import { type ChosenClasses, unknownProblems } from "./chooseClasses";
import { asked, grey, held, read, rgb, table } from "./fixtures/chosenClasses";

describe("names without ids", () => {
  it.each([
    ["0 and 255 for two names", "background\nitem", [0, 255], ["0 background", "255 item"], []],
    [
      "255 is void beside as many ids",
      "background\nitem",
      [0, 1, 255],
      ["0 background", "1 item", "255 void (ignored)"],
      [],
    ],
    [
      "greys for three names",
      "background\nliver\ntumour",
      [0, 128, 255],
      ["0 background", "128 liver", "255 tumour"],
      [],
    ],
    [
      "greys, background not named",
      "liver\ntumour",
      [0, 128, 255],
      ["0 background", "128 liver", "255 tumour"],
      ["order: used after 0 (likely)"],
    ],
    ["one name", "polyp", [0, 255], ["0 background", "255 polyp"], ["order: used after 0 (likely)"]],
    [
      "N names and ids to N",
      "person\nvehicle",
      [0, 1, 2],
      ["0 background", "1 person", "2 vehicle"],
      ["order: from 1 (open)"],
    ],
    ["N names and ids below", "sky\nroad\ntree", [0, 1, 2], ["0 sky", "1 road", "2 tree"], ["order: from 0 (likely)"]],
    [
      "many names and all ids below",
      "a\nb\nc\nd\ne\nf\ng\nh",
      [0, 1, 2, 3, 4, 5, 6, 7],
      "abcdefgh".split("").map((name, id) => `${id} ${name}`),
      [],
    ],
    ["two ids for two names", "cat\ndog", [0, 1], ["0 cat", "1 dog"], ["order: from 0 (likely)"]],
    [
      "the last was not met",
      "sky\nroad\ntree\ncar",
      [0, 1],
      ["0 sky", "1 road", "2 tree", "3 car"],
      ["order: from 0 (likely)"],
    ],
    ["a background was named", "background\na\nb\nc", [0, 2], ["0 background", "1 a", "2 b", "3 c"], []],
    ["ids from 1", "sky\nroad\ntree", [1, 2, 3], ["1 sky", "2 road", "3 tree"], ["order: used (open)"]],
    [
      "255 is the last name's",
      "road\nsky\nvoid",
      [0, 1, 255],
      ["0 road", "1 sky", "255 void (ignored)"],
      ["order: used with void (likely)"],
    ],
    [
      "three ids with 255 for three names",
      "road\nsky\ncar",
      [0, 1, 255],
      ["0 road", "1 sky", "2 car", "255 void (ignored)"],
      ["order: from 0 (open)"],
    ],
  ] as const)("%s", async (_, names, ids, expected, questions) => {
    for (const seen of [grey(...ids), rgb(...ids.map((id) => id * 0x10101))]) {
      const chosen = await read({ "classes.txt": names }, seen);
      expect(table(chosen)).toEqual(expected);
      expect(asked(chosen)).toEqual(questions);
    }
  });

  it("go another way by one choice", async () => {
    const other = await read({ "classes.txt": "person\nvehicle" }, grey(0, 1, 2), { order: "from 0" });
    expect(table(other)).toEqual(["0 person", "1 vehicle"]);
    const asClass = await read({ "classes.txt": "person\nvehicle" }, grey(0, 1, 255), { void: "class" });
    expect(classOf(asClass.classes, 255)).toMatchObject({ name: "class 255", ignored: false });
    const unlisted = await read({ "classes.txt": "person\nvehicle" }, grey(0, 1, 2), { background: "unlisted" });
    expect(table(unlisted)).toEqual(["1 person", "2 vehicle"]);
    const none = await read({ "classes.txt": "person\nvehicle" }, grey(0, 1, 2), { classList: "none", order: "gone" });
    expect(table(none)).toEqual(["0 class 0", "1 class 1", "2 class 2"]);
    expect(none.guessed).toBe(true);
  });

  it("that are the layout's own keep its ids: SegNet's 11 is void", async () => {
    const names = segnetClasses()
      .slice(0, 11)
      .map(({ name }) => name);
    const meaning = { vocColors: false, defaultClasses: () => segnetClasses() };
    const chosen = await read(
      { "classes.txt": names.join("\n") },
      grey(...Array.from({ length: 12 }, (_, id) => id)),
      {},
      meaning,
    );
    expect(table(chosen).slice(0, 2)).toEqual(["0 sky", "1 building"]);
    expect(classOf(chosen.classes, 11)?.ignored ?? true).toBe(true);
  });
});

describe("lists with colours", () => {
  const list = { "label_colors.txt": "200 0 0 cat\n0 200 0 dog" };

  it("are the only colour table: black and VOC's colours are unlisted, and black may be made background", async () => {
    const seen = rgb(0, 0xc80000, 0x00c800, 0x800000);
    const chosen = await read(list, seen, {}, { vocColors: true, defaultClasses: () => null });
    expect(table(chosen)).toEqual(["0 cat", "1 dog"]);
    expect(chosen.codec.vocColors).toBe(false);
    expect(asked(chosen)).toEqual(["background: unlisted (open)"]);
    expect(unknownProblems("set", chosen, seen).map(({ reason }) => reason)).toEqual([
      "2 colours are in no class list: #000000 (5000 px), #800000 (1000 px).",
    ]);
    const black = await read(list, seen, { background: "background" });
    expect(table(black)).toEqual(["0 cat", "1 dog", "2 background"]);
    expect(black.codec.colors).toContainEqual({ color: [0, 0, 0], id: 2 });
  });

  it("of greys name the greys of grey and R = G = B files", async () => {
    const greys = { "colors.txt": "0 0 0 background\n255 255 255 item" };
    for (const seen of [grey(0, 255), rgb(0, 0xffffff)]) {
      const chosen = await read(greys, seen);
      expect(table(chosen)).toEqual(["0 background", "255 item"]);
      expect(asked(chosen)).toEqual([]);
    }
    const machine = { "obj_class_to_machine_color.json": '{"person": [1, 1, 1], "car": [2, 2, 2]}' };
    const display = {
      "meta.json": '{"classes": [{"title": "person", "color": "#d0021b"}, {"title": "car", "color": "#50e3c2"}]}',
    };
    const chosen = await read({ ...display, ...machine }, rgb(0, 0x10101, 0x20202));
    expect(table(chosen)).toEqual(["0 background", "1 person", "2 car"]);
    expect(asked(chosen)).toContain("background: background (likely)");
  });

  it("that occur nowhere in the labels are said not to fit", async () => {
    const chosen = await read(list, rgb(0x0000ff, 0x00ffff));
    expect(chosen.guessed).toBe(true);
    expect(chosen.problems).toMatchObject([
      { path: "label_colors.txt", reason: expect.stringContaining("None of the list's colours") },
    ]);
  });

  it("keep used palette entries of one colour apart, and follow palettes that differ from file to file", async () => {
    const entry = (index: number, color: Rgb) => ({ index, color, count: 10 });
    const same = { ...grey(0, 1, 2), entries: [entry(0, [0, 0, 0]), entry(1, [9, 9, 9]), entry(2, [9, 9, 9])] };
    expect((await read({}, same)).classes.map(({ id }) => id)).toEqual([0, 1, 2]);
    const differing = {
      ...grey(0, 1),
      entries: [entry(0, [200, 0, 0]), entry(1, [0, 200, 0]), entry(0, [0, 200, 0]), entry(1, [200, 0, 0])],
    };
    expect((await read(list, differing)).codec.indexed).toBe("colors");
  });
});

describe("lists of something else", () => {
  const model = JSON.stringify({ model_type: "segformer", id2label: { 0: "wall", 1: "building", 2: "sky" } });

  it("a trained model's classes are offered, not taken, and come after any list", async () => {
    for (const path of ["config.json", "checkpoint-500/config.json", "model/config.json"]) {
      const chosen = await read({ [path]: model }, grey(0, 1, 2));
      expect(asked(chosen)).toEqual(["classList: none (likely)"]);
      expect(table(await read({ [path]: model }, grey(0, 1, 2), { classList: path }))).toContain("1 building");
      const both = await read({ [path]: model, "dataset_classes.txt": "background\ncrop\nweed" }, grey(0, 1, 2));
      expect(table(both)).toEqual(["0 background", "1 crop", "2 weed"]);
    }
  });

  it("so are lists in the folders that trainings write", async () => {
    const names = '{"0": "cat", "1": "dog", "2": "cow"}';
    for (const folder of ["runs/exp1", "checkpoint-10", "wandb"]) {
      const chosen = await read({ [`${folder}/id2label.json`]: names }, grey(0, 1, 2));
      expect(asked(chosen)).toEqual(["classList: none (likely)"]);
    }
  });

  it("ids and names in a file of any name are asked about; those of persons are no classes", async () => {
    const people = "id,name\n0,Meier\n1,Schulz\n2,Kunz";
    expect(asked(await read({ "something.csv": people }, grey(0, 1, 2)))).toContain(
      "classList: something.csv (likely)",
    );
    expect((await read({ "patients.csv": people }, grey(0, 1, 2))).guessed).toBe(true);
    expect(asked(await read({ "classes.csv": people }, grey(0, 1, 2)))).toEqual([]);
  });
});

describe("several lists", () => {
  it("the one that names what the labels hold wins, and the others can be chosen", async () => {
    const texts = { "classes.txt": "a\nb", "sub/codes.txt": "background\nsky\nroad\ntree" };
    const chosen = await read(texts, grey(0, 1, 2, 3));
    expect(table(chosen)).toEqual(["0 background", "1 sky", "2 road", "3 tree"]);
    expect(chosen.questions[0]).toMatchObject({ id: "classList", chosen: "sub/codes.txt" });
    const other = await read(texts, grey(0, 1, 2, 3), { classList: "classes.txt" });
    expect(table(other).slice(0, 2)).toEqual(["0 a", "1 b"]);
  });

  it("ids for training are told from ids by the labels", async () => {
    const csv =
      "name,id,trainId,color\n" +
      cityscapesClasses("labelIds")
        .map(({ id, name, color, ignored }) => {
          const trainId = ignored ? 255 : cityscapesClasses("labelTrainIds").find((info) => info.name === name)?.id;
          return `${name},${id},${trainId},"${color.join(",")}"`;
        })
        .join("\n");
    const byId = await read({ "labels.csv": csv }, grey(0, 7, 26, 33));
    expect(classOf(byId.classes, 26)?.name).toBe("car");
    const byTrainId = await read({ "labels.csv": csv }, grey(0, 1, 2, 13, 18, 255));
    expect([classOf(byTrainId.classes, 13)?.name, classOf(byTrainId.classes, 255)?.ignored]).toEqual(["car", true]);
  });

  it("a list that no labels can be read with is none, and one that is damaged is named", async () => {
    const chosen = await read({ "notes.txt": "left one\nright one", "classes.json": "{" }, grey(0, 7, 90));
    expect(chosen.guessed).toBe(true);
    expect(chosen.problems.map(({ path }) => path)).toEqual(["classes.json"]);
  });
});

describe("no list", () => {
  it("255 is void where that leaves an object, else a class", async () => {
    expect(table(await read({}, grey(0, 255)))).toEqual(["0 class 0", "255 class 255"]);
    expect(table(await read({}, grey(0, 128, 255)))[2]).toBe("255 class 255");
    const chosen = await read({}, grey(0, 1, 255));
    expect(table(chosen)[2]).toBe("255 void (ignored)");
    expect(asked(chosen)).toEqual(["void: void (likely)"]);
    expect(table(await read({}, grey(0, 1, 255), { void: "class" }))[2]).toBe("255 class 255");
  });

  it("thousands of ids look like instances", async () => {
    const seen = grey(...Array.from({ length: 3000 }, (_, id) => id));
    const chosen = await read({}, seen);
    expect(asked(chosen)).toEqual([]);
    expect(unknownProblems("set", chosen, seen)).toMatchObject([
      { reason: expect.stringContaining("look like instances: 3,000 ids") },
    ]);
  });
});

/** A folder of a grammar: what each stored value means, the list as written, what the labels hold. */
function generated(random: Random) {
  const count = 1 + random.int(6);
  const objects = ["road", "sky", "tree", "car", "person", "wall"].slice(0, count);
  const pick = <T>(items: readonly T[]): T => items[random.int(items.length)];
  const namesBackground = random.int(2) === 0;
  const hasBackground = namesBackground || random.int(2) === 0;
  const names = namesBackground ? [pick(["background", "_background_", "bg"]), ...objects] : objects;
  const spacing = pick(["dense", "dense", "greys"]);
  const total = objects.length + (hasBackground ? 1 : 0);
  const step = spacing === "greys" ? Math.floor(255 / Math.max(1, total - 1)) : 1;
  const stored = objects.map((_, i) => (i + (hasBackground ? 1 : 0)) * step);
  const meaning = new Map<number, string>(stored.map((id, i) => [id, objects[i]]));
  if (hasBackground) meaning.set(0, namesBackground ? names[0] : "background");
  const hasVoid = spacing === "dense" && random.int(3) === 0;
  const coding = pick(["grey", "rgb grey", "voc", "listed colours"]);
  const codable = coding !== "voc" || spacing === "dense";
  const colorOf = (id: number): Rgb => {
    if (coding === "rgb grey") return [id, id, id];
    return coding === "voc" ? vocColor(id) : id === 0 && hasBackground ? [0, 0, 0] : displayPalette(300)[id];
  };
  const rows = names.map((name, i) => ({ name, id: namesBackground ? (i === 0 ? 0 : stored[i - 1]) : stored[i] }));
  const writesColors = coding === "listed colours";
  const writesIds = !writesColors && random.int(3) === 0;
  const line = ({ name, id }: (typeof rows)[number]) =>
    writesColors ? `${name},${colorOf(id).join(",")}` : writesIds ? `${id},${name}` : name;
  const isMet = () => random.int(6) > 0;
  const used = [...meaning.keys()].filter((id) => id === 0 || isMet());
  // Void as the only object is a class by rule.
  const all = hasVoid && used.some((id) => id > 0) ? [...used, 255] : used;
  const pixels = (id: number) => (id === 0 ? 6000 : 500);
  const seen =
    coding === "grey"
      ? held({ ids: Object.fromEntries(all.map((id) => [id, pixels(id)])) })
      : held({
          colors: Object.fromEntries(
            (coding === "listed colours" ? used : all).map((id) => [rgbKey(colorOf(id)), pixels(id)]),
          ),
        });
  const nameOf = (chosen: ChosenClasses, id: number): string | undefined => {
    const { codec, classes } = chosen;
    const byColor = codec.colors.find(({ color }) => rgbKey(color) === rgbKey(colorOf(id)))?.id;
    const read = coding === "grey" ? id : codec.vocColors ? id : (byColor ?? -1);
    const info = classOf(classes, read);
    return info && !info.ignored ? info.name : undefined;
  };
  /** Whether each value means what it was made to; the background may be left unlisted where the list has none. */
  const isRight = (chosen: ChosenClasses) =>
    used.every(
      (id) =>
        nameOf(chosen, id) === meaning.get(id) ||
        (id === 0 && !namesBackground && hasBackground && nameOf(chosen, id) === undefined),
    ) &&
    (!hasVoid || coding === "listed colours" || nameOf(chosen, 255) === undefined);
  return { isUsable: codable && used.length > 0, texts: { "classes.csv": rows.map(line).join("\n") }, seen, isRight };
}

describe("200 generated folders", () => {
  it("are read as they were made, or it is asked or said; none is misread in silence", async () => {
    const random = createRandom(1600);
    const outcomes = { right: 0, offered: 0, asked: 0, said: 0 };
    for (let made = 0; made < 200; ) {
      const { isUsable, texts, seen, isRight } = generated(random);
      if (!isUsable) continue;
      made += 1;
      const chosen = await read(texts, seen);
      const open = chosen.questions.filter(({ certainty }) => certainty !== "clear");
      const ways = open.flatMap(({ id, options }) => options.map(({ value }) => ({ [id]: value })));
      const others = await Promise.all(ways.map((choice) => read(texts, seen, choice)));
      if (isRight(chosen)) outcomes.right += 1;
      else if (others.some(isRight)) outcomes.offered += 1;
      else if (open.length > 0) outcomes.asked += 1;
      // Greys of which some were not met fit no way to read the list: it is named, with what it lacks.
      else if (chosen.problems.length + unknownProblems("set", chosen, seen).length > 0) outcomes.said += 1;
      else expect.fail(`${JSON.stringify([texts, [...seen.ids], [...seen.colors]])}: ${table(chosen)}`);
    }
    expect(outcomes).toEqual({ right: 196, offered: 3, asked: 0, said: 1 });
  });
});

it.each(["scenes.json", "class_counts.json"])("words with numbers in %s are offered, not taken", async (path) => {
  const chosen = await read({ [path]: '{"city": 2, "farm": 0, "sea": 1}' }, grey(0, 1, 2));
  expect(asked(chosen)).toEqual(["classList: none (likely)"]);
  expect(chosen.classes.map(({ name }) => name)).not.toContain("city");
  expect(table(await read({ [path]: '{"city": 2, "farm": 0}' }, grey(0, 2), { classList: path }))).toEqual([
    "0 farm",
    "2 city",
  ]);
});

it.each([
  ["classes.csv", "id,value,name\n0,0,sky\n1,2,road\n2,1,tree", "value"],
  ["classes.tsv", "id\tname\tnyu40id\n0\tsky\t1\n1\troad\t2\n2\ttree\t0", "nyu40id"],
  [
    "labels.json",
    '[{"id":0,"name":"sky","index":1},{"id":1,"name":"road","index":2},{"id":2,"name":"tree","index":0}]',
    "index",
  ],
])("two columns of ids that both fit are asked for: %s", async (path, text, column) => {
  expect(asked(await read({ [path]: text }, grey(0, 1, 2)))).toContainEqual(
    expect.stringMatching(/^classList: .*open/),
  );
  const other = await read({ [path]: text }, grey(0, 1, 2), { classList: `${path}#${column}` });
  expect(table(other)).not.toContain("1 road");
});

it("two columns of colours that both fit are asked for, one that does not occur is not", async () => {
  const csv = "name,color,old_color\nsky,#0000c8,#c80000\nroad,#c80000,#00c800\ntree,#00c800,#0000c8";
  const seen = rgb(0x0000c8, 0xc80000, 0x00c800);
  expect(asked(await read({ "classes.csv": csv }, seen))).toEqual(["classList: classes.csv (open)"]);
  const one = csv.replaceAll(/,#\w+$/gm, (color) => `,#1111${color.slice(-2)}`);
  expect(asked(await read({ "classes.csv": one }, seen))).toEqual([]);
});

it.each([0, 1, 2])("255 in files without the only object is asked for, with %i names", async (count) => {
  const texts = count === 0 ? {} : { "classes.txt": ["background", "crack"].slice(-count).join("\n") };
  const chosen = await read(texts, { ...grey(0, 1, 255), isVoidApart: true });
  expect(asked(chosen)).toContain("void: class (open)");
});

it.each([200, 254, 15])("%i is no class where it is rare and far from as many ids as names", async (odd) => {
  const seen = held({ ids: { 0: 5000, 1: 3000, 2: 2000, [odd]: 100 } });
  const chosen = await read({ "classes.txt": "sky\nroad\ntree" }, seen);
  expect(table(chosen)).toEqual(["0 sky", "1 road", "2 tree"]);
  expect(asked(chosen)).toEqual(["order: from 0 (likely)"]);
  const other = await read({ "classes.txt": "sky\nroad\ntree" }, seen, { order: "used after 0" });
  expect(table(other)).toEqual(["0 background", "1 sky", "2 road", `${odd} tree`]);
});

it("black objects on white are asked for", async () => {
  const seen = held({ ids: { 0: 500, 255: 5000 } });
  expect(asked(await read({ "classes.txt": "background\ncrack" }, seen))).toEqual(["order: used (open)"]);
  const other = await read({ "classes.txt": "background\ncrack" }, seen, { order: "used reversed" });
  expect(table(other)).toEqual(["0 crack", "255 background"]);
});

it("a class called void in the midst of a list may be a class", async () => {
  const texts = { "classes.txt": "matrix\nvoid\ncrack" };
  const chosen = await read(texts, grey(0, 1, 2));
  expect(asked(chosen)).toContain("void: void (likely)");
  expect(table(await read(texts, grey(0, 1, 2), { void: "class" }))).toContain("1 void");
  const last = await read({ "classes.txt": "matrix\ncrack\nvoid" }, grey(0, 1, 2));
  expect(asked(last)).not.toContainEqual(expect.stringMatching(/^void/));
  expect(last.questions.find(({ id }) => id === "void")?.options).toHaveLength(2);
});

it("ids of a list that are one off those in the labels are asked for", async () => {
  const yaml = { "data.yaml": "names:\n  0: cat\n  1: dog" };
  const chosen = await read(yaml, grey(0, 1, 2));
  expect(table(chosen)).toEqual(["0 background", "1 cat", "2 dog"]);
  expect(asked(chosen)).toEqual(["order: after 0 (open)"]);
  const txt = { "classes.txt": "1) sky\n2) road\n3) tree" };
  expect(asked(await read(txt, grey(0, 1, 2)))).toContain("order: ids (likely)");
  expect(table(await read(txt, grey(0, 1, 2), { order: "before 1" }))).toEqual(["0 sky", "1 road", "2 tree"]);
});
