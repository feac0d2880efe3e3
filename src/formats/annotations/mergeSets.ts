import { mergeClasses } from "../../core/classTable";
import { groupBy } from "./groupBy";
import type { AnnotatedImage, AnnotationSet, EditedImage } from "./types";

/** Annotation files that number the same classes alike (COCO's train and val) as one set; null where they do not. */
export function mergeSets(sets: readonly AnnotationSet[]): AnnotationSet | null {
  const names = new Map<number, string>();
  for (const { id, name } of sets.flatMap(({ classes }) => classes)) {
    if ((names.get(id) ?? name) !== name) return null;
    names.set(id, name);
  }
  const home = new Map<AnnotatedImage, AnnotationSet>(
    sets.flatMap((set) => set.images.map((image) => [image, set] as const)),
  );
  return {
    format: sets[0].format,
    namesImages: sets[0].namesImages,
    overlapRule: sets[0].overlapRule,
    ...(sets[0].overlap ? { overlap: sets[0].overlap } : {}),
    classes: sets.map(({ classes }) => classes).reduce((all, more) => mergeClasses(all, more)),
    images: sets.flatMap(({ images }) => images),
    notes: sets.flatMap(({ notes }) => notes),
    async *rewrite(edited) {
      const all: EditedImage[] = [];
      for await (const one of edited) all.push(one);
      for (const [set, own] of groupBy(all, ({ image }) => home.get(image))) yield* set?.rewrite(streamOf(own)) ?? [];
    },
  };
}

async function* streamOf<T>(items: readonly T[]): AsyncGenerator<T> {
  yield* items;
}
