import type { ClassTable } from "../../core/classTable";
import type { LabelMap } from "../../core/labelMap";
import { forEachOn, valuesOf } from "../../core/runs";
import { FileError } from "../../dataset/errors";
import type { DatasetItem } from "../../dataset/types";
import {
  type DecidedImage,
  type LabelChange,
  readDecidedImage,
  readDecisionsHeader,
} from "../../formats/exchange/decisions";
import type { JsonLine } from "../../formats/exchange/jsonLines";
import type { OpenDocument } from "../../review/types";
import { pixels } from "../summary";
import { compareWork, type LabelWork } from "./compareWork";
import { type Choice, type Conflict, conflictOf } from "./conflicts";
import { decisionKey, decodeDecision, idsOfDecision } from "./decisionCodec";
import {
  hashAsTheirs,
  type Import,
  type Imported,
  type ImportTarget,
  itemOf,
  type LeftOut,
  namedId,
  onceEach,
  takeReviewed,
} from "./imported";
import { type ClassJoin, joinClasses } from "./joinClasses";
import { joinItems } from "./joinItems";
import { lockedPixels, type TakenStep, takeWork } from "./takeWork";

const stepName = "Import decisions";

/**
 * Begins an import with the file's first line. Images whose label file is another, by size or ids, are left out: nothing is
 * guessed. Those worked on here and there are handed back as conflicts.
 * @throws FormatError
 */
export function beginDecisions(line: JsonLine, target: ImportTarget): Import {
  const header = readDecisionsHeader(line);
  const { dataset, documents } = target;
  const classes = joinClasses(dataset.classes, header.classes);
  const join = joinItems(dataset.items);
  const isNamed = new Set(header.classes.map(({ id }) => id));

  /** An id of the file here; of one that neither side's classes name, itself where this label holds it. */
  const idHere = (id: number, unknown: ClassTable): number | null =>
    classes.idOf(id) ?? (!isNamed.has(id) && unknown.some((one) => one.id === id) ? id : null);

  async function put(item: DatasetItem, image: DecidedImage): Promise<Imported> {
    const { label, reviewed } = image;
    const out = (left: LeftOut): Imported => ({ label, rows: 0, left });
    try {
      const { document, unknown } = await documents.edit(dataset, item);
      const begun = begunWith(document, image, classes);
      if (begun === null) {
        return out({
          reason: "Its label file is another than the one that was worked on.",
          remedy: "Open the data set with the label as it was, or as it was saved, then import again.",
        });
      }
      const ids = new Map(idsIn(image).map((id) => [id, idHere(id, unknown)]));
      const missing = [...ids].find(([, here]) => here === null);
      if (missing !== undefined) {
        return out({
          reason: `It holds ${namedId(header.classes, missing[0])}, which is no class here.`,
          remedy: "Add the class and import the file again.",
        });
      }
      const { data: original } = begun.label;
      const mine = workIn(document);
      const theirs = workOf(document, image, begun, (id) => ids.get(id) ?? id);
      const { kind, both } = compareWork(original, document.width, mine, theirs);
      if (kind === "conflict") {
        const facts = { canBoth: both !== null, reviewed };
        const own = { ...mine, ids: mine.ids.slice() };
        return { label, rows: 0, left: conflictOf(item, original, own, theirs, facts) };
      }
      const step = kind === "forward" ? take(document, theirs, target) : null;
      if (step !== null && "reason" in step) return out(step);
      return done(image, item, step, target);
    } catch (error) {
      if (!(error instanceof FileError)) throw error;
      return out(error);
    } finally {
      documents.trim(target.openKey());
    }
  }

  const takeOnce = onceEach(
    (image: DecidedImage) => itemOf(join, image, "Open the data set with the label as it was."),
    put,
  );
  return { kind: "decisions", classes, take: async (line) => takeOnce(readDecidedImage(line), line) };
}

/**
 * Does what was chosen with an image that was worked on here and there, as one undo step, with the image as it is now.
 * @returns "mine": it stays as it is, also where both do not go together any more.
 */
export async function settleConflict(
  conflict: Conflict,
  choice: Choice,
  target: ImportTarget,
): Promise<Imported | "mine"> {
  const { item, work: theirs, reviewed } = conflict;
  if (choice === "mine") return "mine";
  const { dataset, documents } = target;
  const label = item.labelPath;
  try {
    const { document } = await documents.edit(dataset, item);
    const { both } = compareWork(conflict.original, document.width, workIn(document), theirs);
    const work = choice === "both" ? both : theirs;
    if (work === null) return "mine";
    const step = take(document, work, target);
    if (step !== null && "reason" in step) return { label, rows: 0, left: step };
    return done({ label, reviewed }, item, step, target);
  } catch (error) {
    if (!(error instanceof FileError)) throw error;
    return { label, rows: 0, left: error };
  } finally {
    documents.trim(target.openKey());
  }
}

/** Says why where locked classes forbid it: half of what others did would be nobody's work. Null: the image has it all. */
function take(document: OpenDocument, work: LabelWork, { locked }: ImportTarget): TakenStep | LeftOut | null {
  const classes = locked();
  const count = lockedPixels(document, work, classes);
  if (count > 0) {
    return {
      reason: `It changes ${pixels(count)} of locked classes.`,
      remedy: "Unlock the classes and import the file again.",
    };
  }
  document.setLocked(classes);
  return takeWork(document, work, stepName);
}

/** Marks the image as reviewed where it was there, and says what became of it. */
function done(
  { label, reviewed }: Pick<DecidedImage, "label" | "reviewed">,
  { key }: DatasetItem,
  step: TakenStep | null,
  target: ImportTarget,
): Imported {
  const isMarked = takeReviewed(target, key, reviewed);
  const part = { key, ...(step?.part ?? { record: "", findings: 0 }), ...(isMarked ? { reviewed: true } : {}) };
  return {
    ...{ label, rows: step?.decisions.come ?? 0, left: step === null ? "same" : null },
    ...{ isRelabelled: step?.isRelabelled ?? false, gone: step?.decisions.gone ?? 0, dropped: step?.dropped ?? 0 },
    ...{ reviewed: isMarked, excluded: target.known(key).excluded },
    ...(step === null && !isMarked ? {} : { part }),
  };
}

function workIn({ labels, store }: OpenDocument): LabelWork {
  return { ids: labels.data, decisions: store.getState().decisions };
}

/** A label that is known on both sides, and what they made of it. */
interface Begun {
  readonly label: LabelMap;
  readonly change: LabelChange;
}

/** The label that both began with: as it was here before anything was done, or as it is saved. Null where there is none. */
function begunWith(document: OpenDocument, image: DecidedImage, classes: ClassJoin): Begun | null {
  for (const label of new Set([document.original, document.saved()])) {
    const hash = hashAsTheirs(label, classes);
    const change = [image, ...(image.also ?? [])].find(({ labelHash }) => labelHash === hash);
    if (change !== undefined) return { label, change };
  }
  return null;
}

function workOf(
  document: OpenDocument,
  image: DecidedImage,
  { label, change }: Begun,
  here: (id: number) => number,
): LabelWork {
  const ids = label.data.slice();
  const values = valuesOf(Uint32Array.from(change.ids));
  forEachOn(Uint32Array.from(change.changed), (pixel) => {
    ids[pixel] = here(values.next().value ?? 0);
  });
  const theirs = image.decisions.map((one) => decodeDecision(one, here));
  const isAsSaved = document.labels.data.every((id, i) => id === label.data[i]);
  if (label === document.original || !isAsSaved) return { ids, decisions: theirs };
  // They began with what was decided here.
  const before = document.store.getState().decisions;
  const keys = new Set(before.map(decisionKey));
  return { ids, decisions: [...before, ...theirs.filter((one) => !keys.has(decisionKey(one)))] };
}

function idsIn({ ids, also = [], decisions }: DecidedImage): readonly number[] {
  const runs = [ids, ...also.map((one) => one.ids)];
  const written = runs.flatMap((each) => each.filter((_, i) => i % 2 === 1));
  return [...new Set([...written, ...decisions.flatMap(idsOfDecision)])];
}
