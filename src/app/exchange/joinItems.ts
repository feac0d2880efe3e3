import type { DatasetItem } from "../../dataset/types";

/** The item of a path of a file from elsewhere; null: none, "several": more than one fits as well. */
export type JoinItem = (label: string) => DatasetItem | null | "several";

/**
 * Finds items by their labels' paths, which may be relative to another folder: the item whose path ends as the other does,
 * counted in whole names; the longest common end wins, and it must hold all of one of the two paths.
 */
export function joinItems(items: readonly DatasetItem[]): JoinItem {
  const byFile = new Map<string, DatasetItem[]>();
  for (const item of items) {
    const file = partsOf(item.labelPath).at(-1) ?? "";
    byFile.set(file, [...(byFile.get(file) ?? []), item]);
  }
  return (label) => {
    const parts = partsOf(label);
    let best: DatasetItem | null | "several" = null;
    let most = 0;
    for (const item of byFile.get(parts.at(-1) ?? "") ?? []) {
      const own = partsOf(item.labelPath);
      const shared = commonEnd(own, parts);
      if (shared < Math.min(own.length, parts.length) || shared < most) continue;
      best = shared === most ? "several" : item;
      most = shared;
    }
    return best;
  };
}

function partsOf(path: string): readonly string[] {
  return path.split(/[/\\]/).filter((part) => part !== "" && part !== ".");
}

function commonEnd(a: readonly string[], b: readonly string[]): number {
  let shared = 0;
  while (shared < Math.min(a.length, b.length) && a.at(-1 - shared) === b.at(-1 - shared)) shared++;
  return shared;
}
