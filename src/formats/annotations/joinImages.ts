import { baseName, folderOf, foldersOf, withoutExtension } from "../paths";
import { splitOf, wordsOf } from "../roleWords";
import { groupBy } from "./groupBy";
import type { AnnotatedImage } from "./types";

/** Annotated images with the files of their photographs. */
export interface JoinedImages {
  readonly pairs: readonly { readonly image: AnnotatedImage; readonly photo: string }[];
  readonly missing: readonly AnnotatedImage[];
  /** Several photographs have the name. */
  readonly ambiguous: readonly { readonly image: AnnotatedImage; readonly photos: readonly string[] }[];
  /** Another, which was taken, tells of the same photograph. */
  readonly repeated: readonly {
    readonly image: AnnotatedImage;
    readonly taken: AnnotatedImage;
    readonly photo: string;
  }[];
  /** Photographs that no annotation tells of. */
  readonly others: readonly string[];
}

/**
 * Finds the photographs of annotated images: the one whose path ends as an image is called, else with another extension.
 * Of several, one that lies nearest to the annotation file (train/_annotations.coco.json) or in a folder that its name
 * ends with (instances_val2017.json: val2017/); an ambiguous name is refused.
 */
export function joinImages(images: readonly AnnotatedImage[], photos: readonly string[]): JoinedImages {
  const exact = groupBy(photos, (path) => baseName(path).toLowerCase());
  const stems = groupBy(photos, (path) => withoutExtension(baseName(path)).toLowerCase());
  const candidates = (image: AnnotatedImage): string[] => {
    for (const [index, strip] of [[exact, (name: string) => name] as const, [stems, withoutExtension] as const]) {
      for (const name of image.names) {
        const wanted = strip(name).toLowerCase();
        const ending = (index.get(baseName(wanted)) ?? []).filter((path) => {
          const own = strip(path).toLowerCase();
          const isEnding = own === wanted || own.endsWith(`/${wanted}`);
          return isEnding && (name === image.names[0] || !isOtherSplit(image.names[0], path));
        });
        if (ending.length > 0) return nearest(ending, image.path);
      }
    }
    return [];
  };
  const pairs: { image: AnnotatedImage; photo: string }[] = [];
  const missing: AnnotatedImage[] = [];
  const ambiguous: { image: AnnotatedImage; photos: readonly string[] }[] = [];
  const repeated: { image: AnnotatedImage; taken: AnnotatedImage; photo: string }[] = [];
  const taken = new Map<string, AnnotatedImage>();
  for (const image of images) {
    const found = candidates(image);
    if (found.length === 0) missing.push(image);
    else if (found.length > 1) ambiguous.push({ image, photos: found });
    else {
      const other = taken.get(found[0]);
      if (other) {
        repeated.push({ image, taken: other, photo: found[0] });
        continue;
      }
      taken.set(found[0], image);
      pairs.push({ image, photo: found[0] });
    }
  }
  return { pairs, missing, ambiguous, repeated, others: photos.filter((path) => !taken.has(path)) };
}

/** Whether folders say that one is of another split than the other: a shortened name does not join train with val. */
function isOtherSplit(name: string, photo: string): boolean {
  const splits = (path: string) =>
    new Set(
      foldersOf(path.replaceAll("\\", "/"))
        .flatMap(wordsOf)
        .flatMap((word) => splitOf(word) ?? []),
    );
  const [own, other] = [splits(name), splits(photo)];
  return own.size > 0 && other.size > 0 && ![...own].some((split) => other.has(split));
}

function nearest(paths: readonly string[], annotation: string): string[] {
  if (paths.length === 1) return [...paths];
  const stem = withoutExtension(baseName(annotation)).toLowerCase();
  const named = paths.filter((path) => {
    const folder = baseName(folderOf(path)).toLowerCase();
    return folder !== "" && stem.endsWith(folder);
  });
  if (named.length > 0) return named;
  const shared = (path: string) => {
    const [a, b] = [path.split("/"), annotation.split("/")];
    const end = a.findIndex((part, i) => part !== b[i]);
    return end < 0 ? a.length : end;
  };
  const most = Math.max(...paths.map(shared));
  return paths.filter((path) => shared(path) === most);
}
