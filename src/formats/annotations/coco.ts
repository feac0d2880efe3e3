import { ignoredIds } from "../../core/classTable";
import { counted } from "../../core/counted";
import type { LabelMap } from "../../core/labelMap";
import type { Point } from "../../core/point";
import { type Region, regionArea, regionFromMask } from "../../core/region";
import { FormatError } from "../errors";
import { type AnnotationClasses, annotationClasses } from "./annotationClasses";
import { cocoCategories, danglingNotes, imageEntries, numberOf, photoNames } from "./cocoLists";
import { decodeCounts, decodeRle } from "./cocoRle";
import { cocoSegment } from "./cocoSegment";
import { groupBy } from "./groupBy";
import { editList, isObject, memberSpan, objectsOf, parseJson, replaceSpans, rootSpan } from "./jsonText";
import { keepShapes } from "./keepShapes";
import { leftOut } from "./leftOut";
import { paintShapes } from "./paintShapes";
import { type Bounds, createPlacement, flatBounds } from "./placement";
import { ringsRegion } from "./rings";
import type { AnnotatedImage, AnnotationFile, AnnotationSet } from "./types";

type Json = Readonly<Record<string, unknown>>;

/** By areas in pixels, what is painted first; of equals, what the file lists first. */
const orders = [
  {
    value: "smaller",
    text: "The smaller one",
    why: "COCO tells no order; a cup stands on its table.",
    rule: "the smaller one lies on top",
    compare: (a: number, b: number) => b - a,
  },
  {
    value: "later",
    text: "The one that the file lists later",
    why: "As programs paint that draw one annotation after the other.",
    rule: "the one that the file lists later lies on top",
    compare: () => 0,
  },
  {
    value: "larger",
    text: "The larger one",
    why: "As where small annotations are parts of what covers them.",
    rule: "the larger one lies on top",
    compare: (a: number, b: number) => a - b,
  },
] as const;

/** Whether a JSON value is a COCO file with annotations that have a place. */
export function isCoco(value: unknown): value is Json {
  if (!isObject(value) || !Array.isArray(value.images) || !Array.isArray(value.annotations)) return false;
  return Array.isArray(value.categories) && objectsOf(value.images).length > 0 && !isPanoptic(value);
}

export function isPanoptic(value: Json): boolean {
  const first = objectsOf(value.annotations)[0];
  return first !== undefined && Array.isArray(first.segments_info);
}

/**
 * COCO's instances (and stuff) as ids: category ids, gaps and all, are label ids. Where annotations overlap the smaller one
 * is on top (a cup stands on its table), of equal ones the later, unless `overlap` chooses otherwise; crowds are void and lie beneath all. Boxes without
 * a mask are left out.
 * @throws FormatError for a file that is no COCO file.
 */
export async function readCoco(file: AnnotationFile, overlap?: string): Promise<AnnotationSet> {
  const order = orders.find(({ value }) => value === overlap) ?? orders[0];
  const { text, value } = parseJson(await file.bytes());
  if (!isCoco(value)) throw new FormatError("The file is no COCO file.", "Export it again as COCO instances.");
  const annotations = objectsOf(value.annotations);
  const drawn = annotations.filter(hasMask);
  const known = cocoCategories(
    file.path,
    objectsOf(value.categories),
    drawn.map(({ category_id }) => category_id),
  );
  const categories = known.list;
  const used = new Set(drawn.map(({ category_id }) => categories[known.at(category_id)].id));
  const isGroup = (id: unknown, name: string) =>
    // Roboflow lists the project's name as category 0, above all others and never used.
    id === 0 && !used.has(id) && categories.some((other) => other.supercategory === name && other.id !== 0);

  const most = Math.max(0, ...categories.map(({ id }) => numberOf(id) ?? 0));
  const table = annotationClasses(
    categories.map(({ id, name, color }) => ({
      id: numberOf(id) ?? (id === undefined ? most + 1 : undefined),
      name: isGroup(id, String(name)) ? "background" : String(name),
      isUsed: used.has(id),
      color: Array.isArray(color) && color.length === 3 ? [color[0], color[1], color[2]] : undefined,
    })),
    { needsVoid: drawn.some(({ iscrowd }) => iscrowd === 1) },
  );
  const idOf = (category: unknown) => table.ids[known.at(category)];
  const { list: listed, idOf: imageOf } = imageEntries(objectsOf(value.images));
  const byImage = groupBy(drawn, ({ image_id }) => imageOf(image_id));
  const dangling = byImage.get(undefined) ?? [];
  const lost = danglingNotes(file.path, dangling, drawn.length);
  if (drawn.length > 0 && dangling.length === drawn.length) throw new FormatError(lost[0].reason, lost[0].remedy);
  const placement = createPlacement("annotations");
  const names = photoNames(listed.map(({ file_name }) => String(file_name)));
  const images = listed.map((image, at): AnnotatedImage & { readonly id: unknown } => {
    const [width, height] = [Number(image.width), Number(image.height)];
    for (const { segmentation } of byImage.get(image.id) ?? []) {
      const bounds = extentOf(segmentation, width, height);
      if (width > 0 && height > 0) placement.add(file.path, width, height, bounds);
    }
    return {
      id: image.id,
      names: names[at],
      width,
      height,
      path: file.path,
      read: async () => {
        const shapes = shapesOf({ width, height }, byImage.get(image.id) ?? [], idOf, table, order);
        return paintShapes(width, height, table.uncovered, shapes);
      },
    };
  });
  const boxes = annotations.length - drawn.length;
  return {
    format: "COCO instances",
    namesImages: true,
    overlapRule: order.rule,
    overlap: {
      id: "overlap",
      title: "Which annotation counts where two overlap?",
      options: orders.map(({ value, text, why }) => ({ value, text, why })),
      chosen: order.value,
      certainty: "clear",
    },
    classes: table.classes,
    images,
    notes: [
      ...known.notes,
      ...lost,
      ...placement.notes(),
      ...(boxes > 0
        ? [
            leftOut(
              file.path,
              `${boxes} of ${counted(annotations.length, "annotation")} ${boxes === 1 ? "has" : "have"} no mask (boxes, key points): left out.`,
            ),
          ]
        : []),
    ],
    async *rewrite(edited) {
      const isDropped = new Set<unknown>();
      const added: string[] = [];
      let nextId = 1 + annotations.reduce((most, { id }) => Math.max(most, numberOf(id) ?? 0), 0);
      for await (const { image, labels } of edited) {
        const { id } = image as (typeof images)[number];
        const shapes = shapesOf(labels, byImage.get(id) ?? [], idOf, table, order);
        const { kept, rest } = keepShapes(shapes, table.uncovered, labels);
        for (const [i, { annotation }] of shapes.entries()) if (!kept[i]) isDropped.add(annotation);
        for (const segment of segmentsOf(rest, table, categories)) {
          added.push(JSON.stringify({ id: nextId++, image_id: id, ...segment }));
        }
      }
      if (isDropped.size + added.length === 0) return;
      const list = memberSpan(text, rootSpan(text), "annotations") ?? rootSpan(text);
      const elements = value.annotations as readonly unknown[];
      const by = editList(text, list, (i) => isDropped.has(elements[i]), added);
      yield { path: file.path, bytes: new TextEncoder().encode(replaceSpans(text, [{ span: list, by }])) };
    },
  };
}

/** What is added to the file for an edited image: one annotation a class. */
function* segmentsOf(labels: LabelMap, table: AnnotationClasses, categories: readonly Json[]) {
  const present = new Set(labels.data);
  for (const id of present) {
    if (id === table.uncovered) continue;
    const at = table.ids.indexOf(id);
    if (at >= 0) yield cocoSegment(labels, id, categories[at].id, false);
    // Void has no category of its own: as a crowd of the first it is read, and scored, as void.
    else if (id === table.voidId) yield cocoSegment(labels, id, categories[0].id, true);
    else throw new FormatError(`Class id ${id} is no category of the COCO file.`, "Export to another format instead.");
  }
}

function hasMask({ segmentation }: Json): boolean {
  return isObject(segmentation)
    ? segmentation.counts !== undefined
    : Array.isArray(segmentation) && segmentation.length > 0;
}

/** An image's annotations in the order they are painted in. */
function shapesOf(
  { width, height }: { readonly width: number; readonly height: number },
  annotations: readonly Json[],
  idOf: (category: unknown) => number,
  table: AnnotationClasses,
  { compare }: (typeof orders)[number],
) {
  const ignored = ignoredIds(table.classes);
  const shapes = annotations.map((annotation) => {
    const isCrowd = annotation.iscrowd === 1;
    const own = idOf(annotation.category_id);
    const region = regionOf(annotation.segmentation, width, height);
    const id = isCrowd && !ignored.has(own) ? table.voidId : own;
    return { annotation, id, region, isCrowd, area: regionArea(region) };
  });
  return shapes.toSorted((a, b) => Number(b.isCrowd) - Number(a.isCrowd) || compare(a.area, b.area));
}

/** An annotation's segmentation (polygons or run lengths) as pixels. */
function regionOf(segmentation: unknown, width: number, height: number): Region {
  if (isObject(segmentation)) {
    const { size, counts } = segmentation;
    const fits = Array.isArray(size) && size[0] === height && size[1] === width;
    if (!fits || !(typeof counts === "string" || Array.isArray(counts))) {
      throw new FormatError(`A run-length mask is not ${width} x ${height} px.`, "Export the annotations again.");
    }
    return regionFromMask({ width, height, data: decodeRle({ size: [height, width], counts }) });
  }
  return ringsRegion(ringsOf(segmentation).map(pointsOf), width, height);
}

/**
 * The rings of polygons as [x, y, x, y, ...]: COCO has a list of [x, y, x, y, ...]; others write one such list alone, or points as pairs. (A ring
 * of two numbers is no polygon, so the ways cannot be mistaken for each other.)
 */
function ringsOf(segmentation: unknown): (readonly unknown[])[] {
  if (!Array.isArray(segmentation)) return [];
  const isPair = (item: unknown) =>
    Array.isArray(item) && item.length === 2 && item.every((x) => typeof x === "number");
  if (segmentation.length > 0 && segmentation.every((item) => typeof item === "number")) return [segmentation];
  if (segmentation.length > 0 && segmentation.every(isPair)) return [segmentation.flat()];
  return segmentation
    .filter((ring) => Array.isArray(ring))
    .map((ring) => (ring.length > 0 && ring.every(isPair) ? ring.flat() : ring));
}

function pointsOf(flat: readonly unknown[]): Point[] {
  return Array.from({ length: flat.length >> 1 }, (_, i) => ({ x: Number(flat[2 * i]), y: Number(flat[2 * i + 1]) }));
}

/** Where an annotation lies; run lengths, which fill their image, anywhere in it unless they are all of one run. */
function extentOf(segmentation: unknown, width: number, height: number): Bounds | null {
  if (!isObject(segmentation)) return flatBounds(ringsOf(segmentation));
  const { counts } = segmentation;
  // Few runs make a short text.
  const isEmpty = Array.isArray(counts)
    ? counts.every((run, i) => i % 2 === 0 || run === 0)
    : typeof counts === "string" && counts.length <= 7 && isOneRun(counts);
  return isEmpty ? null : { left: 0, top: 0, right: width, bottom: height };
}

function isOneRun(counts: string): boolean {
  try {
    return decodeCounts(counts).length < 2;
  } catch {
    // Said where it is read.
    return false;
  }
}
