import { type ClassInfo, classTable } from "../../core/classTable";
import { createLabelMap, type LabelMap } from "../../core/labelMap";
import { FormatError } from "../errors";
import type { ReadingNote } from "../readingNote";
import { groupBy } from "./groupBy";
import type { AnnotatedImage, AnnotationSet, EditedImage } from "./types";

/** One of the sets, and the merged id of each of its own. */
interface Part {
  readonly set: AnnotationSet;
  readonly ids: ReadonlyMap<number, number>;
  readonly isSame: boolean;
}

/**
 * Annotation files of one kind (COCO's train and val) as one set. Classes are the same by name: files that number them
 * differently are shown with the first file's ids, and are written with their own.
 */
export function mergeSets(sets: readonly AnnotationSet[]): AnnotationSet {
  const { classes, parts, notes } = mergedClasses(sets);
  const home = new Map<AnnotatedImage, { readonly part: Part; readonly own: AnnotatedImage }>();
  const images = parts.flatMap((part) =>
    part.set.images.map((own) => {
      const image = part.isSame ? own : { ...own, read: async () => shown(await own.read(), part.ids) };
      home.set(image, { part, own });
      return image;
    }),
  );
  return {
    format: sets[0].format,
    namesImages: sets[0].namesImages,
    overlapRule: sets[0].overlapRule,
    ...(sets[0].overlap ? { overlap: sets[0].overlap } : {}),
    classes: classTable(classes),
    images,
    notes: [...notes, ...sets.flatMap((set) => set.notes)],
    async *rewrite(edited) {
      const all: (EditedImage & { readonly part: Part })[] = [];
      for await (const { image, labels } of edited) {
        const found = home.get(image);
        if (found) all.push({ part: found.part, image: found.own, labels: ownIds(labels, found.part, classes) });
      }
      for (const [{ set }, own] of groupBy(all, ({ part }) => part)) yield* set.rewrite(streamOf(own));
    },
  };
}

function mergedClasses(sets: readonly AnnotationSet[]) {
  const merged = new Map<string, ClassInfo>();
  const used = new Set<number>();
  const listed = new Set(sets.flatMap(({ classes }) => classes.map(({ id }) => id)));
  const notes: ReadingNote[] = [];
  const parts = sets.map((set): Part => {
    const ids = new Map<number, number>();
    for (const [name, same] of groupBy(set.classes, (info) => info.name)) {
      // Classes of one name go by their order.
      same.forEach((info, i) => {
        const key = `${i} ${name}`;
        const known = merged.get(key) ?? { ...info, id: used.has(info.id) ? freeId(listed) : info.id };
        merged.set(key, known);
        used.add(known.id);
        listed.add(known.id);
        ids.set(info.id, known.id);
      });
    }
    const moved = set.classes.filter(({ id }) => ids.get(id) !== id);
    if (moved.length > 0) {
      const example = moved.slice(0, 3).map(({ name, id }) => `"${name}" ${id} is shown as ${ids.get(id)}`);
      const reason = `It numbers classes differently from ${sets[0].images[0].path}; they go by name: ${example.join(", ")}${moved.length > 3 ? ", ..." : ""}.`;
      notes.push({ path: set.images[0].path, reason, remedy: "Exported, the file keeps its own numbers." });
    }
    return { set, ids, isSame: moved.length === 0 };
  });
  return { classes: [...merged.values()], parts, notes };
}

function freeId(taken: ReadonlySet<number>): number {
  let id = 1;
  while (taken.has(id)) id++;
  return id;
}

function shown({ labels, disputed }: { labels: LabelMap; disputed: number }, ids: ReadonlyMap<number, number>) {
  const data = labels.data.map((id) => ids.get(id) ?? id);
  return { labels: createLabelMap(labels.width, labels.height, data), disputed };
}

/** @throws FormatError for a class that only other files have. */
function ownIds(labels: LabelMap, { set, ids, isSame }: Part, classes: readonly ClassInfo[]): LabelMap {
  if (isSame) return labels;
  const back = new Map([...ids].map(([id, merged]) => [merged, id]));
  const lost = labels.data.find((id) => !back.has(id));
  if (lost !== undefined) {
    const name = classes.find(({ id }) => id === lost)?.name ?? `class ${lost}`;
    throw new FormatError(
      `${set.images[0].path} has no class "${name}".`,
      "Add it there, or export to another format.",
    );
  }
  return createLabelMap(
    labels.width,
    labels.height,
    labels.data.map((id) => back.get(id) ?? id),
  );
}

async function* streamOf<T>(items: readonly T[]): AsyncGenerator<T> {
  yield* items;
}
