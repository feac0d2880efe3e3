import { createLabelMap } from "../../core/labelMap";
import { FormatError } from "../errors";
import { baseName, withoutExtension } from "../paths";
import { channelsOf, decodePng } from "../png";
import { writePng } from "../png/write";
import { type AnnotationClasses, annotationClasses } from "./annotationClasses";
import { isPanoptic } from "./coco";
import { cocoCategories, idMatcher, numberOf, photoNames } from "./cocoLists";
import { editSegments, type Segments } from "./editSegments";
import { groupBy } from "./groupBy";
import { elementSpans, isObject, memberSpan, objectsOf, parseJson, replaceSpans, rootSpan } from "./jsonText";
import { leftOut } from "./leftOut";
import type { AnnotatedImage, AnnotationFile, AnnotationSet } from "./types";

type Json = Readonly<Record<string, unknown>>;

/**
 * COCO panoptic: a JSON file and a PNG an image whose R + 256 G + 65536 B is a segment's number; `segments_info` gives
 * its category, which is the label id (a crowd's too: all of it is of that class). Pixels of no segment (0) are void.
 * @param others the files beside it, among them the PNGs, found by their names (in a folder called as the JSON, if there is one).
 * @throws FormatError for a file that is no panoptic file.
 */
export async function readPanoptic(file: AnnotationFile, others: readonly AnnotationFile[]): Promise<AnnotationSet> {
  const { text, value } = parseJson(await file.bytes());
  if (!isObject(value) || !isPanoptic(value)) {
    throw new FormatError("The file is no COCO panoptic file.", "Export it again as COCO panoptic.");
  }
  const annotations = objectsOf(value.annotations);
  const known = cocoCategories(
    file.path,
    objectsOf(value.categories),
    annotations.flatMap(({ segments_info }) => objectsOf(segments_info).map(({ category_id }) => category_id)),
  );
  const categories = known.list;
  const table = tableOf(categories);
  const idOf = (category: unknown) => table.ids[known.at(category)];
  const folder = withoutExtension(baseName(file.path));
  const pngs = groupBy(
    others.filter(({ path }) => /\.png$/i.test(path)),
    ({ path }) => baseName(path),
  );
  const listed = objectsOf(value.images);
  const names = photoNames(listed.map(({ file_name }) => String(file_name)));
  const match = idMatcher(listed.map(({ id }) => id));
  const imageOf = new Map(listed.map((image, i) => [image.id, { image, names: names[i] }]));
  const missing: string[] = [];
  const images = annotations.flatMap((annotation, index) => {
    const found = pngs.get(String(annotation.file_name)) ?? [];
    const png = found.length === 1 ? found[0] : found.find(({ path }) => path.includes(`${folder}/`));
    const image = imageOf.get(match(annotation.image_id));
    if (!png || !image) {
      missing.push(String(annotation.file_name));
      return [];
    }
    const [width, height] = [Number(image.image.width), Number(image.image.height)];
    const segments = objectsOf(annotation.segments_info);
    const numbers = new Map(segments.map(({ id, category_id }) => [Number(id), idOf(category_id)]));
    const one: AnnotatedImage & { readonly index: number; segments(): Promise<Segments> } = {
      index,
      names: image.names,
      width,
      height,
      path: png.path,
      segments: async () => ({ ...(await numbersOf(png, width, height)), infos: segments }),
      async read() {
        const { data } = await numbersOf(png, width, height);
        const ids = data.map((number) => (number === 0 ? table.uncovered : (numbers.get(number) ?? -1)));
        const unknown = ids.indexOf(-1);
        if (unknown >= 0) {
          throw new FormatError(`Segment ${data[unknown]} of the PNG is not in the JSON file.`, "Export both again.");
        }
        return { labels: createLabelMap(width, height, Uint16Array.from(ids)), disputed: 0 };
      },
    };
    return [one];
  });
  return {
    format: "COCO panoptic",
    namesImages: true,
    overlapRule: "segments do not overlap",
    classes: table.classes,
    images,
    notes: [
      ...known.notes,
      ...(missing.length === 0
        ? []
        : [leftOut(file.path, `${missing.length} PNGs that the file names are not here (${missing[0]}).`)]),
    ],
    async *rewrite(edited) {
      const changed = new Map<number, string>();
      for await (const { image, labels } of edited) {
        const own = image as (typeof images)[number];
        const before = await own.segments();
        const after = editSegments(before, labels, {
          uncovered: table.uncovered,
          idOf,
          category: (id) => categories[table.ids.indexOf(id)],
        });
        changed.set(own.index, JSON.stringify(after.infos));
        yield { path: own.path, bytes: segmentPng(own.width, own.height, after.data) };
      }
      if (changed.size === 0) return;
      const list = memberSpan(text, rootSpan(text), "annotations") ?? rootSpan(text);
      const spans = elementSpans(text, list);
      const changes = [...changed]
        .sort(([a], [b]) => a - b)
        .flatMap(([index, by]) => {
          const span = memberSpan(text, spans[index], "segments_info");
          return span ? [{ span, by }] : [];
        });
      yield { path: file.path, bytes: new TextEncoder().encode(replaceSpans(text, changes)) };
    },
  };
}

function tableOf(categories: readonly Json[]): AnnotationClasses {
  const table = annotationClasses(
    categories.map(({ id, name, color }) => ({
      id: numberOf(id),
      name: String(name),
      // Panoptic labels tell background and nothing apart.
      isUsed: true,
      color: Array.isArray(color) && color.length === 3 ? [color[0], color[1], color[2]] : undefined,
    })),
  );
  const classes = table.classes.map((info) =>
    info.id === table.uncovered ? { ...info, name: "void", ignored: true } : info,
  );
  return { ...table, classes };
}

/** Segment numbers, 24 bits a pixel. */
async function numbersOf(png: AnnotationFile, width: number, height: number) {
  const image = decodePng(await png.bytes());
  const channels = channelsOf(image.colorType);
  if (image.width !== width || image.height !== height || channels < 3 || image.bitDepth !== 8) {
    throw new FormatError(`The segments are no RGB PNG of ${width} x ${height} px.`, "Export them again.");
  }
  const { samples } = image;
  const data = new Int32Array(width * height);
  for (let i = 0, s = 0; i < data.length; i++, s += channels) {
    data[i] = samples[s] + 256 * samples[s + 1] + 65536 * samples[s + 2];
  }
  return { width, height, data };
}

/** A PNG of segment numbers. */
export function segmentPng(width: number, height: number, numbers: ArrayLike<number>): Uint8Array {
  const samples = new Uint16Array(width * height * 3);
  for (let i = 0; i < numbers.length; i++) {
    samples[3 * i] = numbers[i] & 255;
    samples[3 * i + 1] = (numbers[i] >> 8) & 255;
    samples[3 * i + 2] = numbers[i] >> 16;
  }
  return writePng({ width, height, bitDepth: 8, colorType: 2, samples });
}
