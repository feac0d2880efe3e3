import type { DecisionRecord, HistoryEntry, Past, Swap, TileDiff } from "../document/types";
import { packDiffs } from "../document/workingState";
import { packArrays } from "./arrays";
import { changedIndex, type IndexChange, type StackChange, stackChange } from "./indexChange";
import { type Entry, type PastIndex, pastVersion, readPast, type StepRecord, type StepRef } from "./readPast";

/** What a document's past may take of the browser's storage; the oldest steps are forgotten first. */
const pastLimit = 32 * 2 ** 20;
/** How records of one document are to change so that they hold its past. */
interface PastChange {
  readonly index: PastIndex;
  readonly puts: readonly Entry[];
  readonly deletes: readonly string[];
}

/** What one change makes of the index, and the records that come with it. */
interface PastAddition {
  readonly change: IndexChange;
  /** Of each step done, undone or redone: its record. */
  readonly flipped: readonly Entry[];
  readonly puts: readonly Entry[];
  readonly deletes: readonly [];
}

/** Turns the pasts of documents into records and back, and knows which records are stored. */
export interface PastRecords {
  /** The change is taken to be written from now on, unless `failed` says otherwise. */
  change(key: string, past: Past<unknown>): PastChange;
  /**
   * The same as a difference from what `change`, `append` or `read` dealt with last, with steps that were done, undone or
   * redone since, by their pixels. Null where that is not known.
   */
  append(key: string, past: Past<unknown>, flips: readonly (readonly TileDiff[])[]): PastAddition | null;
  failed(key: string, change: Pick<PastChange, "puts" | "deletes">): void;
  /** As `readPast`; `records` are all that are stored for the document. */
  read(
    key: string,
    index: unknown,
    records: ReadonlyMap<string, unknown>,
    decisions: readonly DecisionRecord[],
  ): { readonly past: Past<unknown>; readonly lost: boolean };
}

/** What is known of the records of one document. */
interface Known {
  /** Ids of what is stored for sure, and of what may be. */
  readonly stored: Set<string>;
  readonly known: Set<string>;
  /** As the records have it; null where that is not sure. */
  readonly index: PastIndex | null;
  /** The newest steps that there was no room for. */
  readonly floor: Readonly<Record<"done" | "undone", HistoryEntry<unknown> | undefined>>;
}

const noFloor: Known["floor"] = { done: undefined, undone: undefined };

export function createPastRecords(limit = pastLimit): PastRecords {
  // Two tabs on one image must not take each other's records for their own.
  const life = crypto.randomUUID().slice(0, 8);
  let count = 0;
  const newId = (): string => `${life}-${count++}`;
  /** By the proposal, or by a step's diffs. */
  const entries = new WeakMap<object, Entry>();
  const arrays = new WeakMap<ArrayBufferView, { readonly entry: Entry; readonly at: number }>();
  /** A step exchanged for another by undo or redo is another object. */
  const refs = new WeakMap<HistoryEntry<unknown>, { readonly ref: StepRef; readonly all: readonly Entry[] }>();
  const documents = new Map<string, Known>();

  function proposalEntry(proposal: unknown): Entry {
    const known = entries.get(proposal as object);
    if (known !== undefined) return known;
    const fresh: ArrayBufferView[] = [];
    const own: Entry = { id: newId(), value: fresh, needs: [], bytes: 0 };
    const needs = new Set<Entry>();
    const value = packArrays(proposal, (array) => {
      const place = arrays.get(array) ?? { entry: own, at: fresh.push(tight(array)) - 1 };
      arrays.set(array, place);
      needs.add(place.entry);
      return { arrays: place.entry.id, at: place.at };
    });
    // Only now is it known how much it holds.
    Object.assign(own, { bytes: fresh.reduce((sum, { byteLength }) => sum + byteLength, 0) });
    const entry: Entry = { id: newId(), value, needs: [...needs], bytes: 1024 };
    entries.set(proposal as object, entry);
    return entry;
  }

  function stepEntry({ name, diffs, decisions }: HistoryEntry<unknown>): Entry {
    const known = entries.get(diffs);
    if (known !== undefined) return known;
    const value: StepRecord = {
      name,
      ...packDiffs(diffs),
      decisions: decisions === null ? null : swapRecord(decisions),
    };
    const bytes = value.index.byteLength + value.runs.byteLength + 256;
    const entry: Entry = { id: newId(), value, needs: [], bytes };
    entries.set(diffs, entry);
    return entry;
  }

  /** A reference to a step, and all records that it needs. */
  function refOf(step: HistoryEntry<unknown>) {
    const known = refs.get(step);
    if (known !== undefined) return known;
    const swaps = [...step.proposals].map(([name, { before, after }]) => ({
      name,
      before: before === null ? null : proposalEntry(before),
      after: after === null ? null : proposalEntry(after),
    }));
    const own = stepEntry(step);
    const others = swaps.flatMap(({ before, after }) => [before, after]).flatMap((one) => one ?? []);
    const ref: StepRef = {
      id: own.id,
      proposals: swaps.map(({ name, before, after }) => [name, before?.id ?? null, after?.id ?? null]),
    };
    const made = { ref, all: [own, ...others.flatMap(withNeeds)] };
    refs.set(step, made);
    return made;
  }

  const currentOf = ({ proposals }: Pick<Past<unknown>, "proposals">) =>
    Object.entries(proposals).map(([name, proposal]) => [name, proposalEntry(proposal)] as const);

  return {
    change(key, { proposals, shown, done, undone }) {
      const reached = new Map<string, Entry>();
      const bytesOf = (list: readonly Entry[]): number =>
        list.filter(({ id }) => !reached.has(id)).reduce((sum, { bytes }) => sum + bytes, 0);
      const reach = (list: readonly Entry[]): void => {
        for (const one of list) reached.set(one.id, one);
      };
      let left = limit;
      const floor = { ...noFloor };
      /** Those nearest to now that there is room for, in the order of the stack. */
      const newest = (side: "done" | "undone", stack: readonly HistoryEntry<unknown>[]): StepRef[] => {
        const list: StepRef[] = [];
        for (const step of [...stack].reverse()) {
          const { ref, all } = refOf(step);
          left -= bytesOf(all);
          if (left < 0) {
            floor[side] = step;
            break;
          }
          reach(all);
          list.push(ref);
        }
        return list.reverse();
      };
      const current = currentOf({ proposals });
      for (const [, entry] of current) reach(withNeeds(entry));
      const index: PastIndex = {
        version: pastVersion,
        proposals: current.map(([name, { id }]) => [name, id]),
        shown,
        undone: newest("undone", undone),
        done: newest("done", done),
      };
      const { stored, known } = documents.get(key) ?? { stored: new Set<string>(), known: new Set<string>() };
      const puts = [...reached.values()].filter(({ id }) => !stored.has(id));
      const deletes = [...known].filter((id) => !reached.has(id));
      documents.set(key, { stored: new Set(reached.keys()), known: new Set(reached.keys()), index, floor });
      return { index, puts, deletes };
    },

    append(key, past, flips) {
      const own = documents.get(key);
      if (own === undefined || own.index === null) return null;
      const { stored, known, index: before, floor } = own;
      const puts = new Map<string, Entry>();
      const reach = (list: readonly Entry[]): void => {
        for (const one of list) if (!stored.has(one.id)) puts.set(one.id, one);
      };
      const changeOf = (side: "done" | "undone"): StackChange => {
        const from = floor[side];
        const stack = from === undefined ? past[side] : past[side].slice(1 + past[side].lastIndexOf(from));
        const list = stack.map((step) => refOf(step).ref);
        const change = stackChange(before[side], list);
        for (const step of stack.slice(change.keep)) reach(refOf(step).all);
        return change;
      };
      const current = currentOf(past);
      for (const [, entry] of current) reach(withNeeds(entry));
      const change: IndexChange = {
        proposals: current.map(([name, { id }]) => [name, id]),
        shown: past.shown,
        done: changeOf("done"),
        undone: changeOf("undone"),
      };
      // One that is in no stack any more is needed nevertheless: its pixels are.
      const bare = (diffs: readonly TileDiff[]): Entry => {
        const value: StepRecord = { name: "", ...packDiffs(diffs), decisions: null };
        return { id: newId(), value, needs: [], bytes: 0 };
      };
      const flipped = flips.map((diffs) => entries.get(diffs) ?? bare(diffs));
      reach(flipped);
      for (const id of puts.keys()) {
        stored.add(id);
        known.add(id);
      }
      documents.set(key, { stored, known, index: changedIndex(before, change), floor });
      return { change, flipped, puts: [...puts.values()], deletes: [] };
    },

    failed(key, { puts, deletes }) {
      const known = documents.get(key)?.known ?? [];
      const all = new Set([...known, ...puts.map(({ id }) => id), ...deletes]);
      documents.set(key, { stored: new Set(), known: all, index: null, floor: noFloor });
    },

    read(key, index, records, decisions) {
      const read = readPast(index, records, decisions, {
        array: (array, entry, at) => void arrays.set(array, { entry, at }),
        owner: (owner, entry) => void entries.set(owner, entry),
      });
      const [stored, known] = [new Set(records.keys()), new Set(records.keys())];
      const { proposals, shown, done, undone } = read.past;
      const own: PastIndex = {
        version: pastVersion,
        proposals: currentOf({ proposals }).map(([name, { id }]) => [name, id]),
        shown,
        done: done.map((step) => refOf(step).ref),
        undone: undone.map((step) => refOf(step).ref),
      };
      documents.set(key, { stored, known, index: read.lost ? null : own, floor: noFloor });
      return read;
    },
  };
}

const withNeeds = (one: Entry): readonly Entry[] => [one, ...one.needs];

/** Cloning a view copies all of the buffer behind it. */
function swapRecord({ before, after }: Swap<readonly DecisionRecord[]>): NonNullable<StepRecord["decisions"]> {
  const other = after.findIndex((one, i) => one !== before[i]);
  const from = other < 0 ? Math.min(before.length, after.length) : other;
  const removed = before.slice(from);
  return { from, added: after.slice(from), ...(removed.length === 0 ? {} : { removed }) };
}

function tight(array: ArrayBufferView): ArrayBufferView {
  const isWhole = array.byteLength === array.buffer.byteLength;
  return isWhole ? array : (array as Uint8Array).slice();
}
