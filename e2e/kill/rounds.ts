import { createRandom } from "../../src/core/random.ts";
import { editRounds, type KillCounts, noKillCounts } from "./editRounds.ts";
import { type FolderCounts, type FolderKind, folderRounds, noFolderCounts } from "./folderRounds.ts";

type Kind = "edit" | FolderKind;

/** What the kinds of rounds come to. */
export interface AllCounts {
  readonly edits: KillCounts;
  readonly folder: FolderCounts;
}

/** Of eleven kills so many are amid each. */
const shares: readonly Kind[] = [
  "edit",
  "edit",
  "edit",
  "edit",
  "save",
  "save",
  "save",
  "zip",
  "picked",
  "scan",
  "scan",
];

/**
 * Kills a real browser at random moments amid edits, saving into a folder, exporting and scanning, in an order by the seed, and
 * compares what is there after its restart with what was done. The first kills are one of each kind.
 */
export async function killRounds(
  executable: string,
  url: string,
  { kills, seed, log = () => undefined }: { readonly kills: number; readonly seed: number; log?(line: string): void },
): Promise<AllCounts> {
  const random = createRandom(seed);
  const counts: AllCounts = { edits: noKillCounts(), folder: noFolderCounts() };
  const first = random.shuffle([...new Set(shares)]);
  const edits = editRounds(executable, url, random, counts.edits, log);
  type Folder = ReturnType<typeof folderRounds>;
  /** The one that rounds go on with. A zip goes into a file that the user chose from 200 labels on: that takes another. */
  const folders: Record<"small" | "large", Folder | null> = { small: null, large: null };
  try {
    for (let i = 0; i < kills; i++) {
      if (i > 0 && i % 10 === 0) log(`after ${i} kills: ${JSON.stringify(counts)}`);
      const kind = first[i] ?? shares[random.int(shares.length)];
      if (kind === "edit") {
        await edits.round();
        continue;
      }
      const size = kind === "picked" ? "large" : "small";
      let folder = folders[size];
      if (folder?.isSpent()) {
        folders[size] = null;
        await folder.end();
        folder = null;
      }
      folder ??= folderRounds(executable, url, random, counts.folder, log, size);
      folders[size] = folder;
      await folder.round(kind);
    }
  } finally {
    try {
      await edits.end();
    } finally {
      try {
        await folders.small?.end();
      } finally {
        await folders.large?.end();
      }
    }
  }
  return counts;
}
