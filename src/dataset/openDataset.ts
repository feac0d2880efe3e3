import { findClassFiles } from "../formats/classList";
import { findCompanions } from "../formats/companions";
import type { FileRoles } from "../formats/layout";
import { type Pairing, pairFiles } from "../formats/pairing";
import { baseName, folderOf, isPicture } from "../formats/paths";
import { rolesByContent } from "../formats/plain";
import { pngColorType, pngHeaderBytes, readPngHeader } from "../formats/png";
import { crc32 } from "../formats/png/crc32";
import { recogniseLayout } from "../formats/recognise";
import { type ClassText, chooseClasses, unknownProblems } from "./chooseClasses";
import { mapConcurrent } from "./concurrent";
import { DatasetError, fileError, problemOf } from "./errors";
import { inspectPair } from "./inspect";
import { inThreadCoder, type LabelDecoder } from "./labelCoder";
import { scanLabels, spread } from "./scanLabels";
import type { Dataset, DatasetItem, Problem, Source, SourceFile } from "./types";

/** Reads under way at once: hides the latency of handles without flooding memory. */
const parallelReads = 8;

export interface OpenOptions {
  /** Files looked at so far, of how many. */
  onProgress?(done: number, total: number): void;
  /** Where to look into labels: large ones take a second each, too long for the main thread. */
  readonly decoder?: Pick<LabelDecoder, "look">;
}

/**
 * Opens what the user chose: recognises the layout, joins images and labels, reads their headers, and decodes only as
 * many labels as tell the classes. Files that cannot be used are listed in `problems`; the rest opens.
 * @throws DatasetError when nothing is left to open.
 */
export async function openDataset(source: Source, options: OpenOptions = {}): Promise<Dataset> {
  const files = new Map(source.files.map((file) => [file.path, file]));
  const problems: Problem[] = [...source.problems];
  const roles = recogniseLayout([...files.keys()]) ?? (await recogniseByContent(files));
  if (!roles) throw noLabels(files, problems);
  const pairing = pairFiles(roles);
  const hasImages = roles.images.length > 0;
  problems.push(...pairingProblems(pairing, hasImages));
  const pairs: readonly { readonly image: string | null; readonly label: string }[] = hasImages
    ? pairing.pairs
    : roles.labels.map((label) => ({ image: null, label }));

  let done = 0;
  const opened = await mapConcurrent(pairs, parallelReads, async ({ image, label }) => {
    try {
      const { item, warnings } = await inspectPair(fileOf(files, label), image ? fileOf(files, image) : null);
      problems.push(...warnings);
      return item;
    } catch (error) {
      problems.push(problemOf(fileError(label, error)));
      return null;
    } finally {
      options.onProgress?.(++done, pairs.length);
    }
  });
  const items = opened.filter((item) => item !== null);

  const toScan = spread(items).length;
  const scan = await scanLabels(items, options.decoder ?? inThreadCoder, () =>
    options.onProgress?.(++done, pairs.length + toScan),
  );
  problems.push(...[...scan.failed.values()].map((error) => problemOf(error)));
  const companions = findCompanions([...files.keys()], roles.labels);
  const usable = items
    .filter((item) => !scan.failed.has(item.key))
    .map((item) => ({ ...item, companions: companions.get(item.labelPath) ?? [] }));
  if (usable.length === 0) {
    throw new DatasetError("No image could be opened with its label.", "See the list of files and reasons.", problems);
  }
  const chosen = chooseClasses(roles, await classTexts(files), scan.seen);
  problems.push(...chosen.problems, ...unknownProblems(source.name, chosen, scan.seen));
  return {
    id: datasetId(source.name, usable),
    name: source.name,
    layout: roles.layout,
    classes: chosen.classes,
    classesGuessed: chosen.guessed,
    codec: chosen.codec,
    items: usable,
    problems,
    ...(source.root ? { root: source.root } : {}),
  };
}

function fileOf(files: ReadonlyMap<string, SourceFile>, path: string): SourceFile {
  const file = files.get(path);
  if (!file) throw new Error(`${path} is not among the opened files`);
  return file;
}

async function recogniseByContent(files: ReadonlyMap<string, SourceFile>): Promise<FileRoles | null> {
  const pictures = [...files.values()].filter((file) => isPicture(file.path) && file.size > 0);
  const labels = await mapConcurrent(pictures, parallelReads, async (file) => {
    try {
      const { colorType } = readPngHeader(await file.slice(0, pngHeaderBytes));
      return colorType === pngColorType.indexed || colorType === pngColorType.grey ? [file.path] : [];
    } catch {
      // No PNG: no label. If it matters, pairing lists it.
      return [];
    }
  });
  const isLabel = new Set(labels.flat());
  return rolesByContent([...files.keys()], (path) => isLabel.has(path));
}

function noLabels(files: ReadonlyMap<string, SourceFile>, problems: readonly Problem[]): DatasetError {
  const remedy = 'Put images into a folder "images" and their PNG labels into "masks", with equal names.';
  const hasPictures = [...files.keys()].some(isPicture);
  const reason = hasPictures
    ? "There are images, but no labels among them."
    : "There are no images and no labels here.";
  return new DatasetError(reason, remedy, problems);
}

function pairingProblems(pairing: Pairing, hasImages: boolean): Problem[] {
  const problem = (path: string, reason: string, remedy: string): Problem => ({
    path,
    reason,
    remedy,
    severity: "error",
  });
  const same = "Give image and label the same name.";
  return [
    ...(pairing.lonelyImages.length > manyLonely
      ? [manyUnlabelled(pairing.lonelyImages)]
      : pairing.lonelyImages.map((path) => problem(path, "There is no label for this image.", same))),
    ...(hasImages ? pairing.lonelyLabels.map((path) => problem(path, "There is no image for this label.", same)) : []),
    ...pairing.doubles.map(({ path, takenBy }) =>
      problem(path, `Its name fits a pair that already has ${takenBy}.`, "Rename or remove one of the two."),
    ),
  ];
}

/** Whole collections are labelled in part only (VOC: one image in six); thousands of lines would say nothing more. */
const manyLonely = 100;

function manyUnlabelled(paths: readonly string[]): Problem {
  return {
    path: folderOf(paths[0]) || paths[0],
    reason: `${paths.length} images have no label (${paths.slice(0, 3).map(baseName).join(", ")}, ...).`,
    remedy: "They are left out; give image and label the same name if they should be there.",
    severity: "warning",
  };
}

async function classTexts(files: ReadonlyMap<string, SourceFile>): Promise<ClassText[]> {
  const lists = findClassFiles([...files.keys()])
    .map((path) => fileOf(files, path))
    .filter((file) => file.size < 5_000_000);
  return Promise.all(
    lists.map(async (file) => ({ path: file.path, text: new TextDecoder().decode(await file.bytes()) })),
  );
}

function datasetId(name: string, items: readonly DatasetItem[]): string {
  const listing = items.map((item) => `${item.labelPath} ${item.label.size}`).join("\n");
  return `${name}-${crc32(new TextEncoder().encode(listing)).toString(16).padStart(8, "0")}`;
}
