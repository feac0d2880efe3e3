import type { DatasetItem } from "../dataset/types";
import { planeNames } from "../document/planes";
import { unpackDiffs } from "../document/workingState";
import type { Documents } from "./documents";
import type { Work } from "./work";

/** What distinguishes an item's label as it is worked on from its file's; empty where nothing does. */
export async function workStamp(
  documents: Pick<Documents, "inMemory">,
  work: Pick<Work, "current">,
  item: DatasetItem,
): Promise<string> {
  const open = documents.inMemory(item.key);
  const state = open?.store.getState();
  // Once saved in place, changes are counted from another label than the one that was opened.
  if (open !== null && state?.savedVersion !== null) return `label ${hashOf([open.labels.data])}`;
  const working = open === null ? await work.current()?.load(item.key) : open.snapshot();
  // A mask changes no label.
  const changed = working ? unpackDiffs(working).filter(({ plane }) => planeNames[plane] === "labels") : [];
  return changed.length === 0 ? "" : `work ${hashOf(changed.flatMap(({ tile, runs }) => [[tile], runs]))}`;
}

/** FNV-1a of numbers. */
export function hashOf(parts: readonly ArrayLike<number>[]): string {
  let hash = 0x811c9dc5;
  for (const part of parts) for (let i = 0; i < part.length; i++) hash = Math.imul(hash ^ part[i], 0x01000193);
  return (hash >>> 0).toString(16);
}
