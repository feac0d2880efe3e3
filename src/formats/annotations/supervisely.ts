import { counted } from "../../core/counted";
import type { LabelMap } from "../../core/labelMap";
import { parseHex } from "../../core/palette";
import { emptyRegion, type Region } from "../../core/region";
import { FormatError } from "../errors";
import { baseName, folderOf } from "../paths";
import { annotationClasses } from "./annotationClasses";
import { bitmapRegion, superviselyBitmap } from "./bitmap";
import { elementSpans, isObject, memberSpan, objectsOf, parseJson, replaceSpans, rootSpan } from "./jsonText";
import { leftOut } from "./leftOut";
import { paintShapes } from "./paintShapes";
import { pairPoints } from "./pairs";
import { type Bounds, boundsOf, createPlacement } from "./placement";
import { rewriteShapeList } from "./rewriteShapeList";
import { ringsRegion } from "./rings";
import type { AnnotatedImage, AnnotationFile, AnnotationSet } from "./types";

type Json = Readonly<Record<string, unknown>>;

/** Whether a JSON value is Supervisely's annotation of one image. */
export function isSuperviselyAnnotation(value: unknown): value is Json {
  return (
    isObject(value) && Array.isArray(value.objects) && isObject(value.size) && typeof value.size.width === "number"
  );
}

const areas = new Set(["bitmap", "polygon", "rectangle"]);

/**
 * A Supervisely project: meta.json names the classes, DATASET/ann/IMAGE.json holds the objects of DATASET/img/IMAGE: bitmaps,
 * polygons (with holes) and rectangles, later ones on top. Label ids follow the order of the classes, from 1; 0 is
 * background. Lines, points and cuboids are left out.
 * @throws FormatError
 */
export async function readSupervisely(meta: AnnotationFile, files: readonly AnnotationFile[]): Promise<AnnotationSet> {
  const { text: metaText, value: metaValue } = parseJson(await meta.bytes());
  const listed = isObject(metaValue) ? objectsOf(metaValue.classes) : [];
  const found: { file: AnnotationFile; width: number; height: number; objects: Json[] }[] = [];
  for (const file of files) {
    const { value } = parseJson(await file.bytes());
    if (!isSuperviselyAnnotation(value)) continue;
    const size = value.size as Json;
    found.push({ file, width: Number(size.width), height: Number(size.height), objects: objectsOf(value.objects) });
  }
  const all = found.flatMap(({ objects }) => objects);
  const used = new Set(all.map(({ classTitle }) => String(classTitle)));
  const drawn = all.filter(({ geometryType }) => areas.has(String(geometryType)));
  const titles = new Set(listed.map(({ title }) => String(title)));
  const unlisted: Json[] = [...new Set(drawn.map(({ classTitle }) => String(classTitle)))]
    .filter((title) => !titles.has(title))
    .map((title) => ({ title }));
  const classes = [...listed, ...unlisted];
  const table = annotationClasses(
    classes.map(({ title, color }) => ({
      name: String(title),
      isUsed: used.has(String(title)),
      color: (typeof color === "string" && parseHex(color)) || undefined,
    })),
  );
  const idOf = new Map(classes.map(({ title }, i) => [String(title), table.ids[i]]));
  const classOf = new Map(table.ids.map((id, i) => [id, classes[i]]));
  const placement = createPlacement("objects");
  const images = found.map(({ file, width, height, objects }) => {
    const painted = () =>
      objects.map((object) => ({
        // Only what has no area can be of no class.
        id: idOf.get(String(object.classTitle)) ?? table.uncovered,
        region: regionOf(object, width, height),
      }));
    for (const object of objects) {
      if (areas.has(String(object.geometryType))) placement.add(file.path, width, height, extentOf(object));
    }
    const name = baseName(file.path).replace(/\.json$/i, "");
    const image: AnnotatedImage & { readonly file: AnnotationFile; painted: typeof painted } = {
      file,
      painted,
      names: [`${folderOf(folderOf(file.path))}/img/${name}`.replace(/^\//, ""), name],
      width,
      height,
      path: file.path,
      read: async () => paintShapes(width, height, table.uncovered, painted()),
    };
    return image;
  });
  const left = all.length - drawn.length;
  const notes = placement.notes();
  if (left > 0) {
    notes.push(
      leftOut(
        found[0].file.path,
        `${left} of ${counted(all.length, "object")} ${left === 1 ? "is" : "are"} no bitmap, polygon or rectangle: left out.`,
      ),
    );
  }
  if (unlisted.length > 0) {
    const names = unlisted.map(({ title }) => `"${title}"`).join(", ");
    const reason = `Objects have classes that meta.json does not list (${names}): they are classes of their own.`;
    notes.push({ path: meta.path, reason, remedy: "Add them to meta.json, or rename the classes." });
  }
  return {
    format: "Supervisely",
    namesImages: true,
    overlapRule: "the later one lies on top",
    classes: table.classes,
    images,
    notes,
    async *rewrite(edited) {
      const written = new Set<Json>();
      for await (const { image, labels } of edited) {
        const { file, painted } = image as (typeof images)[number];
        const bytes = rewriteShapeList(
          await file.bytes(),
          "objects",
          painted(),
          table.uncovered,
          labels,
          (rest, id) => {
            const own = classOf.get(id);
            if (!own) throw new FormatError(`Class id ${id} is not in meta.json.`, "Export to another format instead.");
            written.add(own);
            return bitmapObject(rest, id, String(own.title), own.id);
          },
        );
        yield { path: file.path, bytes };
      }
      const bytes = allowBitmaps(metaText, (title) => [...written].some((own) => own.title === title));
      if (bytes) yield { path: meta.path, bytes };
    },
  };
}

/** meta.json with classes of polygons or boxes made classes of any shape, where they have bitmaps now; null: none has. */
function allowBitmaps(text: string, isWritten: (title: unknown) => boolean): Uint8Array | null {
  const list = memberSpan(text, rootSpan(text), "classes");
  const changes = (list ? elementSpans(text, list) : []).flatMap((element) => {
    const { title, shape } = JSON.parse(text.slice(element.start, element.end)) as Json;
    const span = memberSpan(text, element, "shape");
    return span && isWritten(title) && shape !== "bitmap" && shape !== "any" ? [{ span, by: '"any"' }] : [];
  });
  return changes.length === 0 ? null : new TextEncoder().encode(replaceSpans(text, changes));
}

/** All pixels of a class as an object; `classId` is meta.json's, where it has one. */
export function bitmapObject(labels: LabelMap, id: number, classTitle: string, classId?: unknown) {
  return {
    ...(classId === undefined ? {} : { classId }),
    classTitle,
    description: "",
    geometryType: "bitmap",
    tags: [],
    bitmap: superviselyBitmap(labels, id),
  };
}

/** Where an object lies; of a bitmap only its first corner is known without decoding it. */
function extentOf({ bitmap, points, geometryType }: Json): Bounds | null {
  if (geometryType === "bitmap") {
    const [left, top] = isObject(bitmap) && Array.isArray(bitmap.origin) ? bitmap.origin.map(Number) : [0, 0];
    // How far it reaches is not known; in the image it is more than a fraction of a pixel.
    const [x, y] = [Math.max(0, left), Math.max(0, top)];
    return { left: x, top: y, right: x + 2, bottom: y + 2 };
  }
  const exterior = pairPoints(isObject(points) ? points.exterior : null);
  // Coordinates name pixels, two of which make a rectangle.
  return boundsOf([geometryType === "rectangle" && exterior.length === 2 ? [...exterior, exterior[0]] : exterior], 0.5);
}

function regionOf(object: Json, width: number, height: number): Region {
  const { bitmap, points, geometryType } = object;
  if (
    geometryType === "bitmap" &&
    isObject(bitmap) &&
    typeof bitmap.data === "string" &&
    Array.isArray(bitmap.origin)
  ) {
    return bitmapRegion(bitmap.data, { x: Number(bitmap.origin[0]), y: Number(bitmap.origin[1]) }, true);
  }
  if (!isObject(points)) return emptyRegion;
  const exterior = pairPoints(points.exterior);
  if (geometryType === "rectangle" && exterior.length === 2) {
    const [a, b] = exterior;
    const corners = [a, { x: b.x, y: a.y }, b, { x: a.x, y: b.y }];
    return ringsRegion([corners], width, height, { vertices: "pixels" });
  }
  if (geometryType !== "polygon") return emptyRegion;
  const holes = (Array.isArray(points.interior) ? points.interior : []).map(pairPoints);
  return ringsRegion([exterior], width, height, { holes, vertices: "pixels" });
}
