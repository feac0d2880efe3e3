/**
 * Whether the app and Python list the same errors: labelled images of a folder, their labels damaged in a seeded way, searched
 * by the app's finder (wasm in Node, one thread) and by `lmae.find`, each learning from the same damaged images.
 *
 *   npm run measure:queue -- --data FOLDER [--images 20] [--seeds 1] [--out FOLDER] [--python python3] [--again]
 *
 * FOLDER holds images/ (JPEG) and labels/ (PNG of ids, 255 void) of the same names. What is searched and found is written to
 * the out folder, a folder in it for each further seed of damage (`--seeds`: of few rows a single one shifts a share by more than a
 * point); what is there is not made again, so that either search can be repeated alone. Both files are read as the app
 * reads an import, so that a row is what the review shows. A row is right when accepting it mends more pixels than it breaks.
 * `--again` searches in the app once more, with the images learnt in reverse: other folds, which shows how far apart two searches
 * are by chance. The two draw the same cells to learn from, train from the same weights and scale pictures alike; what is left is
 * rounding.
 * Takes about 20 s an image and search.
 */
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { setWasmPaths } from "@tensorflow/tfjs-backend-wasm";
import * as tf from "@tensorflow/tfjs-core";
import jpeg from "jpeg-js";
import { foundBy, suggestionsHeader, suggestionsLine } from "../../src/app/exchange/exportSuggestions.ts";
import type { LabelMap } from "../../src/core/labelMap.ts";
import { createRandom } from "../../src/core/random.ts";
import type { Dataset, DatasetItem } from "../../src/dataset/types.ts";
import { createDocument } from "../../src/document/document.ts";
import { findErrors } from "../../src/find/findErrors.ts";
import {
  decodeRegion,
  readSuggestedImage,
  readSuggestionsHeader,
  type SuggestedImage,
  type SuggestionsHeader,
} from "../../src/formats/exchange/suggestions.ts";
import { decodePng, pngColorType } from "../../src/formats/png/index.ts";
import { writePng } from "../../src/formats/png/write.ts";
import { readModelPart } from "../../src/model/fixtures/modelFolder.ts";
import { registerKernels } from "../../src/model/kernels/register.ts";
import { createModel } from "../../src/model/loadedModel.ts";
import { readModelFile } from "../../src/model/modelFile.ts";
import { findSuggestions } from "../../src/review/found.ts";
import { labelQuality } from "../../src/review/labelQuality.ts";
import { suggestionTraits } from "../../src/review/suggestions.ts";
import type { OpenDocument } from "../../src/review/types.ts";
import { newIds } from "../../src/review/writing.ts";
import { createSupportStore } from "../../src/support/store.ts";
import { createWindowCache } from "../../src/window/windowCache.ts";
import { damaged, voidId } from "./damage.ts";

const { values: options } = parseArgs({
  options: {
    data: { type: "string" },
    images: { type: "string", default: "20" },
    seeds: { type: "string", default: "1" },
    out: { type: "string", default: "queue-parity" },
    python: { type: "string", default: "python3" },
    again: { type: "boolean", default: false },
  },
});
if (options.data === undefined) throw new Error("--data is needed: a folder with images/ and labels/");
const root = resolve(import.meta.dirname, "../..");
const modelFolder = join(root, "public/models/lmae-small");
const [data, out] = [resolve(options.data), resolve(options.out)];
const names = chosenNames();
/** Errors an image. */
const damages = 3;
/** The likeliest rows that "precision at 10" counts. */
const first = 10;

const drawn: ReadonlyMap<string, Listed>[] = [];
for (let seed = 0; seed < Number(options.seeds); seed++) {
  const folder = seed === 0 ? out : join(out, `seed-${seed}`);
  prepare(folder, seed);
  if (!existsSync(fileOf(folder, "app"))) await searchInApp(folder, "app", names);
  if (options.again && !existsSync(fileOf(folder, "app-again")))
    await searchInApp(folder, "app-again", [...names].reverse());
  searchInPython(folder);
  drawn.push(listed(folder));
}
for (const [seed, lists] of drawn.entries()) {
  console.log(`\nDamage of seed ${seed}`);
  tell(lists);
}
if (drawn.length > 1) {
  console.log(`\nAll ${drawn.length} seeds together`);
  tell(together(drawn));
}

/** Where a search's findings are kept. */
function fileOf(folder: string, name: string): string {
  return join(folder, `${name}.jsonl`);
}

function chosenNames(): readonly string[] {
  const all = readdirSync(join(data, "labels"))
    .map((file) => file.replace(/\.png$/, ""))
    .sort();
  const count = Math.min(Number(options.images), all.length);
  return Array.from({ length: count }, (_, i) => all[Math.floor((i * all.length) / count)]);
}

/** Photographs as PNG, since decoders of JPEG differ, and damaged labels. */
function prepare(folder: string, seed: number): void {
  for (const kind of ["images", "labels", "truth"]) mkdirSync(join(folder, kind), { recursive: true });
  const kinds = ["dropped", "swapped", "shifted", "coarse"] as const;
  for (const [number, name] of names.entries()) {
    const target = join(folder, "labels", `${name}.png`);
    if (existsSync(target)) continue;
    const photo = jpeg.decode(readFileSync(join(data, "images", `${name}.jpg`)), { useTArray: true });
    const size = { width: photo.width, height: photo.height, bitDepth: 8 };
    const rgb = Uint16Array.from({ length: 3 * photo.width * photo.height }, (_, i) => {
      return photo.data[4 * Math.floor(i / 3) + (i % 3)];
    });
    const image = writePng({ ...size, colorType: pngColorType.rgb, samples: rgb });
    writeFileSync(join(folder, "images", `${name}.png`), image);
    const truth = readLabel(join(data, "labels", `${name}.png`));
    const random = createRandom(number + 1000 * seed);
    let labels = truth;
    for (let i = 0; i < damages; i++) labels = damaged(labels, kinds[(number + i) % kinds.length], random) ?? labels;
    const grey = (samples: Uint16Array) => writePng({ ...size, colorType: pngColorType.grey, samples });
    writeFileSync(join(folder, "truth", `${name}.png`), grey(truth.data));
    writeFileSync(target, grey(labels.data));
  }
}

function readLabel(path: string): LabelMap {
  const { width, height, samples } = decodePng(new Uint8Array(readFileSync(path)));
  return { width, height, data: Uint16Array.from(samples) };
}

function example(folder: string, name: string) {
  const { width, height, samples } = decodePng(new Uint8Array(readFileSync(join(folder, "images", `${name}.png`))));
  const rgba = new Uint8ClampedArray(4 * width * height).fill(255);
  samples.forEach((value, i) => {
    rgba[4 * Math.floor(i / 3) + (i % 3)] = value;
  });
  const labels = readLabel(join(folder, "labels", `${name}.png`));
  return {
    imageKey: name,
    image: { imageKey: name, width, height, rgba },
    labels: labels.data,
    ignoredIds: [voidId],
  };
}

function documentOf(folder: string, name: string): OpenDocument {
  const labels = readLabel(join(folder, "labels", `${name}.png`));
  return createDocument({ key: name, labels, traits: suggestionTraits });
}

/** @param learnt the images to learn from, in this order. */
async function searchInApp(folder: string, found: string, learnt: readonly string[]): Promise<void> {
  setWasmPaths(join(root, "node_modules/@tensorflow/tfjs-backend-wasm/dist/"));
  registerKernels("wasm");
  await tf.setBackend("wasm");
  const model = await createModel(await readModelFile(readModelPart(modelFolder), () => {}));
  const pause = () => new Promise<void>((done) => setImmediate(done));
  const support = createSupportStore();
  for (const name of learnt) await support.learn(model, example(folder, name), pause);
  await support.fit(pause);
  const lines: string[] = [];
  for (const name of names) {
    const started = performance.now();
    const { image, labels, ...rest } = example(folder, name);
    const { width, height } = image;
    const map = await support.mapOnce(model, name, image, pause);
    const cache = createWindowCache(model);
    cache.setImage(image);
    const excluded = new Uint8Array(width * height);
    const request = { ...rest, documentVersion: 0, width, height, labels, lockedIds: [], excluded };
    const result = await findErrors(cache, image, request, map, pause, () => {});
    cache.dispose();
    const document = documentOf(folder, name);
    document.propose(findSuggestions(document, result));
    const item = { labelPath: `labels/${name}.png`, imagePath: `images/${name}.png` } as DatasetItem;
    const how = foundBy(document);
    const { classes }: Pick<Dataset, "classes"> = { classes: [] };
    if (lines.length === 0 && how !== null) lines.push(suggestionsHeader({ classes } as Dataset, new Date(), how));
    lines.push(suggestionsLine(item, document, labelQuality(result)) ?? "");
    const seconds = ((performance.now() - started) / 1000).toFixed(1);
    console.log(`app: ${name}, ${result.regions.length} regions in ${seconds} s`);
  }
  writeFileSync(fileOf(folder, found), lines.join(""));
}

function searchInPython(folder: string): void {
  const folders = ["images", "labels"].map((kind) => join(folder, kind));
  const file = fileOf(folder, "python");
  const args = ["-m", "lmae.find", "--model", modelFolder, "--folder", ...folders, "--suggestions", file];
  // It goes on where it ended.
  execFileSync(options.python, [...args, "--threads", "1"], { cwd: join(root, "training"), stdio: "inherit" });
}

/** A row of the review. */
interface Row {
  readonly name: string;
  /** As the review ranks it. */
  readonly rank: number;
  readonly isAdvised: boolean;
  readonly mended: number;
  readonly broken: number;
  /** What it says: where, and what it becomes. */
  readonly place: string;
}

/** What a search lists, the likeliest first, the label quality of each image, and how many pixels are wrong in all. */
interface Listed {
  readonly rows: readonly Row[];
  readonly scores: ReadonlyMap<string, number>;
  readonly wrong: number;
}

/** By search. */
function listed(folder: string): ReadonlyMap<string, Listed> {
  const searches = ["app", "python", ...(options.again ? ["app-again"] : [])];
  const wrong = wrongPixels(folder);
  return new Map(searches.map((name) => [name, { ...rowsOf(folder, name), wrong }]));
}

/** Searches of different damage as one. */
function together(drawn: readonly ReadonlyMap<string, Listed>[]): ReadonlyMap<string, Listed> {
  const joined = [...drawn[0].keys()].map((name): [string, Listed] => {
    const lists = drawn.flatMap((lists) => lists.get(name) ?? []);
    const rows = lists.flatMap(({ rows }, seed) => rows.map((row) => ({ ...row, name: `${seed} ${row.name}` })));
    const scores = lists.flatMap(({ scores }, seed) =>
      [...scores].map(([label, score]) => [`${seed} ${label}`, score]),
    );
    return [
      name,
      {
        rows: rows.toSorted((a, b) => b.rank - a.rank),
        scores: new Map(scores as [string, number][]),
        wrong: lists.reduce((sum, { wrong }) => sum + wrong, 0),
      },
    ];
  });
  return new Map(joined);
}

function rowsOf(folder: string, found: string): Pick<Listed, "rows" | "scores"> {
  const [head, ...lines] = readFileSync(fileOf(folder, found), "utf8")
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));
  const header = readSuggestionsHeader({ number: 1, value: head });
  const images = lines.map((value, i) => readSuggestedImage({ number: i + 2, value }));
  const scores = new Map(images.map(({ label, score }) => [label, score ?? Number.NaN]));
  const rows = images.flatMap((image) => rowsIn(folder, image, header)).sort((a, b) => b.rank - a.rank);
  return { rows, scores };
}

function rowsIn(folder: string, image: SuggestedImage, header: SuggestionsHeader): Row[] {
  const name = image.label.replace(/^labels\/|\.png$/g, "");
  const document = documentOf(folder, name);
  const truth = readLabel(join(folder, "truth", `${name}.png`));
  const regions = image.regions.map((one) => ({ ...one, ...decodeRegion(one) }));
  const accept = (image.model === undefined ? header : image).accept ?? 1;
  const { width, height } = document;
  const { suggestions } = findSuggestions(document, {
    ...{ imageKey: name, documentVersion: 0, width, height, heat: new Uint8Array(), elapsedMs: 0 },
    ...{ regions, accept, model: header.model },
  });
  return suggestions.map((one) => {
    const { rect, bits } = one.region;
    const ids = newIds(one);
    let [mended, broken] = [0, 0];
    bits.forEach((bit, i) => {
      const at = (rect.y + Math.floor(i / rect.width)) * width + rect.x + (i % rect.width);
      if (bit === 0 || truth.data[at] === voidId) return;
      const wasRight = document.labels.data[at] === truth.data[at];
      const isRight = ids[i] === truth.data[at];
      if (isRight && !wasRight) mended++;
      if (wasRight && !isRight) broken++;
    });
    const place = `${one.from}>${one.to} ${rect.x},${rect.y} ${rect.width}x${rect.height}`;
    const rank = one.ruleConfidence ?? one.confidence;
    return { name, rank, isAdvised: one.confidence >= accept, mended, broken, place };
  });
}

/** Percent of rows that are right. */
function precision(rows: readonly Row[]): string {
  const right = rows.filter(({ mended, broken }) => mended > broken).length;
  return rows.length === 0 ? "none" : `${((100 * right) / rows.length).toFixed(1)} % (${right} of ${rows.length})`;
}

function wrongPixels(folder: string): number {
  return names.reduce((sum, name) => {
    const truth = readLabel(join(folder, "truth", `${name}.png`));
    const given = readLabel(join(folder, "labels", `${name}.png`));
    return sum + truth.data.filter((id, at) => id !== voidId && id !== given.data[at]).length;
  }, 0);
}

function tell(lists: ReadonlyMap<string, Listed>): void {
  for (const [name, { rows, wrong }] of lists) {
    const advised = rows.filter(({ isAdvised }) => isAdvised);
    const mended = advised.reduce((sum, row) => sum + row.mended, 0);
    const all = rows.reduce((sum, row) => sum + row.mended, 0);
    console.log(
      `${name}: ${rows.length} rows, right: ${precision(rows)}; first ${first}: ${precision(rows.slice(0, first))}; ` +
        `at the threshold: ${precision(advised)}; wrong pixels mended: ${percent(mended, wrong)} at the threshold, ${percent(all, wrong)} by all`,
    );
  }
  const key = ({ name, place }: Row) => `${name} ${place}`;
  const [[, app], ...others] = lists;
  for (const [name, other] of others) {
    const theirs = new Map(other.rows.map((row) => [key(row), row]));
    const shared = app.rows.filter((row) => theirs.has(key(row)));
    const apart = shared.map((row) => Math.abs(row.rank - (theirs.get(key(row))?.rank ?? 0)));
    const scores = [...app.scores].map(([label, score]) => Math.abs(score - (other.scores.get(label) ?? Number.NaN)));
    console.log(
      `app and ${name}: ${shared.length} rows of the same place and classes, confidence apart by ${spread(apart)}; label quality apart by ${spread(scores)}`,
    );
  }
}

function percent(part: number, whole: number): string {
  return `${((100 * part) / whole).toFixed(1)} %`;
}

function spread(values: readonly number[]): string {
  const sorted = values.toSorted((a, b) => a - b);
  if (sorted.length === 0) return "nothing";
  return `${sorted[Math.floor(sorted.length / 2)].toFixed(3)} in the median, ${sorted[sorted.length - 1].toFixed(3)} at most`;
}
