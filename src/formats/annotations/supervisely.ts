import type { LabelMap } from "../../core/labelMap";
import { parseHex } from "../../core/palette";
import { emptyRegion, type Region } from "../../core/region";
import { FormatError } from "../errors";
import { baseName, folderOf } from "../paths";
import { annotationClasses } from "./annotationClasses";
import { bitmapRegion, superviselyBitmap } from "./bitmap";
import { elementSpans, isObject, memberSpan, objectsOf, parseJson, replaceSpans, rootSpan } from "./jsonText";
import { paintShapes } from "./paintShapes";
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
  const classes = isObject(metaValue) ? objectsOf(metaValue.classes) : [];
  const found: { file: AnnotationFile; width: number; height: number; objects: Json[] }[] = [];
  for (const file of files) {
    const { value } = parseJson(await file.bytes());
    if (!isSuperviselyAnnotation(value)) continue;
    const size = value.size as Json;
    found.push({ file, width: Number(size.width), height: Number(size.height), objects: objectsOf(value.objects) });
  }
  const all = found.flatMap(({ objects }) => objects);
  const used = new Set(all.map(({ classTitle }) => String(classTitle)));
  const table = annotationClasses(
    classes.map(({ title, color }) => ({
      name: String(title),
      isUsed: used.has(String(title)),
      color: (typeof color === "string" && parseHex(color)) || undefined,
    })),
  );
  const idOf = new Map(classes.map(({ title }, i) => [String(title), table.ids[i]]));
  const classOf = new Map(table.ids.map((id, i) => [id, classes[i]]));
  const images = found.map(({ file, width, height, objects }) => {
    const painted = () => objects.map((object) => ({ id: idFor(object), region: regionOf(object, width, height) }));
    const idFor = ({ classTitle }: Json): number => {
      const id = idOf.get(String(classTitle));
      if (id === undefined) throw new FormatError(`Class "${classTitle}" is not in meta.json.`, "Add it there.");
      return id;
    };
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
  const left = all.filter(({ geometryType }) => !areas.has(String(geometryType))).length;
  return {
    format: "Supervisely",
    namesImages: true,
    overlapRule: "the later one lies on top",
    classes: table.classes,
    images,
    notes: left > 0 ? [`${left} of ${all.length} objects are no bitmap, polygon or rectangle: left out.`] : [],
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
  const ring = (list: unknown) => (Array.isArray(list) ? list.map(([x, y]) => ({ x: Number(x), y: Number(y) })) : []);
  const exterior = ring(points.exterior);
  if (geometryType === "rectangle" && exterior.length === 2) {
    const [a, b] = exterior;
    const corners = [a, { x: b.x, y: a.y }, b, { x: a.x, y: b.y }];
    return ringsRegion([corners], width, height, { vertices: "pixels" });
  }
  if (geometryType !== "polygon") return emptyRegion;
  const holes = (Array.isArray(points.interior) ? points.interior : []).map(ring);
  return ringsRegion([exterior], width, height, { holes, vertices: "pixels" });
}
