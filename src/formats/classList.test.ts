import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decodeText, findClassFiles, readClassLists } from "./classList";
import { FormatError } from "./errors";

type Row = readonly (string | number | readonly number[] | undefined | boolean)[];

/** id, name, colour and "ignored" where a list gives them. */
async function rows(path: string, text: string): Promise<Row[]> {
  const [list] = await readClassLists(path, text);
  return (list?.entries ?? []).map(({ id, name, color, ignored }) => {
    const row = [id, name, color && [...color], ignored ? "ignored" : undefined];
    while (row[row.length - 1] === undefined) row.pop();
    return row;
  });
}

const none = undefined;
const [grey, red, black] = [
  [128, 128, 128],
  [200, 0, 0],
  [0, 0, 0],
];
const named: readonly Row[] = [
  [none, "sky"],
  [none, "blue car"],
  [none, "void", none, "ignored"],
];
const numbered: readonly Row[] = [
  [3, "sky"],
  [7, "blue car"],
  [9, "void", none, "ignored"],
];
const coloured: readonly Row[] = [
  [none, "sky", grey],
  [none, "blue car", red],
  [none, "void", black, "ignored"],
];
const full: readonly Row[] = [
  [3, "sky", grey],
  [7, "blue car", red],
  [9, "void", black, "ignored"],
];

/** Ways to write the same three classes. */
const writings: readonly (readonly [path: string, text: string, expected: readonly Row[]])[] = [
  ["classes.txt", "sky\nblue car\nvoid", named],
  ["codes.txt", "sky\r\n\r\nblue car\r\nvoid\r\n", named],
  ["obj.names", "# ours\nsky\nblue car\nvoid\n", named],
  ["class_names.txt", "__ignore__\nsky\nblue car\nvoid", named],
  ["labels.txt", '"sky",\n"blue car",\n"void",\n', named],
  ["names.json", '["sky", "blue car", "void"]', named],
  ["classes.json", '{"classes": ["sky", "blue car", "void"]}', named],
  ["meta.json", '{"METAINFO": {"CLASSES": ["sky", "blue car", "void"]}}', named],
  ["data.yaml", "nc: 3\nnames: [sky, blue car, void]\ntrain: ../train/images", named],
  ["classes.yml", "- sky\n- blue car\n- void", named],
  ["classes.txt", "3 sky\n7 blue car\n9 void", numbered],
  ["classes.txt", "3: sky\n7: blue car\n9: void", numbered],
  ["labelmap.txt", "sky: 3\nblue car: 7\nvoid: 9", numbered],
  ["classes.csv", "3,sky\n7,blue car\n9,void", numbered],
  ["classes.csv", "sky;3\nblue car;7\nvoid;9", numbered],
  ["_classes.csv", "Pixel Value, Class\n3, sky\n7, blue car\n9, void", numbered],
  ["labels.csv", "label,name\n3,sky\n7,blue car\n9,void", numbered],
  ["labels.csv", "Class;ID;other\nsky;3;x\nblue car;7;y\nvoid;9;z", numbered],
  ["objectInfo150.txt", "Idx\tRatio\tStuff\tName\n3\t0.1\t1\tsky\n7\t0.2\t0\tblue car\n9\t0.3\t0\tvoid\n", numbered],
  ["id2label.json", '{"3": "sky", "7": "blue car", "9": "void"}', numbered],
  ["label2id.json", '{"sky": 3, "blue car": 7, "void": 9}', numbered],
  ["config.json", '{"model": "x", "id2label": {"3": "sky", "7": "blue car", "9": "void"}}', numbered],
  ["dataset.json", '{"labels": {"sky": 3, "blue car": 7, "void": 9}, "channel_names": {"0": "R"}}', numbered],
  ["data.yaml", "names:\n  3: sky\n  7: blue car\n  9: void\n", numbered],
  [
    "coco.json",
    '{"images": [], "categories": [{"id": 3, "name": "sky"}, {"id": 7, "name": "blue car"}, {"id": 9, "name": "void"}]}',
    numbered,
  ],
  ["label_colors.txt", "128 128 128\tsky\n200 0 0\t\tblue car\n0 0 0 void", coloured],
  ["colors.txt", "sky 128 128 128\nblue car 200 0 0\nvoid 0 0 0", coloured],
  ["labelmap.txt", "# label:color_rgb:parts:actions\nsky:128,128,128::\nblue car:200,0,0::\nvoid:0,0,0::\n", coloured],
  ["class_dict.csv", "name,r,g,b\nsky,128,128,128\nblue car,200,0,0\nvoid,0,0,0", coloured],
  ["class_dict.csv", "sky,128,128,128\nblue car,200,0,0\nvoid,0,0,0", coloured],
  ["class_dict.csv", "R\tG\tB\tNAME\n128\t128\t128\tsky\n200\t0\t0\tblue car\n0\t0\t0\tvoid", coloured],
  ["colors.csv", 'class,color\nsky,"128,128,128"\nblue car,"[200, 0, 0]"\nvoid,#000000', coloured],
  ["colors.csv", "#808080,sky\n#c80000,blue car\n#000000,void", coloured],
  ["colors.json", '{"sky": [128, 128, 128], "blue car": "#c80000", "void": "0,0,0"}', coloured],
  ["colors.json", '{"#808080": "sky", "#c80000": "blue car", "#000": "void"}', coloured],
  [
    "meta.json",
    '{"classes": [{"title": "sky", "color": "#808080"}, {"title": "blue car", "color": "#C80000"}, {"title": "void", "color": "#000000"}]}',
    coloured,
  ],
  [
    "config_v1.2.json",
    '{"labels": [{"name": "a--b", "readable": "sky", "color": [128, 128, 128]}, {"name": "c", "readable": "blue car", "color": [200, 0, 0]}, {"name": "v", "readable": "void", "color": [0, 0, 0]}]}',
    coloured,
  ],
  [
    "dataset_meta.json",
    '{"classes": ["sky", "blue car", "void"], "palette": [[128, 128, 128], [200, 0, 0], [0, 0, 0]]}',
    coloured,
  ],
  [
    "config.xml",
    '<View><BrushLabels name="t" toName="i"><Label value="sky" background="#808080"/><Label background="#c80000" value="blue car"/><Label value="void" background="rgba(0,0,0,0.5)"/></BrushLabels></View>',
    coloured,
  ],
  ["classes.txt", "- sky\n- blue car\n- void", named],
  ["classes.txt", "sky, blue car, void", named],
  ["classes.txt", "['sky', 'blue car', 'void']", named],
  ["classes.py", "# ours\nCLASSES = ('sky',  # above\n           'blue car', 'void')\n", named],
  ["classes.txt", "sky # above\nblue car # ours\nvoid # none", named],
  ["classes.txt", "3 - sky\n7 - blue car\n9 - void", numbered],
  ["classes.txt", "sky -> 3\nblue car -> 7\nvoid -> 9", numbered],
  ["classes.txt", "sky (3)\nblue car (7)\nvoid (9)", numbered],
  ["classes.txt", "3: sky, 7: blue car, 9: void", numbered],
  ["classes.txt", "| id | name |\n|----|:----:|\n| 3 | sky |\n| 7 | blue car |\n| 9 | void |", numbered],
  [
    "README.md",
    "# Data\n\n| Model | IoU |\n|---|---|\n| a | 3 |\n\n| ID | Class |\n|----|:----:|\n| 3 | sky |\n| 7 | blue car |\n| 9 | void |\n\nSee there.",
    numbered,
  ],
  ["classes.ini", "[classes]\nsky = 3\nblue car = 7\nvoid = 9", numbered],
  ["labels.txt", "name       id  kind\nsky        3   flat\nblue car   7   object\nvoid       9   none", numbered],
  ["train.py", "parts = {3: 'sky', 7: 'blue car', 9: 'void'}\nlr = 0.1", numbered],
  ["colors.txt", "sky (128, 128, 128)\nblue car (200, 0, 0)\nvoid (0, 0, 0)", coloured],
  [
    "annotation_definitions.json",
    JSON.stringify({
      annotation_definitions: [
        {
          id: "a",
          spec: [
            { label_name: "sky", pixel_value: { r: 0.5, g: 0.5, b: 0.5, a: 1 } },
            { label_name: "blue car", pixel_value: { r: 0.784, g: 0, b: 0, a: 1 } },
            { label_name: "void", pixel_value: { r: 0, g: 0, b: 0, a: 1 } },
          ],
        },
      ],
    }),
    coloured,
  ],
  [
    "ontology.json",
    '{"tools": [{"name": "sky", "color": "#808080"}, {"name": "blue car", "color": "#c80000"}, {"name": "void", "color": "#000000"}]}',
    coloured,
  ],
  ["klassen.csv", "Klasse\nsky\nblue car\nvoid", named],
  ["classes.txt", "sky 3\nblue car 7\nvoid 9", numbered],
  ["classes.txt", "sky=3\nblue car=7\nvoid=9", numbered],
  ["classes.txt", "3 | sky\n7 | blue car\n9 | void", numbered],
  ["classes.csv", "Wert;Klasse\n3;sky\n7;blue car\n9;void", numbered],
  ["classes.csv", "Nom,Valeur\nsky,3\nblue car,7\nvoid,9", numbered],
  ["classes.csv", "名称,像素值\nsky,3\nblue car,7\nvoid,9", numbered],
  ["classes.csv", "wibble,wobble\nsky,3\nblue car,7\nvoid,9", numbered],
  ["classes.csv", "Klasse;Wert;Anzahl\nsky;3;12\nblue car;7;1\nvoid;9;3", numbered],
  [
    "label_map.pbtxt",
    "item {\n  id: 3\n  name: 'sky'\n}\nitem {\n  name: \"/m/01\"\n  id: 7\n  display_name: \"blue car\"\n}\nitem { id: 9 name: 'void' }",
    numbered,
  ],
  ["labels.py", "ID2LABEL = {3: 'sky', 7: 'blue car', 9: 'void'}", numbered],
  ["colors.txt", "Category r g b\nsky 128 128 128\nblue car 200 0 0\nvoid 0 0 0", coloured],
  [
    "map.gpl",
    "GIMP Palette\nName: x\nColumns: 3\n#\n128 128 128\tsky\n200   0   0\tblue car\n  0   0   0\tvoid",
    coloured,
  ],
  [
    "ours.py",
    "@DATASETS.register_module()\nclass Ours(BaseSegDataset):\n    METAINFO = dict(\n        classes=('sky', 'blue car', 'void'),\n        palette=[[128, 128, 128], [200, 0, 0], [0, 0, 0]])\n\n    def __init__(self):\n        self.x = 3\n",
    coloured,
  ],
  [
    "ours.py",
    "class Ours(CustomDataset):\n    CLASSES = ['sky', 'blue car', 'void']\n    PALETTE = [(128, 128, 128), (200, 0, 0), (0, 0, 0)]\n",
    coloured,
  ],
  [
    "ontology.yaml",
    "- 3: sky\n  7: blue car\n  9: void\n- 3: [128, 128, 128]\n  7: [200, 0, 0]\n  9: [0, 0, 0]\n",
    full,
  ],
  [
    "labels.py",
    "Label = namedtuple('Label', ['name', 'id'])\nlabels = [\n  Label('sky', 3, 0, 'x', 0, False, False, (128, 128, 128)),\n  Label('blue car', 7, 0, 'x', 0, True, False, (200, 0, 0)),\n  Label('void', 9, 255, 'x', 0, False, True, (0, 0, 0)),\n]\n",
    full,
  ],
  ["classes.txt", "3 128 128 128 sky\n7 200 0 0 blue car\n9 0 0 0 void", full],
  ["labels.csv", "id,name,r,g,b\n3,sky,128,128,128\n7,blue car,200,0,0\n9,void,0,0,0", full],
  ["labels.csv", "3,sky,128,128,128\n7,blue car,200,0,0\n9,void,0,0,0", full],
  ["labels.csv", "128,128,128,sky,3\n200,0,0,blue car,7\n0,0,0,void,9", full],
  [
    "classes.json",
    '[{"id": 3, "name": "sky", "color": [128, 128, 128]}, {"id": 7, "name": "blue car", "rgb": "#c80000"}, {"id": 9, "name": "void", "color": {"r": 0, "g": 0, "b": 0}}]',
    full,
  ],
  [
    "classes.json",
    '{"sky": {"id": 3, "color": [128, 128, 128]}, "blue car": {"id": 7, "hex": "#c80000"}, "void": {"id": 9, "color": "#000"}}',
    full,
  ],
  [
    "classes.json",
    '{"3": {"name": "sky", "color": [128, 128, 128]}, "7": {"name": "blue car", "color": [200, 0, 0]}, "9": {"name": "void", "color": [0, 0, 0]}}',
    full,
  ],
  [
    "dataset_meta.json",
    '{"label_map": {"3": "sky", "7": "blue car", "9": "void"}, "segmentation_colors": [[128, 128, 128], [200, 0, 0], [0, 0, 0]]}',
    full,
  ],
];

describe("class lists", () => {
  it.each(writings)("%s: %s", async (path, text, expected) => {
    expect(await rows(path, text)).toEqual(expected);
    const byAnotherName = `notes/three.${path.split(".").pop()}`;
    expect(await rows(byAnotherName, text.replaceAll("\n", "\r\n"))).toEqual(expected);
  });

  it("in UTF-16 and with a byte order mark are read", () => {
    const text = "ciel\nvoitüre";
    const utf16 = Uint8Array.from([
      0xff,
      0xfe,
      ...[...text].flatMap((c) => [c.charCodeAt(0) & 255, c.charCodeAt(0) >> 8]),
    ]);
    expect(decodeText(utf16)).toEqual({ text });
    expect(decodeText(utf16.subarray(2))).toEqual({ text });
    expect(decodeText(Uint8Array.from([0xef, 0xbb, 0xbf, ...new TextEncoder().encode(text)]))).toEqual({ text });
  });

  it("give ids and ids for training as two lists", async () => {
    const text = "name,id,trainId,color\nego,1,255,#000000\nroad,7,0,#804080\nsidewalk,8,1,#f423e8";
    const [byId, byTrainId] = await readClassLists("labels.csv", text);
    expect(byId.entries.map(({ id, ignored }) => [id, ignored])).toEqual([
      [1, true],
      [7, undefined],
      [8, undefined],
    ]);
    expect(byTrainId.entries.map(({ id, name }) => [id, name])).toEqual([
      [0, "road"],
      [1, "sidewalk"],
    ]);
  });

  it("give the ids of a second column as a list of its own", async () => {
    const [first, second] = await readClassLists("classes.csv", "index,name,value\n0,sky,10\n1,road,20");
    expect(first.entries.map(({ id }) => id)).toEqual([0, 1]);
    expect(second).toMatchObject({
      way: "by value",
      entries: [{ id: 10 }, { id: 20, name: "road" }],
    });
  });

  it("say an id that is void beside their classes", async () => {
    expect(await rows("dataset.json", '{"classes": ["road"], "void": 255}')).toEqual([
      [0, "road"],
      [255, "void", none, "ignored"],
    ]);
    expect(await rows("dataset.json", '{"classes": ["road", {"id": 7, "name": "edge"}], "void": 7}')).toEqual([
      [0, "road"],
      [7, "edge", none, "ignored"],
    ]);
  });

  it("keep names that look like colours or numbers", async () => {
    expect(await rows("classes.txt", "facade\nclass 1\nclass 2")).toEqual([
      [none, "facade"],
      [none, "class 1"],
      [none, "class 2"],
    ]);
    expect(await rows("colors.json", '{"facade": [1, 2, 3]}')).toEqual([[none, "facade", [1, 2, 3]]]);
  });

  it.each([
    ["classes.json", "{oops", /cannot be read/],
    ["classes.json", '[{"id": 1}]', /cannot be read/],
    ["label_colors.txt", "300 0 0 road\n0 0 0 sky", /cannot be read/],
    ["classes.txt", "", /cannot be read/],
    ["classes.txt", "1 road\n1 sky", /id 1 is used twice/],
    ["map.json", '{"labels": [{"id": 70000, "name": "x"}]}', /above 65535/],
    ["data.yaml", "names: [a, *missing]", /^$/],
  ])("%s of %s is refused or passed over", async (path, text, reason) => {
    const outcome = await readClassLists(path, text).catch((error: FormatError) => error);
    if (reason.source === "^$") expect(outcome).toEqual([]);
    else expect((outcome as FormatError).message).toMatch(reason);
  });

  it.each([
    ["README.txt", "These are the masks of our study.\nPlease cite us."],
    ["README.txt", "masks\nimages"],
    ["train.txt", "2007_000032\n2007_000039"],
    ["val.txt", "images/a.jpg masks/a.png\nimages/b.jpg masks/b.png"],
    ["labels.csv", "filename,label\na.jpg,a.png\nb.jpg,b.png"],
    ["_classes.csv", "filename, car, tree\na.jpg, 0, 1"],
    ["package.json", '{"name": "x", "version": "1.0.0"}'],
    ["settings.json", '{"size": {"width": 3}, "list": [1, 2]}'],
    ["a_polygons.json", '{"imgHeight": 3, "imgWidth": 4, "objects": [{"label": "road", "polygon": [[1, 2]]}]}'],
    ["notes.txt", "fix the left one"],
    ["requirements.txt", "numpy==1.2\npillow>=3"],
  ])("%s (%s) is none", async (path, text) => {
    expect(await readClassLists(path, text)).toEqual([]);
  });

  it("of any content throw nothing but FormatError and never give an id twice", async () => {
    const cell = fc.oneof(
      fc.constantFrom(
        "road",
        "0",
        "1",
        "255",
        "#ff0000",
        "name",
        "id",
        "r",
        "g",
        "b",
        '"',
        "[1,2,3]",
        "-1",
        "1e9",
        "",
        "  ",
      ),
      fc.string({ maxLength: 8 }),
    );
    const line = fc
      .tuple(fc.array(cell, { maxLength: 6 }), fc.constantFrom(",", ";", "\t", " ", ":"))
      .map(([cells, by]) => cells.join(by));
    const text = fc.array(line, { maxLength: 8 }).map((lines) => lines.join("\n"));
    const key = fc.constantFrom(
      "classes",
      "names",
      "name",
      "id",
      "color",
      "palette",
      "labels",
      "0",
      "1",
      "void",
      "road",
      "trainId",
    );
    const { value } = fc.letrec((tie) => ({
      value: fc.oneof(
        { maxDepth: 4 },
        fc.constantFrom("road", "#ff0000", "x"),
        fc.integer({ min: -3, max: 300 }),
        fc.constant(null),
        tie("list"),
        tie("map"),
      ),
      list: fc.array(tie("value"), { maxLength: 4 }),
      map: fc.dictionary(key, tie("value"), { maxKeys: 4 }),
    }));
    const extension = fc.constantFrom("txt", "csv", "tsv", "json", "yaml", "xml", "names");
    const name = fc.constantFrom("classes", "labels", "notes", "config");
    const content = fc.oneof(
      text,
      value.map((json) => JSON.stringify(json)),
    );
    await fc.assert(
      fc.asyncProperty(name, extension, content, async (stem, type, body) => {
        const lists = await readClassLists(`${stem}.${type}`, body).catch((error: unknown) => {
          expect(error).toBeInstanceOf(FormatError);
          return [];
        });
        for (const { entries, hasIds } of lists) {
          expect(entries.length).toBeGreaterThan(0);
          if (hasIds) expect(new Set(entries.map(({ id }) => id)).size).toBe(entries.length);
        }
      }),
      { numRuns: 1000, seed: 16 },
    );
  });

  it("are looked for among small texts that are not one image's", () => {
    const file = (path: string, size = 100) => ({ path, size });
    const perImage = Array.from({ length: 20 }, (_, i) => file(`ann/x${i}.json`));
    const files = [
      file("z/classes.txt"),
      file("codes.txt"),
      file("notes.txt"),
      file("images/a.png"),
      file("images/a.txt"),
    ];
    const more = [file("classes.json", 9e6), file(".hidden/classes.txt"), file("a.mat"), file("ann/a.png.json")];
    expect(findClassFiles([...files, ...more, ...perImage])).toEqual(["codes.txt", "z/classes.txt", "notes.txt"]);
  });

  it("Markdown: a table of names with ids or colours, or a list in a file called so; nothing in other descriptions", async () => {
    expect(await rows("classes.md", "# Classes\n\n- sky\n- road\n")).toEqual([
      [none, "sky"],
      [none, "road"],
    ]);
    const results = "# Results\n\n| Model | IoU |\n|---|---|\n| a | 3 |\n\n- one\n- two";
    expect(await rows("README.md", results)).toEqual([]);
  });
});
