import { memo } from "./memo";
import { foldersOf } from "./paths";
import { placeOfName, splitOf } from "./roleWords";

/** Where a file lies below the point at which images and labels part: folder names that both sides can have. */
export type Place = readonly string[];

/**
 * The places of images and of labels. Names that occur on both sides stay; the words of a role are dropped
 * (`train_images` and `trainannot` are both `train`); what all files of one side share and the other lacks
 * (`10k`, `sem_seg`) says nothing. Splits always stay.
 */
export function placesOf(images: readonly string[], labels: readonly string[]): (path: string) => Place {
  const names = [images, labels].map((paths) => new Set(paths.flatMap((path) => foldersOf(path.toLowerCase()))));
  const isShared = (name: string) => names.every((side) => side.has(name));
  const reduce = (name: string) => (isShared(name.toLowerCase()) ? canonical(name) : placeOfName(name));
  // Folders repeat over thousands of files.
  const reduced = memo(reduce);
  const words = [images, labels].map((paths) => new Set(paths.flatMap((path) => foldersOf(path).map(reduced))));
  const constant = [images, labels].map((paths) => {
    const [first = "", ...rest] = [...new Set(paths.map((path) => foldersOf(path).join("/")))];
    const all = new Set(first.split("/").map(reduced));
    for (const folder of rest) {
      const own = new Set(folder.split("/").map(reduced));
      for (const word of all) if (!own.has(word)) all.delete(word);
    }
    return all;
  });
  const says = memo(
    (word: string) =>
      word !== "" &&
      (words.every((side) => side.has(word)) ||
        splitOf(word) !== null ||
        [0, 1].every((side) => !words[side].has(word) || !constant[side].has(word))),
  );
  return (path) => foldersOf(path).map(reduced).filter(says);
}

function canonical(name: string): string {
  const word = name.toLowerCase();
  return splitOf(word) ?? word;
}

/** Whether nothing in one place contradicts the other: it only says less. */
export function agree(a: Place, b: Place): boolean {
  const [short, long] = a.length <= b.length ? [a, b] : [b, a];
  let at = 0;
  for (const word of long) if (word === short[at]) at += 1;
  return at === short.length;
}
