import type { ClassTable } from "../../core/classTable";
import { counted } from "../../core/counted";
import { FormatError } from "../errors";
import { baseName, extensionOf, folderOf } from "../paths";
import { isAdeName, readAdeFull } from "./adeFull";
import { isCoco, isPanoptic, readCoco } from "./coco";
import { readPanoptic } from "./cocoPanoptic";
import { groupBy } from "./groupBy";
import { isObject, parseJson } from "./jsonText";
import { isLabelme, readLabelme } from "./labelme";
import { isLabelStudio, readLabelStudio } from "./labelStudio";
import { readLabelStudioTags, tagName } from "./labelStudioTags";
import { mergeSets } from "./mergeSets";
import { isSuperviselyAnnotation, readSupervisely } from "./supervisely";
import type { AnnotationFile, AnnotationSet } from "./types";

/** Annotations among opened files. */
export interface FoundAnnotations {
  readonly set: AnnotationSet;
  /** The files it is made of (the PNGs of panoptic segments among them): no images, and no labels by themselves. */
  readonly paths: readonly string[];
}

/** What was found, and files that seem to be annotations but cannot be read. */
export interface AnnotationFindings {
  /** By how much they tell of classes: panoptic before instances. */
  readonly found: readonly FoundAnnotations[];
  readonly failed: readonly { readonly path: string; readonly error: FormatError }[];
}

type Kind = "panoptic" | "coco" | "labelStudio" | "supervisely" | "labelme";

/** Files of a folder that are looked into before it is taken to hold no annotations. */
const tries = 3;

/**
 * Finds annotation files by their content: COCO, Label Studio, Supervisely and labelme JSON; by their names Label Studio's
 * masks a tag and the full ADE20K.
 * @param files all opened files; JSON files are read, others only where annotations name them.
 * @param overlap what the user chose of {@link AnnotationSet.overlap}.
 * @param lists class lists beside them, for formats that do not number theirs.
 */
export async function findAnnotations(
  files: readonly AnnotationFile[],
  lists: readonly ClassTable[] = [],
  overlap?: string,
): Promise<AnnotationFindings> {
  const failed: { path: string; error: FormatError }[] = [];
  const onDamaged = (path: string) => failed.push({ path, error: damaged() });
  const kinds = await kindsOf(
    files.filter(({ path }) => extensionOf(path) === "json"),
    onDamaged,
  );
  const of = (kind: Kind) => files.filter(({ path }) => kinds.get(path) === kind);
  const found: FoundAnnotations[] = [];
  const add = async (paths: readonly AnnotationFile[], read: () => Promise<AnnotationSet | null>) => {
    if (paths.length === 0) return;
    try {
      const set = withSizes(await read());
      if (!set || set.images.length === 0) return;
      const own = new Set([...paths.map(({ path }) => path), ...set.images.map(({ path }) => path)]);
      found.push({ set, paths: [...own] });
    } catch (error) {
      failed.push({ path: paths[0].path, error: formatError(error) });
    }
  };
  const each = async (kind: Kind, read: (file: AnnotationFile) => Promise<AnnotationSet>) => {
    const own = of(kind);
    const sets: { file: AnnotationFile; set: AnnotationSet }[] = [];
    for (const file of own) {
      await add([file], async () => {
        sets.push({ file, set: await read(file) });
        return null;
      });
    }
    const usable = sets.filter(({ set }) => set.images.length > 0);
    const files = usable.map(({ file }) => file);
    await add(files, async () => (usable.length === 1 ? usable[0].set : mergeSets(usable.map(({ set }) => set))));
  };
  await each("panoptic", (file) => readPanoptic(file, files));
  await each("coco", (file) => readCoco(file, overlap));
  await each("labelStudio", (file) => readLabelStudio(file, lists));
  for (const meta of files.filter(({ path }) => baseName(path) === "meta.json")) {
    const root = folderOf(meta.path);
    const own = of("supervisely").filter(({ path }) => path.startsWith(root === "" ? "" : `${root}/`));
    await add(own, () => readSupervisely(meta, own));
  }
  await add(of("labelme"), () => readLabelme(of("labelme"), lists));
  const tags = files.filter(({ path }) => tagName(path) !== null);
  await add(tags, () => readLabelStudioTags(tags, lists));
  const ade = files.filter(({ path }) => isAdeName(path));
  const parts = ade.length === 0 ? [] : files.filter(({ path }) => /_parts_\d+\.png$/i.test(path));
  await add([...ade, ...parts], async () => (ade.length === 0 ? null : readAdeFull(ade)));
  return { found, failed };
}

/** The set without images whose size the files do not tell. */
function withSizes(set: AnnotationSet | null): AnnotationSet | null {
  const images = set?.images.filter(
    ({ width, height }) => width >= 1 && height >= 1 && Number.isInteger(width * height),
  );
  if (!set || !images || images.length === set.images.length) return set;
  const left = set.images.length - images.length;
  const [first] = set.images.filter((image) => !images.includes(image));
  const reason = `${counted(left, "image has", "images have")} no width and height in the file (${first.names[0]}): left out.`;
  const remedy = "Add width and height in pixels to the file, or export it again.";
  return { ...set, images, notes: [...set.notes, { path: first.path, reason, remedy }] };
}

/** What each JSON file is; of folders of many, a few are looked into first. */
async function kindsOf(
  files: readonly AnnotationFile[],
  onDamaged: (path: string) => void,
): Promise<ReadonlyMap<string, Kind>> {
  const kinds = new Map<string, Kind>();
  for (const inFolder of groupBy(files, ({ path }) => folderOf(path)).values()) {
    let isFound = inFolder.length <= 20;
    for (const [i, file] of inFolder.entries()) {
      if (!isFound && i >= tries) break;
      const kind = kindOf(await file.bytes());
      if (kind === "damaged") onDamaged(file.path);
      if (kind === null || kind === "damaged") continue;
      kinds.set(file.path, kind);
      isFound = true;
    }
  }
  return kinds;
}

/** What annotations hold and hardly any other JSON. */
const telling = /"(segmentation|segments_info|brushlabels|polygonlabels|shape_type|geometryType)"/;

/** Files of other programs hold what no reader foresees: that must not keep the rest from opening. */
function formatError(error: unknown): FormatError {
  if (error instanceof FormatError) return error;
  const reason = `Its annotations cannot be read (${error instanceof Error ? error.message : error}).`;
  return new FormatError(reason, "Export them again.");
}

function damaged(): FormatError {
  return new FormatError("It holds annotations, but is no valid JSON.", "Copy or export the file again.");
}

function kindOf(bytes: Uint8Array): Kind | "damaged" | null {
  let value: unknown;
  try {
    ({ value } = parseJson(bytes));
  } catch {
    return telling.test(new TextDecoder().decode(bytes)) ? "damaged" : null;
  }
  if (isCoco(value)) return "coco";
  if (isObject(value) && isPanoptic(value)) return "panoptic";
  if (isLabelStudio(value)) return "labelStudio";
  if (isLabelme(value)) return "labelme";
  return isSuperviselyAnnotation(value) ? "supervisely" : null;
}
