import type { ClassTable } from "../../core/classTable";
import { counted } from "../../core/counted";
import type { LabelMap } from "../../core/labelMap";
import { emptyRegion, type Region, regionFromPredicate } from "../../core/region";
import { FormatError } from "../errors";
import { baseName, folderOf } from "../paths";
import { annotationClasses } from "./annotationClasses";
import { bitmapRegion, labelmeMask } from "./bitmap";
import { isObject, objectsOf, parseJson } from "./jsonText";
import { leftOut } from "./leftOut";
import { paintShapes } from "./paintShapes";
import { pairPoints } from "./pairs";
import { type Bounds, boundsOf, createPlacement } from "./placement";
import { rewriteShapeList } from "./rewriteShapeList";
import { ringsRegion } from "./rings";
import type { AnnotatedImage, AnnotationFile, AnnotationSet } from "./types";

type Json = Readonly<Record<string, unknown>>;

/** Whether a JSON value is what labelme keeps beside one image. */
export function isLabelme(value: unknown): value is Json {
  return (
    isObject(value) &&
    Array.isArray(value.shapes) &&
    typeof value.imageWidth === "number" &&
    typeof value.imageHeight === "number"
  );
}

const areas = new Set(["polygon", "rectangle", "circle", "mask"]);

/**
 * labelme's JSON files, one an image: polygons, rectangles, circles and masks, later ones over earlier ones, as labelme
 * draws them. Lines and points have no area and are left out. `__ignore__` is void.
 * @param lists classes of a labels.txt beside them, and the like.
 * @throws FormatError
 */
export async function readLabelme(
  files: readonly AnnotationFile[],
  lists: readonly ClassTable[] = [],
): Promise<AnnotationSet> {
  const found: { file: AnnotationFile; imagePath: string; width: number; height: number; shapes: Json[] }[] = [];
  for (const file of files) {
    const { value } = parseJson(await file.bytes());
    if (!isLabelme(value)) throw new FormatError("The file is no labelme file.", "Save it with labelme again.");
    found.push({
      file,
      imagePath: String(value.imagePath ?? "").replaceAll("\\", "/"),
      width: Number(value.imageWidth),
      height: Number(value.imageHeight),
      shapes: objectsOf(value.shapes),
    });
  }
  const all = found.flatMap(({ shapes }) => shapes);
  const drawn = all.filter((shape) => areas.has(typeOf(shape)));
  const lines = all.filter((shape) => !areas.has(typeOf(shape)));
  const placement = createPlacement("shapes");
  for (const { file, width, height, shapes } of found) {
    for (const shape of shapes) if (areas.has(typeOf(shape))) placement.add(file.path, width, height, extentOf(shape));
  }
  const names = [...new Set(drawn.map(({ label }) => String(label)))].sort();
  const table = annotationClasses(
    names.map((name) => ({ name, isUsed: true })),
    { lists },
  );
  const idOf = new Map(names.map((name, i) => [name, table.ids[i]]));
  const nameOf = new Map(table.classes.map(({ id, name }) => [id, name]));
  const images = found.map(({ file, imagePath, width, height, shapes }) => {
    const painted = () =>
      shapes.map((shape) => ({
        id: idOf.get(String(shape.label)) ?? table.uncovered,
        region: areas.has(typeOf(shape)) ? regionOf(shape, width, height) : emptyRegion,
      }));
    const image: AnnotatedImage & { readonly file: AnnotationFile; painted: typeof painted } = {
      file,
      painted,
      names: [joinPath(folderOf(file.path), imagePath), baseName(imagePath), file.path].filter((name) => name !== ""),
      width,
      height,
      path: file.path,
      read: async () => paintShapes(width, height, table.uncovered, painted()),
    };
    return image;
  });
  return {
    format: "labelme",
    namesImages: true,
    overlapRule: "the later one lies on top",
    classes: table.classes,
    images,
    notes: [
      ...placement.notes(),
      ...(lines.length > 0
        ? [
            leftOut(
              found[0].file.path,
              `${lines.length} of ${counted(all.length, "shape")} ${lines.length === 1 ? "is a line or point, which has" : "are lines or points, which have"} no area: left out.`,
            ),
          ]
        : []),
    ],
    async *rewrite(edited) {
      for await (const { image, labels } of edited) {
        const { file, painted } = image as (typeof images)[number];
        const bytes = rewriteShapeList(await file.bytes(), "shapes", painted(), table.uncovered, labels, (rest, id) =>
          maskShape(rest, id, nameOf.get(id) ?? `class ${id}`),
        );
        yield { path: file.path, bytes };
      }
    },
  };
}

function typeOf({ shape_type }: Json): string {
  return typeof shape_type === "string" && shape_type !== "" ? shape_type : "polygon";
}

function extentOf(shape: Json): Bounds | null {
  const points = pairPoints(shape.points);
  const [a, b] = points;
  if (points.length === 2 && typeOf(shape) === "circle") {
    const radius = Math.hypot(b.x - a.x, b.y - a.y);
    return { left: a.x - radius, top: a.y - radius, right: a.x + radius, bottom: a.y + radius };
  }
  // A mask's points name its first and last pixel.
  if (typeOf(shape) === "mask") return boundsOf([[...points, ...points, ...points].slice(0, 3)], 0.5);
  return boundsOf([typeOf(shape) === "rectangle" ? [...points, ...points.slice(0, 1)] : points]);
}

function regionOf(shape: Json, width: number, height: number): Region {
  const points = pairPoints(shape.points);
  const [a, b] = points;
  switch (typeOf(shape)) {
    case "rectangle":
      return points.length < 2
        ? emptyRegion
        : ringsRegion([[a, { x: b.x, y: a.y }, b, { x: a.x, y: b.y }]], width, height);
    case "circle": {
      if (points.length < 2) return emptyRegion;
      const radius = Math.hypot(b.x - a.x, b.y - a.y);
      return regionFromPredicate(
        { x: 0, y: 0, width, height },
        (x, y) => Math.hypot(x + 0.5 - a.x, y + 0.5 - a.y) <= radius,
      );
    }
    case "mask":
      if (typeof shape.mask !== "string" || points.length < 1)
        throw new FormatError("A mask is empty.", "Draw it anew.");
      return bitmapRegion(shape.mask, { x: Math.round(a.x), y: Math.round(a.y) });
    default:
      return ringsRegion([points], width, height);
  }
}

/** A class's pixels as a shape of type "mask" (labelme 5.3 and later). */
function maskShape(labels: LabelMap, id: number, label: string) {
  const { mask, points } = labelmeMask(labels, id);
  return { label, points, group_id: null, description: "", shape_type: "mask", flags: {}, mask };
}

/** A relative path put behind a folder, "." and ".." resolved. */
function joinPath(folder: string, path: string): string {
  const parts: string[] = [];
  for (const part of [...folder.split("/"), ...path.split("/")]) {
    if (part === "..") parts.pop();
    else if (part !== "" && part !== ".") parts.push(part);
  }
  return parts.join("/");
}
