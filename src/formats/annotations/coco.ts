import { ignoredIds } from "../../core/classTable";
import type { LabelMap } from "../../core/labelMap";
import { type Region, regionArea, regionFromMask } from "../../core/region";
import { FormatError } from "../errors";
import { type AnnotationClasses, annotationClasses } from "./annotationClasses";
import { decodeRle } from "./cocoRle";
import { cocoSegment } from "./cocoSegment";
import { groupBy } from "./groupBy";
import { editList, isObject, memberSpan, objectsOf, parseJson, replaceSpans, rootSpan } from "./jsonText";
import { keepShapes } from "./keepShapes";
import { paintShapes } from "./paintShapes";
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
  const categories = objectsOf(value.categories);
  const used = new Set(drawn.map((annotation) => annotation.category_id));
  const isGroup = (id: unknown, name: string) =>
    // Roboflow lists the project's name as category 0, above all others and never used.
    id === 0 && !used.has(id) && categories.some((other) => other.supercategory === name && other.id !== 0);
  const table = annotationClasses(
    categories.map(({ id, name, color }) => ({
      id: typeof id === "number" ? id : undefined,
      name: isGroup(id, String(name)) ? "background" : String(name),
      isUsed: used.has(id),
      color: Array.isArray(color) && color.length === 3 ? [color[0], color[1], color[2]] : undefined,
    })),
    { needsVoid: drawn.some(({ iscrowd }) => iscrowd === 1) },
  );
  const idOf = new Map(categories.map(({ id }, i) => [id, table.ids[i]]));
  const byImage = groupBy(drawn, ({ image_id }) => image_id);
  const images = objectsOf(value.images).map((image): AnnotatedImage & { readonly id: unknown } => {
    const [width, height] = [Number(image.width), Number(image.height)];
    return {
      id: image.id,
      names: [String(image.file_name)],
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
    notes:
      boxes > 0 ? [`${boxes} of ${annotations.length} annotations have no mask (boxes, key points): left out.`] : [],
    async *rewrite(edited) {
      const isDropped = new Set<unknown>();
      const added: string[] = [];
      let nextId =
        1 + annotations.reduce((most, { id }) => Math.max(most, Number.isSafeInteger(id) ? Number(id) : 0), 0);
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
    if (at >= 0) yield cocoSegment(labels, id, Number(categories[at].id), false);
    // Void has no category of its own: as a crowd of the first it is read, and scored, as void.
    else if (id === table.voidId) yield cocoSegment(labels, id, Number(categories[0].id), true);
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
  idOf: ReadonlyMap<unknown, number>,
  table: AnnotationClasses,
  { compare }: (typeof orders)[number],
) {
  const ignored = ignoredIds(table.classes);
  const shapes = annotations.map((annotation) => {
    const isCrowd = annotation.iscrowd === 1;
    const own = idOf.get(annotation.category_id);
    if (own === undefined) {
      throw new FormatError(`Category ${annotation.category_id} is not in the list of categories.`, "Add it there.");
    }
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
  const rings = Array.isArray(segmentation) ? segmentation.filter((ring) => Array.isArray(ring)) : [];
  return ringsRegion(rings.map(pointsOf), width, height);
}

function pointsOf(flat: readonly unknown[]) {
  return Array.from({ length: flat.length >> 1 }, (_, i) => ({ x: Number(flat[2 * i]), y: Number(flat[2 * i + 1]) }));
}
