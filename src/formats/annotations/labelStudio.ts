import type { ClassTable } from "../../core/classTable";
import { counted } from "../../core/counted";
import type { LabelMap } from "../../core/labelMap";
import { FormatError } from "../errors";
import type { ReadingNote } from "../readingNote";
import { annotationClasses } from "./annotationClasses";
import {
  editList,
  elementSpans,
  isObject,
  type JsonSpan,
  memberSpan,
  objectsOf,
  parseJson,
  replaceSpans,
  rootSpan,
} from "./jsonText";
import { keepShapes } from "./keepShapes";
import { drawsArea, labelOf, labelStudioRegion, labelsOf, regionBounds } from "./labelStudioRegions";
import { encodeBrush } from "./labelStudioRle";
import { leftOut } from "./leftOut";
import { paintShapes } from "./paintShapes";
import { createPlacement } from "./placement";
import type { AnnotatedImage, AnnotationFile, AnnotationSet } from "./types";

type Json = Readonly<Record<string, unknown>>;

/** Whether a JSON value is an export of Label Studio: tasks with annotations, or JSON-MIN's rows. */
export function isLabelStudio(value: unknown): value is readonly Json[] {
  const tasks = objectsOf(value);
  return tasks.some((task) => isObject(task.data) && Array.isArray(annotationsOf(task))) || tasks.some(isMinRow);
}

/** JSON-MIN puts regions under the names of the tools that drew them. */
function isMinRow(task: Json): boolean {
  return !isObject(task.data) && Object.values(task).some((value) => objectsOf(value).some(drawsArea));
}

/** Before 1.0 annotations were completions. */
function annotationsOf(task: Json): unknown {
  return task.annotations ?? task.completions;
}

/** A region of an image and where in the file it stands: under which list of its holder, at which place. */
interface Placed {
  readonly list: string;
  readonly index: number;
  /** The part that holds the shape and the labels. */
  readonly value: Json;
}

interface Task {
  readonly index: number;
  /** Of JSON-MIN -1: its regions lie in the task itself. */
  readonly annotation: number;
  readonly source: string;
  readonly width: number;
  readonly height: number;
  readonly regions: readonly Placed[];
}

/**
 * A Label Studio export (JSON or JSON-MIN) as ids: brush masks, polygons, rectangles and ellipses, later ones over earlier
 * ones. Of several annotations of a task the one marked as ground truth counts, else the last that was not cancelled.
 * The file does not number its labels: they take the ids of the first of `lists` that names them all, else 1, 2, ... by name.
 * @throws FormatError for a file that is no such export.
 */
export async function readLabelStudio(file: AnnotationFile, lists: readonly ClassTable[] = []): Promise<AnnotationSet> {
  const { text, value } = parseJson(await file.bytes());
  if (!isLabelStudio(value)) throw new FormatError("The file is no Label Studio export.", "Export it again as JSON.");
  const notes: ReadingNote[] = [];
  const tasks = readTasks(value, file.path, notes);
  const names = [...new Set(tasks.flatMap(({ regions }) => regions.map((region) => labelOf(region.value))))].sort();
  const table = annotationClasses(
    names.map((name) => ({ name, isUsed: true })),
    { lists },
  );
  const idOf = new Map(names.map((name, i) => [name, table.ids[i]]));
  const nameOf = new Map(table.classes.map(({ id, name }) => [id, name]));
  const shapesOf = ({ regions, width, height }: Task) =>
    regions.map((region) => ({
      id: idOf.get(labelOf(region.value)) ?? table.uncovered,
      region: labelStudioRegion(region.value, width, height),
    }));
  const images = tasks.map((task): AnnotatedImage & { readonly task: Task } => ({
    task,
    names: imageNames(task.source),
    width: task.width,
    height: task.height,
    path: file.path,
    read: async () => paintShapes(task.width, task.height, table.uncovered, shapesOf(task)),
  }));
  const tools = toolNames(value);
  return {
    format: "Label Studio",
    namesImages: true,
    overlapRule: "the later one lies on top",
    classes: table.classes,
    images,
    notes,
    async *rewrite(edited) {
      const spans = elementSpans(text, rootSpan(text));
      const changes: { span: JsonSpan; by: string }[] = [];
      for await (const { image, labels } of edited) {
        const { task } = image as (typeof images)[number];
        const { kept, rest } = keepShapes(shapesOf(task), table.uncovered, labels);
        const ids = [...new Set(rest.data)].filter((id) => id !== table.uncovered).sort((a, b) => a - b);
        const isMin = task.annotation < 0;
        const added = ids.map((id) => {
          const label = nameOf.get(id) ?? `class ${id}`;
          return JSON.stringify(isMin ? brushValue(rest, id, label, true) : brushResult(rest, id, label, tools));
        });
        const lists = new Set(task.regions.map(({ list }) => list)).add(isMin ? tools.from : "result");
        for (const list of lists) {
          const isDropped = (index: number) =>
            task.regions.some((region, i) => region.list === list && region.index === index && !kept[i]);
          const more = list === (isMin ? tools.from : "result") ? added : [];
          changes.push(editOf(text, spans[task.index], task.annotation, list, isDropped, more));
        }
      }
      if (changes.length === 0) return;
      changes.sort((a, b) => a.span.start - b.span.start);
      yield { path: file.path, bytes: new TextEncoder().encode(replaceSpans(text, changes)) };
    },
  };
}

function readTasks(tasks: readonly Json[], path: string, notes: ReadingNote[]): Task[] {
  const found: Task[] = [];
  let [several, empty, left] = [0, 0, 0];
  tasks.forEach((task, index) => {
    const source = sourceOf(task);
    const isMin = !isObject(task.data);
    const annotations = objectsOf(annotationsOf(task));
    const annotation = isMin ? -1 : chosen(annotations);
    const lists: [string, Json[]][] = isMin
      ? Object.entries(task).map(([name, list]) => [name, objectsOf(list)])
      : [["result", objectsOf(annotations[annotation]?.result)]];
    if (annotations.length > 1) several++;
    const regions: Placed[] = [];
    let size: Json | null = null;
    for (const [list, items] of lists) {
      items.forEach((item, at) => {
        const value = isObject(item.value) ? item.value : item;
        if (!drawsArea(value)) {
          if (item.type !== "choices" && (isObject(item.value) || list === "result")) left++;
          return;
        }
        size ??= item;
        regions.push({ list, index: at, value: { ...value, image_rotation: item.image_rotation } });
      });
    }
    if (size === null || source === "") empty++;
    else {
      const { original_width, original_height } = size as Json;
      found.push({
        index,
        annotation,
        source,
        width: Number(original_width),
        height: Number(original_height),
        regions,
      });
    }
  });
  const note = (reason: string) => notes.push(leftOut(path, reason));
  if (several > 0)
    note(
      `${counted(several, "task has", "tasks have")} several annotations: the ground truth, else the last, was taken.`,
    );
  if (empty > 0) note(`${counted(empty, "task has", "tasks have")} no mask: left out.`);
  if (left > 0)
    note(
      `${counted(left, "result is no area", "results are no areas")} with a label (key points, relations, texts): left out.`,
    );
  notes.push(...placementNotes(path, found), ...severalLabels(path, found));
  return found;
}

function placementNotes(path: string, tasks: readonly Task[]): ReadingNote[] {
  const placement = createPlacement("regions");
  for (const { width, height, regions } of tasks) {
    for (const { value } of regions) placement.add(path, width, height, regionBounds(value, width, height));
  }
  return placement.notes();
}

/** A pixel has one class: of a region that several labels were given to, one is lost. */
function severalLabels(path: string, tasks: readonly Task[]): ReadingNote[] {
  const all = tasks
    .flatMap(({ regions }) => regions.map(({ value }) => labelsOf(value)))
    .filter((one) => one.length > 1);
  if (all.length === 0) return [];
  const [taken, ...others] = all[0];
  const example = `"${taken}" is read, "${others.join('", "')}" is not`;
  const reason = `${all.length} ${all.length === 1 ? "region has" : "regions have"} several labels, of which the first is taken: ${example}.`;
  return [{ path, reason, remedy: "Give each region one label in Label Studio and export again." }];
}

/** Which of a task's annotations counts, or -1. */
function chosen(annotations: readonly Json[]): number {
  const usable = annotations.flatMap(({ was_cancelled }, i) => (was_cancelled === true ? [] : [i]));
  return usable.findLast((i) => annotations[i].ground_truth === true) ?? usable.at(-1) ?? -1;
}

/** The address of a task's image. */
function sourceOf(task: Json): string {
  const data = isObject(task.data) ? task.data : task;
  const texts = Object.entries(data).filter((entry): entry is [string, string] => typeof entry[1] === "string");
  const isPictureUrl = (text: string) => /\.(jpe?g|png|webp|bmp|gif|tiff?)($|[?#&])/i.test(text);
  const found = texts.find(([name]) => name === "image") ?? texts.find(([, text]) => isPictureUrl(text));
  return found?.[1] ?? "";
}

/** What an image's file may be called: uploads carry 8 characters before their name that the original has not. */
function imageNames(source: string): string[] {
  const local = /[?&]d=([^&]+)/.exec(source)?.[1];
  let path = local ?? source.replace(/^[a-z][a-z0-9+.-]*:\/\/[^/]*\//i, "").replace(/[?#].*$/, "");
  try {
    path = decodeURIComponent(path);
  } catch {
    // A name with a bare % is what it is.
  }
  path = path.replaceAll("\\", "/").replace(/^\/+/, "");
  const upload = /^(?:.*\/)?[0-9a-f]{8}-([^/]+)$/i.exec(path);
  // Tasks that no server wrote have names with # and % as they are.
  const isOfServer = /^(\/|[a-z][a-z0-9+.-]*:\/\/)/i.test(source);
  const raw = isOfServer ? [] : [source.replaceAll("\\", "/")];
  const names = [path, path.slice(path.lastIndexOf("/") + 1), ...(upload ? [upload[1]] : []), ...raw];
  return [...new Set(names)].filter((name) => name !== "");
}

interface Tools {
  readonly from: string;
  readonly to: string;
}

/** The names of the brush and of what it draws on, as the labelling interface has them. */
function toolNames(tasks: readonly Json[]): Tools {
  for (const task of tasks) {
    for (const annotation of objectsOf(annotationsOf(task))) {
      const brush = objectsOf(annotation.result).find(({ type }) => type === "brushlabels");
      if (brush) return { from: String(brush.from_name), to: String(brush.to_name) };
    }
    const list = Object.entries(task).find(([, items]) => objectsOf(items).some((item) => Array.isArray(item.rle)));
    if (list) return { from: list[0], to: "image" };
  }
  return { from: "tag", to: "image" };
}

function brushValue(labels: LabelMap, id: number, label: string, isMin: boolean) {
  const { width, height, data } = labels;
  const value = { format: "rle", rle: encodeBrush(width, height, (pixel) => data[pixel] === id), brushlabels: [label] };
  return isMin ? { ...value, original_width: width, original_height: height, image_rotation: 0 } : value;
}

/** All pixels of a class as a result of Label Studio's brush. */
export function brushResult(labels: LabelMap, id: number, label: string, tools: Tools = { from: "tag", to: "image" }) {
  return {
    id: `maskmend-${id}`,
    type: "brushlabels",
    from_name: tools.from,
    to_name: tools.to,
    origin: "manual",
    original_width: labels.width,
    original_height: labels.height,
    image_rotation: 0,
    value: brushValue(labels, id, label, false),
  };
}

/** One list of a task (or of one of its annotations) with elements dropped and added. */
function editOf(
  text: string,
  task: JsonSpan,
  annotation: number,
  list: string,
  isDropped: (index: number) => boolean,
  added: readonly string[],
): { span: JsonSpan; by: string } {
  const name = memberSpan(text, task, "annotations") ? "annotations" : "completions";
  const annotations = annotation < 0 ? null : memberSpan(text, task, name);
  const holder = annotations ? elementSpans(text, annotations)[annotation] : task;
  const span = memberSpan(text, holder, list);
  if (span) return { span, by: editList(text, span, isDropped, added) };
  const at = { start: holder.start + 1, end: holder.start + 1 };
  return { span: at, by: `${JSON.stringify(list)}: [${added.join(", ")}], ` };
}
