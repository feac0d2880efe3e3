import { isObject, objectsOf } from "./annotations/jsonText";
import { isLabelStudio } from "./annotations/labelStudio";
import { isSuperviselyAnnotation } from "./annotations/supervisely";
import type { Listing } from "./layout";
import { extensionOf, folderOf } from "./paths";
import type { ReadingNote } from "./readingNote";

/** Why a file is not read as labels, and what to do. */
type Why = readonly [reason: string, remedy: string];

/** Files of a type that are looked into in a folder: of thousands, one an image, the others are alike. */
const mostLooks = 5;

const asPng = "Save each label as PNG under its photograph's name";

const byExtension: readonly (readonly [RegExp, ...Why])[] = [
  [/\.nii(\.gz)?$/i, "NIfTI volumes are not read.", "Save their slices as PNG, images and labels, under equal names."],
  [/\.(nrrd|mha|mhd)$/i, "Medical volumes are not read.", "Save their slices as PNG, images and labels."],
  [/\.dcm$/i, "DICOM files are not read.", `${asPng}, the images as PNG or JPEG.`],
  [/\.np[yz]$/i, "NumPy arrays are not read.", `${asPng}: Image.fromarray(array.astype("uint8")).save("name.png").`],
  [/\.mat$/i, "MATLAB files are not read.", `${asPng}: imwrite(uint8(label), "name.png").`],
  [/\.(h5|hdf5|pkl|pickle|parquet|tfrecord)$/i, "Arrays in files of this type are not read.", `${asPng}.`],
  [/\.(ndjson|jsonl)$/i, "Annotations as lines of JSON are not read.", "Export them as COCO JSON, or as PNG masks."],
  [/\.(geojson|shp|gpkg|kml)$/i, "Shapes on maps are not read.", "Rasterise them to PNG or TIFF of the images' sizes."],
  [/\.(psd|xcf|kra|svg)$/i, "Drawings in layers are not read.", `${asPng}, without anti-aliasing.`],
];

/** What can be told of a text by its content. */
const byContent: Readonly<Record<string, (text: string) => Why | null>> = { xml: whyXml, txt: whyText, json: whyJson };

/**
 * Files that seem to be labels but cannot be read, a note for each kind of them: where nothing was found to open, they are
 * what its owner meant.
 */
export async function unreadLabels({ paths, text }: Pick<Listing, "paths" | "text">): Promise<ReadingNote[]> {
  const found = new Map<string, { readonly path: string; readonly why: Why; count: number }>();
  const looks = new Map<string, number>();
  for (const path of paths) {
    const type = extensionOf(path);
    let why: Why | null = null;
    const known = byExtension.find(([pattern]) => pattern.test(path));
    if (known) why = [known[1], known[2]];
    else if (Object.hasOwn(byContent, type)) {
      const place = `${folderOf(path)}/.${type}`;
      const count = looks.get(place) ?? 0;
      looks.set(place, count + 1);
      if (count < mostLooks) why = byContent[type](await text(path));
    }
    if (!why) continue;
    const same = found.get(why[0]);
    if (same) same.count++;
    else found.set(why[0], { path, why, count: 1 });
  }
  return [...found.values()].map(({ path, why: [reason, remedy], count }) => {
    const others = count > 1 ? ` (${count - 1} more of this kind are here.)` : "";
    return { path, reason: `${reason}${others}`, remedy, isError: true };
  });
}

function whyXml(text: string): Why | null {
  if (/<annotations[\s>]/.test(text) && /<(image|track)\s/.test(text)) {
    return ["CVAT's XML is not read.", 'Export the task from CVAT as "Segmentation mask 1.1" or "COCO 1.0".'];
  }
  return /<annotation[\s>]/.test(text) && /<(bndbox|polygon)>/.test(text)
    ? ["Pascal VOC's XML holds boxes, no pixels.", "Add SegmentationClass with label PNGs."]
    : null;
}

function whyText(text: string): Why | null {
  const lines = text.split(/\r\n|\r|\n/).filter((line) => line.trim() !== "");
  const number = "-?\\d*\\.?\\d+(e-?\\d+)?";
  const isYolo = new RegExp(`^\\d+(\\s+${number}){4,}\\s*$`, "i");
  if (lines.length === 0 || !lines.every((line) => isYolo.test(line)) || !text.includes(".")) return null;
  return lines.some((line) => line.trim().split(/\s+/).length > 6)
    ? ["YOLO's polygons are not read.", "Convert them to COCO JSON (polygons in pixels), or to PNG masks."]
    : ["YOLO's boxes are no masks.", "Add label PNGs, or COCO JSON with polygons."];
}

function whyJson(text: string): Why | null {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return null;
  }
  if (isSuperviselyAnnotation(value)) {
    return ["It is Supervisely's, but the project's meta.json with the classes is missing.", "Open meta.json with it."];
  }
  if (isLabelStudio(value) || objectsOf(value).some((task) => isObject(task.data) && Array.isArray(task.predictions))) {
    return objectsOf(value).some((task) => objectsOf(task.predictions).length > 0)
      ? ["Label Studio's tasks have predictions only, no annotations.", "Accept them in Label Studio and export again."]
      : ["Label Studio's tasks have no masks, polygons or boxes with a label.", "Annotate them and export again."];
  }
  if (!isObject(value)) return null;
  if (Array.isArray(value.shapes)) {
    const reason = "It is labelme's, but has no imageWidth and imageHeight.";
    return [reason, "Open and save it with labelme again, or add both in pixels."];
  }
  if (Array.isArray(value.annotations) && (Array.isArray(value.images) || Array.isArray(value.categories))) {
    return whyCoco(value);
  }
  const isVia = (item: unknown) => isObject(item) && typeof item.filename === "string" && "regions" in item;
  const entries = Object.values(isObject(value._via_img_metadata) ? value._via_img_metadata : value);
  return entries.some(isVia)
    ? ["VGG Image Annotator's JSON is not read.", 'In VIA choose "Export annotations (COCO format)".']
    : null;
}

function whyCoco(value: Readonly<Record<string, unknown>>): Why {
  const missing = ["images", "categories"].find((list) => objectsOf(value[list]).length === 0);
  if (missing)
    return [`It is COCO's, but its list "${missing}" is missing or empty.`, "Export it again with that list."];
  const isSized = ({ width, height }: Readonly<Record<string, unknown>>) => Number(width) > 0 && Number(height) > 0;
  return objectsOf(value.images).some(isSized)
    ? ["It is COCO's, but its annotations cannot be read.", "Export it again as COCO instances."]
    : ["It is COCO's, but its images have no width and height.", "Add both in pixels, or export it again."];
}
