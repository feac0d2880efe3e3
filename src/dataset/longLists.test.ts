import { describe, expect, it } from "vitest";
import { findLargeLists, readClassLists, readColors } from "../formats/classList";
import { chooseClasses } from "./chooseClasses";
import { readTexts } from "./classTexts";
import { plain, rgb } from "./fixtures/chosenClasses";

const count = 9000;
const words = Array.from({ length: count }, (_, i) => `thing${i}`);
const color = (i: number) => [i >> 8, i & 255, (7 * i) & 255];
const key = (i: number) => (color(i)[0] << 16) | (color(i)[1] << 8) | color(i)[2];

/** The same classes as people write them. */
const lists: Readonly<Record<string, string>> = {
  "classes.txt": words.join("\n"),
  "one line/classes.txt": words.join(","),
  "one line of phrases/classes.txt": words.map((word) => `one ${word} of all`).join(", "),
  "numbered line/classes.txt": words.map((word, i) => `${i}: ${word}`).join(", "),
  "numbered/classes.txt": words.map((word, i) => `${i} ${word}`).join("\n"),
  "class_dict.csv": `id,name,r,g,b\n${words.map((word, i) => [i, word, ...color(i)].join(",")).join("\n")}`,
  "classes.json": JSON.stringify(words.map((name, id) => ({ id, name, color: color(id) }))),
  "data.yaml": `names:\n${words.map((word) => `  - ${word}`).join("\n")}`,
  "label_map.pbtxt": words.map((word, i) => `item {\n  id: ${i + 1}\n  name: '${word}'\n}`).join("\n"),
  "classes.py": `CLASSES = (${words.map((word) => `'${word}'`).join(", ")})\nPALETTE = [${words.map((_, i) => `[${color(i)}]`).join(", ")}]`,
  "labelmap.txt": words.map((word, i) => `${word}:${color(i).join(",")}::`).join("\n"),
  "label_config.xml": `<BrushLabels>${words.map((word) => `<Label value="${word}"/>`).join("\n")}</BrushLabels>`,
};

/** What repeats without an end: where a pattern tries each place anew, or in several ways, these took minutes. */
const repeated: Readonly<Record<string, string>> = {
  "blanks in the middle": `a${" ".repeat(100_000)}b`,
  "blanks behind each word": words.map((word) => `${word}${" ".repeat(60)}x`).join("\n"),
  "blank lines": "\n".repeat(100_000),
  numbers: `${"1 ".repeat(33_000)}x`,
  digits: `${"1".repeat(100_000)}x`,
  "a long line of words and numbers": `${"a 1 ".repeat(20_000)}b`,
  "open brackets": "[".repeat(33_000) + "]".repeat(33_000),
  "open brackets, one a line": "a=(\n".repeat(20_000),
  "open braces": "item {".repeat(20_000),
  "open tags": `<Labels>${"<Label ".repeat(20_000)}`,
  "open texts": `a="""${"x'".repeat(33_000)}`,
  "an annotation without a value": `a:${" ".repeat(66_000)}b`,
  "an annotation of blanks": `a:${" int ".repeat(20_000)}\nb`,
  "open ENVI values": `ENVI\n${"class names = {\n".repeat(10_000)}`,
  quotes: '"'.repeat(66_000),
  comments: "a # ".repeat(26_000),
  "four numbers and blanks": Array.from({ length: 200 }, () => `1${" ".repeat(90)}2${" ".repeat(90)}3 x`).join("\n"),
  "a head of many columns": `${"name,id,".repeat(10_000)}\n${"a,1\n".repeat(10_000)}`,
  "columns of blanks": `${"a   ".repeat(20_000)}\n${"b\n".repeat(10_000)}`,
  bars: `${"| ".repeat(33_000)}|`,
};
const types = ["txt", "csv", "json", "yaml", "py", "pbtxt", "xml", "md", "hdr", "ini", "gpl"];

/** Machines are slow; minutes are what this is about. */
const seconds = 5;

describe("class lists of 9,000 classes", () => {
  it.each(Object.entries(lists))("%s is read whole", async (path, text) => {
    const [list] = await readClassLists(path, text);
    expect(list.entries).toHaveLength(count);
    expect(list.entries[8999].name).toMatch(/thing8999\b/);
  });

  it("are chosen and laid on labels that hold 4,000 of their colours and 200 next to one", async () => {
    const held = Object.fromEntries(Array.from({ length: 4000 }, (_, i) => [key(2 * i), 100]));
    for (let i = 0; i < 200; i += 1) held[key(40 * i) ^ 1] = 1;
    const seen = rgb(...Object.keys(held).map(Number));
    const start = performance.now();
    const texts = await readTexts(Object.entries(lists).map(([path, text]) => ({ path, text })));
    const chosen = chooseClasses(plain, texts, seen);
    expect(chosen.classes.length).toBeGreaterThanOrEqual(count);
    expect(performance.now() - start).toBeLessThan(seconds * 1000);
  });
});

describe("texts that are no class lists", () => {
  it.each(Object.entries(repeated))("%s, of any type: no more than seconds", async (_, text) => {
    for (const type of types) {
      const start = performance.now();
      await readClassLists(`classes.${type}`, text).catch((error) => expect(error).toHaveProperty("remedy"));
      await readColors(`classes.${type}`, text);
      expect(performance.now() - start).toBeLessThan(seconds * 1000);
    }
  });

  it("are named where they are too large to be read", async () => {
    const files = [
      { path: "classes.json", size: 6_000_000 },
      { path: "instances.json", size: 60_000_000 },
      { path: "names.txt", size: 1000 },
    ];
    expect(findLargeLists(files)).toEqual(["classes.json"]);
    const text = `names:\n${"  - a\n".repeat(200_000)}`;
    await expect(readClassLists("classes.yaml", text)).rejects.toThrow(/YAML of more than 1 MB .* as JSON or CSV/);
  });
});
