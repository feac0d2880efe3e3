import type { DecisionRecord, HistoryEntry, Past } from "../document/types";
import { type packDiffs, unpackDiffs } from "../document/workingState";
import { isArrayRef, unpackArrays } from "./arrays";

/** Of the records' form. Others are not read. */
export const pastVersion = 1;

/**
 * The stacks and proposals of a `Past`, as references to records of their own: these never change, so that each is written
 * once. It is kept in one value with the working state, which therefore always agrees with it.
 */
export interface PastIndex {
  readonly version: number;
  readonly proposals: readonly (readonly [name: string, id: string])[];
  readonly shown: string | null;
  readonly done: readonly StepRef[];
  readonly undone: readonly StepRef[];
}

export interface StepRef {
  readonly id: string;
  readonly proposals: readonly (readonly [name: string, before: string | null, after: string | null])[];
}

/** A step without its proposals: undo and redo may exchange those. */
export interface StepRecord extends ReturnType<typeof packDiffs> {
  readonly name: string;
  /** How many decisions stayed from the first on, and what came to them, in the place of `removed` where some went. */
  readonly decisions: {
    readonly from: number;
    readonly added: readonly DecisionRecord[];
    readonly removed?: readonly DecisionRecord[];
  } | null;
}

/** An immutable record, the others it refers to, and about how many bytes it takes. */
export interface Entry {
  readonly id: string;
  readonly value: unknown;
  readonly needs: readonly Entry[];
  readonly bytes: number;
}

/** Told which record each part that was read lies in, so that it is not written again. */
interface Note {
  array(array: ArrayBufferView, entry: Entry, at: number): void;
  /** @param owner a proposal, or the differences of a step. */
  owner(owner: object, entry: Entry): void;
}

/** Where none was kept. */
export const noPast: Past<unknown> = { proposals: {}, shown: null, done: [], undone: [] };

/**
 * The past that an index and its records stand for.
 * @param index anything: what is no index of this form stands for nothing.
 * @param decisions those of the working state that the index was kept with.
 * @returns `lost`: something of it is not there, and what cannot do without is left out.
 */
export function readPast(
  index: unknown,
  records: ReadonlyMap<string, unknown>,
  decisions: readonly DecisionRecord[],
  note: Note,
): { readonly past: Past<unknown>; readonly lost: boolean } {
  if (!isIndex(index)) return { past: noPast, lost: index !== undefined || records.size > 0 };
  let lost = false;
  const read = new Map<string, Entry>();
  const entryOf = (id: string, needs: readonly Entry[]): Entry => {
    const entry = read.get(id) ?? { id, value: records.get(id), needs, bytes: bytesIn(records.get(id)) };
    read.set(id, entry);
    return entry;
  };
  const proposalsById = new Map<string, unknown>();
  const proposalOf = (id: string | null): unknown => {
    if (id === null) return null;
    if (proposalsById.has(id)) return proposalsById.get(id);
    const needs = new Map<string, Entry>();
    const proposal = unpackArrays(recordOf(records, id), (ref) => {
      const array = (recordOf(records, ref.arrays) as ArrayBufferView[])[ref.at];
      if (array === undefined) throw new Error(`Array ${ref.at} of ${ref.arrays} is missing`);
      const entry = entryOf(ref.arrays, []);
      needs.set(ref.arrays, entry);
      note.array(array, entry, ref.at);
      return array;
    });
    proposalsById.set(id, proposal);
    note.owner(proposal as object, entryOf(id, [...needs.values()]));
    return proposal;
  };
  const stepOf = (
    { id, proposals }: StepRef,
    now: readonly DecisionRecord[],
    isDone: boolean,
  ): HistoryEntry<unknown> => {
    const { name, decisions: swap, ...packed } = recordOf(records, id) as StepRecord;
    const diffs = unpackDiffs(packed);
    const { from = 0, added = [], removed = [] } = swap ?? {};
    if (swap !== null && now.length !== from + (isDone ? added : removed).length) {
      throw new Error(`The decisions of step ${id} are others`);
    }
    note.owner(diffs, entryOf(id, []));
    const other = [...now.slice(0, from), ...(isDone ? removed : added)];
    return {
      name,
      diffs,
      proposals: new Map(
        proposals.map(([set, before, after]) => [set, { before: proposalOf(before), after: proposalOf(after) }]),
      ),
      decisions: swap === null ? null : isDone ? { before: other, after: now } : { before: now, after: other },
    };
  };
  /** From the step nearest to now: without one of them those behind it would be applied to other pixels. */
  const stack = (refs: readonly StepRef[], isDone: boolean): HistoryEntry<unknown>[] => {
    const steps: HistoryEntry<unknown>[] = [];
    let now = decisions;
    try {
      for (const ref of [...refs].reverse()) {
        const step = stepOf(ref, now, isDone);
        now = step.decisions?.[isDone ? "before" : "after"] ?? now;
        steps.unshift(step);
      }
    } catch {
      lost = true;
    }
    return steps;
  };
  const proposals: Record<string, unknown> = {};
  for (const [name, id] of index.proposals) {
    try {
      proposals[name] = proposalOf(id);
    } catch {
      lost = true;
    }
  }
  const [done, undone] = [stack(index.done, true), stack(index.undone, false)];
  return { past: { proposals, shown: index.shown, done, undone }, lost };
}

/**
 * One array of a kept proposal, without the rest of it: nothing where there is no such proposal, it has no such array, or the
 * records are damaged.
 * @param index as in `readPast`.
 * @param record reads a record by its id.
 */
export async function readProposalArray(
  index: unknown,
  name: string,
  part: string,
  record: (id: string) => Promise<unknown>,
): Promise<ArrayBufferView | null> {
  const id = isIndex(index) ? index.proposals.find(([one]) => one === name)?.[1] : undefined;
  if (id === undefined) return null;
  const ref = ((await record(id)) as Readonly<Record<string, unknown>> | undefined)?.[part];
  if (!isArrayRef(ref)) return null;
  const arrays = await record(ref.arrays);
  const array: unknown = Array.isArray(arrays) ? arrays[ref.at] : undefined;
  return ArrayBuffer.isView(array) ? array : null;
}

function recordOf(records: ReadonlyMap<string, unknown>, id: string): unknown {
  if (!records.has(id)) throw new Error(`Record ${id} is missing`);
  return records.get(id);
}

function bytesIn(value: unknown): number {
  if (ArrayBuffer.isView(value)) return value.byteLength;
  if (typeof value !== "object" || value === null) return 8;
  return Object.values(value).reduce<number>((sum, one) => sum + bytesIn(one), 0);
}

function isIndex(value: unknown): value is PastIndex {
  return typeof value === "object" && value !== null && (value as Partial<PastIndex>).version === pastVersion;
}
