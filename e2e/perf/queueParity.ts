/**
 * Whether the app and Python list the same errors: labelled images of a folder, their labels damaged in a seeded way, searched
 * by the app's finder (wasm in Node, one thread) and by `lmae.find`, each learning from the same damaged images.
 *
 *   npm run measure:queue -- --data FOLDER [--images 20] [--out FOLDER] [--python python3] [--again]
 *
 * FOLDER holds images/ (JPEG) and labels/ (PNG of ids, 255 void) of the same names. What is searched and found is written to
 * the out folder; what is there is not made again, so that either search can be repeated alone. Both files are read as the app
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
const files = { app: join(out, "app.jsonl"), python: join(out, "python.jsonl"), again: join(out, "app-again.jsonl") };
/** Errors an image. */
const damages = 3;
/** The likeliest rows that "precision at 10" counts. */
const first = 10;

prepare();
if (!existsSync(files.app)) await searchInApp(files.app, names);
if (options.again && !existsSync(files.again)) await searchInApp(files.again, [...names].reverse());
searchInPython();
compare();

function chosenNames(): readonly string[] {
  const all = readdirSync(join(data, "labels"))
    .map((file) => file.replace(/\.png$/, ""))
    .sort();
  const count = Math.min(Number(options.images), all.length);
  return Array.from({ length: count }, (_, i) => all[Math.floor((i * all.length) / count)]);
}

/** Photographs as PNG, since decoders of JPEG differ, and damaged labels. */
function prepare(): void {
  for (const folder of ["images", "labels", "truth"]) mkdirSync(join(out, folder), { recursive: true });
  const kinds = ["dropped", "swapped", "shifted", "coarse"] as const;
  for (const [number, name] of names.entries()) {
    const target = join(out, "labels", `${name}.png`);
    if (existsSync(target)) continue;
    const photo = jpeg.decode(readFileSync(join(data, "images", `${name}.jpg`)), { useTArray: true });
    const size = { width: photo.width, height: photo.height, bitDepth: 8 };
    const rgb = Uint16Array.from({ length: 3 * photo.width * photo.height }, (_, i) => {
      return photo.data[4 * Math.floor(i / 3) + (i % 3)];
    });
    const image = writePng({ ...size, colorType: pngColorType.rgb, samples: rgb });
    writeFileSync(join(out, "images", `${name}.png`), image);
    const truth = readLabel(join(data, "labels", `${name}.png`));
    const random = createRandom(number);
    let labels = truth;
    for (let i = 0; i < damages; i++) labels = damaged(labels, kinds[(number + i) % kinds.length], random) ?? labels;
    const grey = (samples: Uint16Array) => writePng({ ...size, colorType: pngColorType.grey, samples });
    writeFileSync(join(out, "truth", `${name}.png`), grey(truth.data));
    writeFileSync(target, grey(labels.data));
  }
}

function readLabel(path: string): LabelMap {
  const { width, height, samples } = decodePng(new Uint8Array(readFileSync(path)));
  return { width, height, data: Uint16Array.from(samples) };
}

function example(name: string) {
  const { width, height, samples } = decodePng(new Uint8Array(readFileSync(join(out, "images", `${name}.png`))));
  const rgba = new Uint8ClampedArray(4 * width * height).fill(255);
  samples.forEach((value, i) => {
    rgba[4 * Math.floor(i / 3) + (i % 3)] = value;
  });
  const labels = readLabel(join(out, "labels", `${name}.png`));
  return {
    imageKey: name,
    image: { imageKey: name, width, height, rgba },
    labels: labels.data,
    ignoredIds: [voidId],
  };
}

function documentOf(name: string): OpenDocument {
  const labels = readLabel(join(out, "labels", `${name}.png`));
  return createDocument({ key: name, labels, traits: suggestionTraits });
}

/** @param learnt the images to learn from, in this order. */
async function searchInApp(file: string, learnt: readonly string[]): Promise<void> {
  setWasmPaths(join(root, "node_modules/@tensorflow/tfjs-backend-wasm/dist/"));
  await tf.setBackend("wasm");
  const model = await createModel(await readModelFile(readModelPart(modelFolder), () => {}));
  const pause = () => new Promise<void>((done) => setImmediate(done));
  const support = createSupportStore();
  for (const name of learnt) await support.learn(model, example(name), pause);
  await support.fit(pause);
  const lines: string[] = [];
  for (const name of names) {
    const started = performance.now();
    const { image, labels, ...rest } = example(name);
    const { width, height } = image;
    const map = await support.mapOnce(model, name, image, pause);
    const cache = createWindowCache(model);
    cache.setImage(image);
    const excluded = new Uint8Array(width * height);
    const request = { ...rest, documentVersion: 0, width, height, labels, lockedIds: [], excluded };
    const result = await findErrors(cache, image, request, map, pause, () => {});
    cache.dispose();
    const document = documentOf(name);
    document.propose(findSuggestions(document, result));
    const item = { labelPath: `labels/${name}.png`, imagePath: `images/${name}.png` } as DatasetItem;
    const how = foundBy(document);
    const { classes }: Pick<Dataset, "classes"> = { classes: [] };
    if (lines.length === 0 && how !== null) lines.push(suggestionsHeader({ classes } as Dataset, new Date(), how));
    lines.push(suggestionsLine(item, document, labelQuality(result)) ?? "");
    const seconds = ((performance.now() - started) / 1000).toFixed(1);
    console.log(`app: ${name}, ${result.regions.length} regions in ${seconds} s`);
  }
  writeFileSync(file, lines.join(""));
}

function searchInPython(): void {
  const folders = ["images", "labels"].map((folder) => join(out, folder));
  const args = ["-m", "lmae.find", "--model", modelFolder, "--folder", ...folders, "--suggestions", files.python];
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

function rowsOf(file: string): { readonly rows: readonly Row[]; readonly scores: ReadonlyMap<string, number> } {
  const [head, ...lines] = readFileSync(file, "utf8")
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));
  const header = readSuggestionsHeader({ number: 1, value: head });
  const images = lines.map((value, i) => readSuggestedImage({ number: i + 2, value }));
  const scores = new Map(images.map(({ label, score }) => [label, score ?? Number.NaN]));
  return { rows: images.flatMap((image) => rowsIn(image, header)).sort((a, b) => b.rank - a.rank), scores };
}

function rowsIn(image: SuggestedImage, header: SuggestionsHeader): Row[] {
  const name = image.label.replace(/^labels\/|\.png$/g, "");
  const document = documentOf(name);
  const truth = readLabel(join(out, "truth", `${name}.png`));
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

function compare(): void {
  let wrong = 0;
  for (const name of names) {
    const truth = readLabel(join(out, "truth", `${name}.png`));
    const given = readLabel(join(out, "labels", `${name}.png`));
    wrong += truth.data.filter((id, at) => id !== voidId && id !== given.data[at]).length;
  }
  const app = rowsOf(files.app);
  const others = { python: rowsOf(files.python), ...(options.again ? { again: rowsOf(files.again) } : {}) };
  for (const [name, { rows }] of Object.entries({ app, ...others })) {
    const advised = rows.filter(({ isAdvised }) => isAdvised);
    const mended = advised.reduce((sum, row) => sum + row.mended, 0);
    const all = rows.reduce((sum, row) => sum + row.mended, 0);
    console.log(
      `${name}: ${rows.length} rows, right: ${precision(rows)}; first ${first}: ${precision(rows.slice(0, first))}; ` +
        `at the threshold: ${precision(advised)}; wrong pixels mended: ${percent(mended, wrong)} at the threshold, ${percent(all, wrong)} by all`,
    );
  }
  const key = ({ name, place }: Row) => `${name} ${place}`;
  for (const [name, other] of Object.entries(others)) {
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
