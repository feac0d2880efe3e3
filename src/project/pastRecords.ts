import type { DecisionRecord, HistoryEntry, Past, Swap } from "../document/types";
import { packDiffs } from "../document/workingState";
import { packArrays } from "./arrays";
import { type Entry, type PastIndex, pastVersion, readPast, type StepRecord, type StepRef } from "./readPast";

/** What a document's past may take of the browser's storage; the oldest steps are forgotten first. */
const pastLimit = 32 * 2 ** 20;
/** How records of one document are to change so that they hold its past. */
interface PastChange {
  readonly index: PastIndex;
  readonly puts: readonly Entry[];
  readonly deletes: readonly string[];
}

/** Turns the pasts of documents into records and back, and knows which records are stored. */
export interface PastRecords {
  /** The change is taken to be written from now on, unless `failed` says otherwise. */
  change(key: string, past: Past<unknown>): PastChange;
  failed(key: string, change: PastChange): void;
  /** As `readPast`; `records` are all that are stored for the document. */
  read(
    key: string,
    index: unknown,
    records: ReadonlyMap<string, unknown>,
    decisions: readonly DecisionRecord[],
  ): { readonly past: Past<unknown>; readonly lost: boolean };
}

export function createPastRecords(limit = pastLimit): PastRecords {
  // Two tabs on one image must not take each other's records for their own.
  const life = crypto.randomUUID().slice(0, 8);
  let count = 0;
  const newId = (): string => `${life}-${count++}`;
  /** By the proposal, or by a step's diffs. */
  const entries = new WeakMap<object, Entry>();
  const arrays = new WeakMap<ArrayBufferView, { readonly entry: Entry; readonly at: number }>();
  /** Ids of what is stored for sure, and of what may be. */
  const documents = new Map<string, { readonly stored: Set<string>; readonly known: Set<string> }>();

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

  return {
    change(key, { proposals, shown, done, undone }) {
      const reached = new Map<string, Entry>();
      const bytesOf = (list: readonly Entry[]): number =>
        list.filter(({ id }) => !reached.has(id)).reduce((sum, { bytes }) => sum + bytes, 0);
      const reach = (list: readonly Entry[]): void => {
        for (const one of list) reached.set(one.id, one);
      };
      const withNeeds = (one: Entry): readonly Entry[] => [one, ...one.needs];
      let left = limit;
      /** Those nearest to now that there is room for, in the order of the stack. */
      const newest = (stack: readonly HistoryEntry<unknown>[]): StepRef[] => {
        const refs: StepRef[] = [];
        for (const step of [...stack].reverse()) {
          const swaps = [...step.proposals].map(([name, { before, after }]) => ({
            name,
            before: before === null ? null : proposalEntry(before),
            after: after === null ? null : proposalEntry(after),
          }));
          const own = stepEntry(step);
          const all = [
            own,
            ...swaps
              .flatMap(({ before, after }) => [before, after])
              .flatMap((one) => (one === null ? [] : withNeeds(one))),
          ];
          left -= bytesOf(all);
          if (left < 0) break;
          reach(all);
          refs.unshift({
            id: own.id,
            proposals: swaps.map(({ name, before, after }) => [name, before?.id ?? null, after?.id ?? null]),
          });
        }
        return refs;
      };
      const current = Object.entries(proposals).map(([name, proposal]) => [name, proposalEntry(proposal)] as const);
      for (const [, entry] of current) reach(withNeeds(entry));
      const index: PastIndex = {
        version: pastVersion,
        proposals: current.map(([name, { id }]) => [name, id]),
        shown,
        undone: newest(undone),
        done: newest(done),
      };
      const { stored, known } = documents.get(key) ?? { stored: new Set<string>(), known: new Set<string>() };
      const puts = [...reached.values()].filter(({ id }) => !stored.has(id));
      const deletes = [...known].filter((id) => !reached.has(id));
      documents.set(key, { stored: new Set(reached.keys()), known: new Set(reached.keys()) });
      return { index, puts, deletes };
    },

    failed(key, { puts, deletes }) {
      const known = documents.get(key)?.known ?? [];
      documents.set(key, { stored: new Set(), known: new Set([...known, ...puts.map(({ id }) => id), ...deletes]) });
    },

    read(key, index, records, decisions) {
      documents.set(key, { stored: new Set(records.keys()), known: new Set(records.keys()) });
      return readPast(index, records, decisions, {
        array: (array, entry, at) => void arrays.set(array, { entry, at }),
        owner: (owner, entry) => void entries.set(owner, entry),
      });
    },
  };
}

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
