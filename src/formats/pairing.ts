import type { FileRoles } from "./layout";
import { baseName, pairName } from "./paths";

/** Images joined to their labels, and what is left over. */
export interface Pairing {
  readonly pairs: readonly { readonly image: string; readonly label: string }[];
  readonly lonelyImages: readonly string[];
  readonly lonelyLabels: readonly string[];
  /** Files whose name fits a pair that is already complete. */
  readonly doubles: readonly { readonly path: string; readonly takenBy: string }[];
}

/**
 * Joins images and labels by name, case and extension aside: first the same path, then without the suffixes that tell
 * the role, then the file name alone where it occurs once on either side.
 */
export function pairFiles(roles: FileRoles): Pairing {
  const keys: readonly ((path: string) => string)[] = [
    (path) => pairName(roles.commonPath(path), false),
    (path) => pairName(roles.commonPath(path), true),
    (path) => pairName(baseName(path), true),
  ];
  const pairs: { image: string; label: string }[] = [];
  let images = [...roles.images].sort();
  let labels = [...roles.labels].sort();
  keys.forEach((key, round) => {
    const byKey = groupBy(labels, key);
    const imagesByKey = groupBy(images, key);
    const isPaired = new Set<string>();
    for (const [name, [image, ...others]] of imagesByKey) {
      const found = byKey.get(name) ?? [];
      const isUnique = others.length === 0 && found.length === 1;
      if (found.length === 0 || (round === 2 && !isUnique)) continue;
      pairs.push({ image, label: found[0] });
      isPaired.add(image).add(found[0]);
    }
    images = images.filter((path) => !isPaired.has(path));
    labels = labels.filter((path) => !isPaired.has(path));
  });
  const imageOf = new Map(pairs.map((pair) => [keys[1](pair.image), pair.image]));
  const labelOf = new Map(pairs.map((pair) => [keys[1](pair.label), pair.label]));
  const doubles = [
    ...images.flatMap((path) => double(path, imageOf.get(keys[1](path)))),
    ...labels.flatMap((path) => double(path, labelOf.get(keys[1](path)))),
  ];
  const isDouble = new Set(doubles.map((entry) => entry.path));
  return {
    pairs: pairs.sort((a, b) => (a.label < b.label ? -1 : 1)),
    lonelyImages: images.filter((path) => !isDouble.has(path)),
    lonelyLabels: labels.filter((path) => !isDouble.has(path)),
    doubles,
  };
}

function double(path: string, takenBy: string | undefined): { path: string; takenBy: string }[] {
  return takenBy === undefined ? [] : [{ path, takenBy }];
}

function groupBy(paths: readonly string[], key: (path: string) => string): Map<string, string[]> {
  const groups = new Map<string, string[]>();
  for (const path of paths) {
    const name = key(path);
    const group = groups.get(name);
    if (group) group.push(path);
    else groups.set(name, [path]);
  }
  return groups;
}
