import type { HistoryEntry, Past } from "./types";

/** Undo and redo stacks within a memory budget; the oldest steps are forgotten first. */
export interface History<Proposal> {
  push(entry: HistoryEntry<Proposal>): void;
  /** Moves the newest step to the redo stack and returns it, null when there is none. */
  back(): HistoryEntry<Proposal> | null;
  forward(): HistoryEntry<Proposal> | null;
  /** Replaces the entry that `back` or `forward` returned last. */
  amend(entry: HistoryEntry<Proposal>, by: HistoryEntry<Proposal>): void;
  undoName(): string | null;
  redoName(): string | null;
  stacks(): Pick<Past<Proposal>, "done" | "undone">;
  size(): { readonly steps: number; readonly bytes: number };
}

/** Rough cost of the objects around a diff's runs. */
const diffOverhead = 160;

/**
 * @param limit bytes to keep at most; the newest step is kept whatever its size.
 * @param buffersOf a proposal's large arrays. Steps share them, so each is counted once.
 * @param past stacks to go on with.
 */
export function createHistory<Proposal>(
  limit: number,
  buffersOf: (proposal: Proposal) => readonly ArrayBufferView[],
  past?: Pick<Past<Proposal>, "done" | "undone">,
): History<Proposal> {
  const done = [...(past?.done ?? [])];
  const undone = [...(past?.undone ?? [])];
  const holders = new Map<ArrayBufferLike, number>();
  let bytes = 0;

  const account = (entry: HistoryEntry<Proposal>, sign: 1 | -1) => {
    for (const diff of entry.diffs) bytes += sign * (diff.runs.byteLength + diffOverhead);
    for (const proposal of [...entry.proposals.values()].flatMap(({ before, after }) => [before, after])) {
      if (proposal === null) continue;
      for (const { buffer } of buffersOf(proposal)) {
        const before = holders.get(buffer) ?? 0;
        const after = before + sign;
        if (before === 0 || after === 0) bytes += sign * buffer.byteLength;
        if (after === 0) holders.delete(buffer);
        else holders.set(buffer, after);
      }
    }
  };

  for (const entry of [...done, ...undone]) account(entry, 1);

  return {
    push(entry) {
      for (const dropped of undone.splice(0)) account(dropped, -1);
      done.push(entry);
      account(entry, 1);
      while (bytes > limit && done.length > 1) account(done.shift() as HistoryEntry<Proposal>, -1);
    },
    back() {
      const entry = done.pop() ?? null;
      if (entry !== null) undone.push(entry);
      return entry;
    },
    forward() {
      const entry = undone.pop() ?? null;
      if (entry !== null) done.push(entry);
      return entry;
    },
    amend(entry, by) {
      const stack = undone.at(-1) === entry ? undone : done;
      stack[stack.length - 1] = by;
      account(entry, -1);
      account(by, 1);
    },
    undoName: () => done.at(-1)?.name ?? null,
    redoName: () => undone.at(-1)?.name ?? null,
    stacks: () => ({ done: [...done], undone: [...undone] }),
    size: () => ({ steps: done.length + undone.length, bytes }),
  };
}
