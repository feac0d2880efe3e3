import type { ClassTable } from "../../core/classTable";
import { counted } from "../../core/counted";
import { regionFromMask } from "../../core/region";
import { FormatError } from "../errors";
import { baseName } from "../paths";
import { channelsOf, decodePng, readPngHeader } from "../png";
import { writePng } from "../png/write";
import { annotationClasses } from "./annotationClasses";
import { groupBy } from "./groupBy";
import { leftOut } from "./leftOut";
import { paintShapes } from "./paintShapes";
import type { AnnotatedImage, AnnotationFile, AnnotationSet } from "./types";

const pattern = /^task-(\d+)-annotation-(\d+)-by-(.*?)-(?:tag|[^-]+)-(.+)-(\d+)\.png$/i;

/** The parts of a name like task-1-annotation-2-by-1-tag-road-0.png, or null. */
export function tagName(path: string): { task: string; annotation: number; label: string; order: number } | null {
  const match = pattern.exec(baseName(path));
  return match && { task: match[1], annotation: Number(match[2]), label: match[4], order: Number(match[5]) };
}

/**
 * Label Studio's "brush labels to PNG": a grey mask a label and annotation, in the order drawn. The names tell tasks, not
 * images: photographs join where `imageOf` (a JSON export beside them) knows the task. Of several annotations of a
 * task the last counts.
 */
export async function readLabelStudioTags(
  files: readonly AnnotationFile[],
  lists: readonly ClassTable[] = [],
): Promise<AnnotationSet> {
  const parts = files.flatMap((file) => {
    const name = tagName(file.path);
    return name ? [{ file, ...name }] : [];
  });
  const names = [...new Set(parts.map(({ label }) => label))].sort();
  const table = annotationClasses(
    names.map((name) => ({ name, isUsed: true })),
    { lists },
  );
  let several = 0;
  const images: (AnnotatedImage & { readonly parts: readonly { file: AnnotationFile; id: number }[] })[] = [];
  for (const [task, all] of groupBy(parts, (part) => part.task)) {
    const last = Math.max(...all.map(({ annotation }) => annotation));
    if (all.some(({ annotation }) => annotation !== last)) several++;
    const taken = all
      .filter(({ annotation }) => annotation === last)
      .sort((a, b) => a.order - b.order)
      .map(({ file, label }) => ({ file, id: table.ids[names.indexOf(label)] }));
    const { width, height } = readPngHeader(await taken[0].file.bytes());
    images.push({
      parts: taken,
      names: [`task-${task}`],
      width,
      height,
      path: taken[0].file.path,
      async read() {
        const shapes = await Promise.all(
          taken.map(async ({ file, id }) => ({ id, region: regionFromMask(await maskOf(file, width, height)) })),
        );
        return paintShapes(width, height, table.uncovered, shapes);
      },
    });
  }
  return {
    format: "Label Studio (PNG a tag)",
    namesImages: false,
    overlapRule: "the later one lies on top",
    classes: table.classes,
    images,
    notes:
      several > 0
        ? [
            leftOut(
              parts[0].file.path,
              `${counted(several, "task has", "tasks have")} several annotations: the last was taken.`,
            ),
          ]
        : [],
    async *rewrite(edited) {
      for await (const { image, labels } of edited) {
        const { parts: own, width, height } = image as (typeof images)[number];
        const given = new Set([table.uncovered, ...own.map(({ id }) => id)]);
        const lost = labels.data.find((id) => !given.has(id));
        if (lost !== undefined) {
          throw new FormatError(`Class id ${lost} has no mask for this task.`, "Export to another format instead.");
        }
        const last = new Map(own.map((part) => [part.id, part]));
        for (const part of own) {
          const isLast = last.get(part.id) === part;
          const samples = labels.data.map((id) => (isLast && id === part.id ? 255 : 0));
          yield { path: part.file.path, bytes: writePng({ width, height, bitDepth: 8, colorType: 0, samples }) };
        }
      }
    },
  };
}

async function maskOf(file: AnnotationFile, width: number, height: number) {
  const png = decodePng(await file.bytes());
  if (png.width !== width || png.height !== height) {
    throw new FormatError("The masks of one task differ in size.", "Export them again.");
  }
  const channels = channelsOf(png.colorType);
  return {
    width,
    height,
    data: Uint8Array.from({ length: width * height }, (_, i) => (png.samples[i * channels] ? 1 : 0)),
  };
}
