import { counted } from "../core/counted";
import type { ChosenReading } from "../formats/chooseReading";
import { baseName, extensionOf, folderOf, foldersOf, isPicture, withoutExtension } from "../formats/paths";
import type { ReadingNote } from "../formats/readingNote";
import { splitOf, wordsOf } from "../formats/roleWords";
import { DatasetError } from "./errors";
import type { Problem, Source } from "./types";
import { unreadPhotographs } from "./unreadPhotographs";

/** Whole collections are labelled in part only (VOC: one image in six); thousands of lines would say nothing more. */
const manyLonely = 100;

const sameName = "Give image and label the same name.";

/** What pairing left over, and pictures that play no part. */
export function readingProblems(paths: readonly string[], read: ChosenReading): Problem[] {
  const { reading, pairing } = read;
  const problem = (path: string, reason: string, remedy: string): Problem => ({
    path,
    reason,
    remedy,
    severity: "error",
  });
  const hasImages = reading.images.length > 0;
  const tests = pairing.lonelyImages.filter(isTest);
  const lonely = pairing.lonelyImages.filter((path) => !isTest(path));
  const unread = unreadPhotographs(paths, read);
  return [
    ...(tests.length > 0 ? [oneLine(tests, "have no label, as images for testing often do", leftOut)] : []),
    ...(lonely.length > manyLonely
      ? [oneLine(lonely, "have no label", `${leftOut} ${sameName}`)]
      : lonely.map((path) => problem(path, "There is no label for this image.", sameName))),
    ...unread.problems,
    ...(hasImages
      ? pairing.lonelyLabels.flatMap((path) =>
          unread.labels.has(path) ? [] : problem(path, "There is no image for this label.", sameName),
        )
      : []),
    ...pairing.doubles.map(({ path, takenBy }) =>
      problem(path, `Its name fits a pair that already has ${takenBy}.`, "Rename or remove one of the two."),
    ),
    ...(hasImages
      ? pairing.ambiguous.map(({ path, others }) =>
          problem(
            path,
            `Its name fits several files: ${listed(others)}.`,
            "Give each image and its label a name of their own.",
          ),
        )
      : []),
    ...unused(paths, read),
    ...(reading.annotations?.notes ?? []).map(noteProblem),
  ];
}

export function noteProblem({ path, reason, remedy, isError = false }: ReadingNote): Problem {
  return { path, reason, remedy, severity: isError ? "error" : "warning" };
}

const leftOut = "They are left out.";

function isTest(path: string): boolean {
  return foldersOf(path).some((name) => wordsOf(name).some((word) => splitOf(word) === "test"));
}

function oneLine(paths: readonly string[], what: string, remedy: string): Problem {
  return {
    path: folderOf(paths[0]) || paths[0],
    reason: `${paths.length} ${paths.length === 1 ? "image" : "images"} ${what} (${listed(paths.map(baseName))}).`,
    remedy,
    severity: "warning",
  };
}

function unused(paths: readonly string[], { reading }: ChosenReading): Problem[] {
  // Annotations say themselves which photographs they leave out.
  if (reading.annotations) return [];
  const used = new Set([...reading.images, ...reading.sets.flatMap(({ labels }) => labels)]);
  const unread = paths.filter((path) => isPicture(path) && !used.has(path));
  const labels = new Map(reading.sets.flatMap((set) => set.labels.map((path) => [withoutExtension(path), path])));
  const isTwin = (path: string) => /^jpe?g$/.test(extensionOf(path)) && labels.has(withoutExtension(path));
  const twins = unread.filter(isTwin).map(
    (path): Problem => ({
      path,
      reason: `${baseName(labels.get(withoutExtension(path)) ?? "")} is read instead: it holds the same label without loss.`,
      remedy: "Remove this file if it is the older one.",
      severity: "warning",
    }),
  );
  const left = unread.filter((path) => !isTwin(path));
  if (left.length === 0) return twins;
  const remedy = "They are left out. If they belong in, put them with the images or the labels.";
  return [...twins, oneLine(left, "are taken for neither images nor labels", remedy)];
}

function listed(names: readonly string[]): string {
  return names.length > 3 ? `${names.slice(0, 3).join(", ")}, ...` : names.join(", ");
}

/** Nothing is a label: says what was found instead, and what would be opened. */
export function noLabels({ files }: Source, problems: readonly Problem[]): DatasetError {
  const pictures = files.filter(({ path }) => isPicture(path));
  const remedy = 'Put images into a folder "images" and their labels into "masks", with equal names.';
  // The user meant those; what else would be opened is of less use.
  const [unread] = problems.filter(({ severity }) => severity === "error");
  if (unread) {
    const images = `${pictures.length === 1 ? "is 1 image" : `are ${pictures.length} images`}, but no labels`;
    const found = `There ${pictures.length > 0 ? images : "are no images and no labels"} that can be read.`;
    return new DatasetError(`${found} ${unread.path}: ${unread.reason}`, unread.remedy, problems);
  }
  if (pictures.length > 0) {
    const found = `There are images, but no labels among them: ${pictures.length} found (${listed(pictures.map(({ path }) => path))}).`;
    return new DatasetError(found, `${remedy} Labels may also be opened later, or together with the images.`, problems);
  }
  const kinds = new Map<string, number>();
  for (const { path } of files) kinds.set(extensionOf(path), (kinds.get(extensionOf(path)) ?? 0) + 1);
  const others = [...kinds].map(([kind, count]) => `${count} ${kind ? `.${kind}` : "without extension"}`).join(", ");
  const found = files.length === 0 ? "no files at all" : `${counted(files.length, "other file")} (${others})`;
  return new DatasetError(`There are no images and no labels here: ${found}.`, remedy, problems);
}

/** There are images and labels, and none go together. */
export function noPairs({ reading, set }: ChosenReading, problems: readonly Problem[]): DatasetError {
  if (reading.images.length === 0 || set.labels.length === 0) {
    const why = problems.map(({ path, reason }) => `${path}: ${reason}`).slice(0, 3);
    const left = reading.images.length === 0 && set.labels.length === 0 ? "labels" : "pairs";
    const found = `The files of ${reading.layout} were read, but no ${left} are left.`;
    return new DatasetError([found, ...why].join(" "), "Add labels, or see the list of files and reasons.", problems);
  }
  const found = `${counted(reading.images.length, "image")} and ${counted(set.labels.length, "label")} were found, but no names go together: ${reading.images[0]}, ${set.labels[0]}.`;
  return new DatasetError(found, sameName, problems);
}
