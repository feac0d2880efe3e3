import { createPace } from "../core/pace";
import { type ChosenReading, chooseReading } from "../formats/chooseReading";
import { decodeText, findClassFiles, findLargeLists, findUnreadLists, maxListBytes } from "../formats/classList";
import { findCompanions } from "../formats/companions";
import type { FileRoles, MadeLabel } from "../formats/layout";
import { isPicture, stemOf } from "../formats/paths";
import { crc32 } from "../formats/png/crc32";
import { noChoices, type ReadingChoices, type ReadingQuestion } from "../formats/questions";
import { recognise } from "../formats/recognise";
import { unreadLabels } from "../formats/unreadLabels";
import { chooseClasses, unknownProblems } from "./chooseClasses";
import type { ClassText } from "./classTexts";
import { mapConcurrent } from "./concurrent";
import { DatasetError, fileError, problemOf } from "./errors";
import { inspectLabel, inspectPair } from "./inspect";
import { inThreadCoder, type LabelDecoder } from "./labelCoder";
import { createListing } from "./listing";
import { noLabels, noPairs, noteProblem, readingProblems } from "./readingProblems";
import { scanLabels, spread } from "./scanLabels";
import { readsOf } from "./sources/gather";
import type { AnnotatedLabels, Dataset, DatasetItem, Problem, Source, SourceFile } from "./types";

export interface OpenOptions {
  /** Files looked at so far, of how many. */
  onProgress?(done: number, total: number): void;
  /** Where to look into labels and class lists: large ones take a second each, too long for the main thread. */
  readonly decoder?: Pick<LabelDecoder, "look" | "classLists">;
  /** Photographs of more pairs than this are left unseen (seePhotographs); by default of none. */
  readonly mostSeen?: number;
  /** What the user chose where the files can be read in several ways. */
  readonly choices?: ReadingChoices;
}

/**
 * Opens what the user chose: recognises the layout, joins images and labels, reads their headers, and decodes only as
 * many labels as tell the classes. Files that cannot be used are listed in `problems`; the rest opens. Where the files
 * can be read in several ways, `questions` says which one was taken: a pure function of files and choices.
 * @throws DatasetError when nothing is left to open.
 */
export async function openDataset(source: Source, options: OpenOptions = {}): Promise<Dataset> {
  const files = new Map(source.files.map((file) => [file.path, file]));
  const problems: Problem[] = [...source.problems];
  const decoder = options.decoder ?? inThreadCoder;
  const { choices = noChoices, mostSeen = Number.POSITIVE_INFINITY } = options;
  const listing = createListing(files, decoder, (note) => problems.push(noteProblem(note)), 2 * mostSeen);
  const read = chooseReading(await recognise(listing, choices), choices);
  if (!read) {
    const told = new Set(problems.map(({ path }) => path));
    const paths = listing.paths.filter((path) => !told.has(path));
    problems.push(...(await unreadLabels({ ...listing, paths })).map(noteProblem));
    throw noLabels(source, problems);
  }
  const annotations = annotatedLabels(read, files);
  problems.push(...readingProblems([...files.keys()], read));
  for (const made of read.reading.made ?? []) files.set(made.path, madeFile(made, annotations?.saved));
  const pairs = pairsOf(read);
  if (pairs.length === 0) throw noPairs(read, problems);

  let done = 0;
  const inspect = pairs.length > mostSeen ? inspectLabel : inspectPair;
  const looked = pairs.flatMap(({ image, label }) =>
    image === null || inspect === inspectLabel ? label : [label, image],
  );
  const toRead = looked.map((path) => fileOf(files, path));
  await askSizes(toRead);
  const reads = readsOf(toRead);
  const opened = await mapConcurrent(pairs, reads.parallel, async ({ image, label }) => {
    try {
      const photo = image ? fileOf(files, image) : null;
      const { item, warnings } = await inspect(fileOf(files, label), photo, reads.whole);
      problems.push(...warnings);
      return item;
    } catch (error) {
      problems.push(problemOf(fileError(label, error)));
      return null;
    } finally {
      options.onProgress?.(++done, pairs.length);
    }
  });
  const items = sharingPalettes(opened.filter((item) => item !== null));

  const toScan = spread(items).length;
  const scan = await scanLabels(items, decoder, () => options.onProgress?.(++done, pairs.length + toScan));
  problems.push(...[...scan.failed.values()].map((error) => problemOf(error)));
  if (scan.warning) problems.push({ ...scan.warning, path: source.name });
  const disputes = read.reading.annotations?.madeNotes() ?? [];
  problems.push(...disputes.map(noteProblem));
  // What labels are made of is rewritten with them.
  const companions = annotations ? new Map() : findCompanions([...files.keys()], read.reading, read.set);
  const usable = items
    .filter((item) => !scan.failed.has(item.key))
    .map((item) => ({ ...item, companions: companions.get(item.labelPath) ?? [] }));
  if (usable.length === 0) {
    throw new DatasetError("No image could be opened with its label.", "See the list of files and reasons.", problems);
  }
  const roles = rolesOf(read);
  // A list beside annotations has given their classes ids already.
  const texts = annotations ? [] : ofVersion(await classTexts(files), read.set.labels);
  const chosen = chooseClasses(roles, await decoder.classLists(texts), scan.seen, choices);
  problems.push(...chosen.problems.map((problem) => ({ ...problem, path: problem.path || source.name })));
  if (!annotations) problems.push(...findUnreadLists([...files.keys()]).map(unreadList));
  if (!annotations) problems.push(...findLargeLists([...files.values()]).map(largeList));
  problems.push(...unknownProblems(source.name, chosen, scan.seen));
  return {
    id: datasetId(source.name, usable),
    name: source.name,
    layout: roles.layout,
    classes: chosen.classes,
    classesGuessed: chosen.guessed,
    codec: chosen.codec,
    items: byName(usable),
    problems,
    questions: [...withDisputes(read.questions, disputes.length > 0), ...chosen.questions],
    ...(source.root ? { root: source.root } : {}),
    ...(annotations ? { annotations } : {}),
  };
}

/** Before any is read: while the browser reads it takes several times as long to answer. */
async function askSizes(files: readonly SourceFile[]): Promise<number> {
  const pace = createPace();
  let sum = 0;
  for (const file of files) {
    sum += file.size;
    await pace();
  }
  return sum;
}

/** Thousands of files have few palettes: each is kept once. */
function sharingPalettes(items: readonly DatasetItem[]): readonly DatasetItem[] {
  const known = new Map<string, string>();
  return items.map((item) => {
    const { paletteKey: key } = item.raster;
    if (key === undefined) return item;
    const shared = known.get(key) ?? key;
    known.set(shared, shared);
    return { ...item, raster: { ...item.raster, paletteKey: shared } };
  });
}

function fileOf(files: ReadonlyMap<string, SourceFile>, path: string): SourceFile {
  const file = files.get(path);
  if (!file) throw new Error(`${path} is not among the opened files`);
  return file;
}

/** Images with their labels; labels alone where there are no images at all. */
function pairsOf({ reading, set, pairing }: ChosenReading): readonly { image: string | null; label: string }[] {
  return reading.images.length > 0 ? pairing.pairs : set.labels.map((label) => ({ image: null, label }));
}

const naturally = new Intl.Collator("en", { numeric: true }).compare;

/** Lists name them in any order. What was read of them before, in theirs, does not depend on this one: ids of colours least of all. */
function byName(items: readonly DatasetItem[]): readonly DatasetItem[] {
  const order = (a: string, b: string): number => naturally(a, b) || Number(a > b) - Number(a < b);
  return [...items].sort((a, b) => order(a.labelPath, b.labelPath));
}

function rolesOf({ reading, set }: ChosenReading): FileRoles {
  return { layout: reading.layout, images: reading.images, labels: set.labels, ...(set.meaning ?? reading.meaning) };
}

/** A label raster that is made of a file which is none, such as polygons. */
function madeFile({ path, size, header, ...made }: MadeLabel, saved?: ReadonlyMap<string, Uint8Array>): SourceFile {
  const bytes = async () => saved?.get(path) ?? made.bytes();
  const slice = async (start: number, end: number) => (await bytes()).subarray(start, end);
  return { path, size, bytes, slice, randomAccess: false, made: header };
}

function annotatedLabels({ reading }: ChosenReading, files: ReadonlyMap<string, SourceFile>): AnnotatedLabels | null {
  if (!reading.annotations) return null;
  const { set, images, paths } = reading.annotations;
  return { set, images, files: paths.flatMap((path) => files.get(path) ?? []), saved: new Map() };
}

async function classTexts(files: ReadonlyMap<string, SourceFile>): Promise<ClassText[]> {
  const lists = findClassFiles([...files.values()]).map((path) => fileOf(files, path));
  const texts = await Promise.all(lists.map(async (file) => ({ path: file.path, ...decodeText(await file.bytes()) })));
  const stems = new Set([...files.keys()].filter(isPicture).map((path) => stemOf(path).toLowerCase()));
  return texts.filter(({ text }) => !namesPictures(text, stems));
}

/** Which annotation counts is said above the canvas where any overlap. */
function withDisputes(questions: readonly ReadingQuestion[], areThere: boolean): ReadingQuestion[] {
  return questions.map((one) => (one.id === "overlap" && areThere ? { ...one, certainty: "likely" } : one));
}

/** Of lists that differ in a version, that of the labels: Mapillary's config_v2.0.json with v2.0/labels. */
function ofVersion(texts: readonly ClassText[], labels: readonly string[]): readonly ClassText[] {
  const version = (path: string) => /(?:^|[/_-])v(\d+\.\d+)(?=[/_.-])/i.exec(path)?.[1];
  const own = version(labels[0]);
  const isOwn = ({ path }: ClassText) => version(path) === own;
  return own === undefined || !texts.some(isOwn)
    ? texts
    : texts.filter((text) => isOwn(text) || version(text.path) === undefined);
}

function unreadList(path: string): Problem {
  const reason = "It is called as class lists are, but files of its type are not read.";
  return { path, reason, remedy: "If it lists classes, save it as CSV: id,name,r,g,b.", severity: "warning" };
}

function largeList(path: string): Problem {
  const reason = `It is called as class lists are, but is larger than the ${maxListBytes / 1e6} MB that are read of one.`;
  return { path, reason, remedy: "Keep ids, names and colours only: id,name,r,g,b.", severity: "warning" };
}

/** Whether half or more of the lines begin with the name of a picture, plain numbers aside: a split, captions. */
function namesPictures(text: string, stems: ReadonlySet<string>): boolean {
  const lines = text.split(/\r\n|\r|\n/).filter((line) => line.trim() !== "");
  const named = lines.filter((line) => {
    const stem = stemOf(line.trim().split(/[\s,;:]/)[0]).toLowerCase();
    return !/^\d+$/.test(stem) && stems.has(stem);
  });
  return lines.length > 0 && 2 * named.length >= lines.length;
}

function datasetId(name: string, items: readonly DatasetItem[]): string {
  const listing = items.map((item) => `${item.labelPath} ${item.label.size}`).join("\n");
  return `${name}-${crc32(new TextEncoder().encode(listing)).toString(16).padStart(8, "0")}`;
}
