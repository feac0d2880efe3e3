import { tileGrid, tileRect } from "../core/tileGrid";
import type { DecisionRecord, TileDiff, WorkingState } from "../document/types";
import { type packDiffs, unpackDiffs, withDiffs } from "../document/workingState";
import { changedIndex, type IndexChange } from "./indexChange";
import type { PastIndex, StepRecord } from "./readPast";

/** One change of a document, kept at once. The changes since its state was kept as a whole make a chain. */
export interface LogRecord {
  readonly format: 1;
  readonly id: string;
  /** The record before it, or the whole state. */
  readonly after: string;
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly change: IndexChange;
  /** Steps done, undone or redone, each with the checksum of its record's pixels. */
  readonly flipped: readonly (readonly [id: string, sum: number])[];
  /** How many decisions stayed from the first on, and those behind them; null where they are the same. */
  readonly decisions: { readonly from: number; readonly added: readonly DecisionRecord[] } | null;
}

/** A state as it was kept as a whole. */
export interface KeptWhole {
  readonly id: string | undefined;
  readonly working: WorkingState;
  readonly index: PastIndex | undefined;
}

interface Replayed extends Omit<KeptWhole, "id"> {
  /** Of the last record that counts. */
  readonly tail: string | undefined;
  /** How many records count, and when the last was kept. */
  readonly count: number;
  readonly at: number;
  /** Others are there that do not fit: damaged, or of another tab. */
  readonly isBroken: boolean;
}

/**
 * Puts what is logged upon the state it follows, as far as it is whole.
 * @param records of the steps.
 */
export function replay(
  whole: KeptWhole,
  records: ReadonlyMap<string, unknown>,
  log: ReadonlyMap<string, unknown>,
): Replayed {
  let { working, index } = whole;
  let tail = whole.id;
  let [count, at] = [0, 0];
  const { width, height } = working;
  const diffs: TileDiff[] = [];
  const chain = [...log.values()].filter(isLogRecord).sort((a, b) => b.at - a.at);
  try {
    // Two tabs may have gone on from the same record: the last to write wins, as it does elsewhere.
    for (let next = follower(chain, tail); next !== undefined; next = follower(chain, tail)) {
      if (index === undefined) throw new RangeError("A change of a history that is not there");
      const own = next.flipped.flatMap((flipped) => stepDiffs(flipped, records, { width, height }));
      const decisions = decided(working.decisions, next.decisions);
      index = changedIndex(index, next.change);
      working = { ...working, decisions };
      diffs.push(...own);
      tail = next.id;
      [count, at] = [count + 1, next.at];
    }
  } catch {
    return { working: withDiffs(working, diffs), index, tail, count, at, isBroken: true };
  }
  return { working: withDiffs(working, diffs), index, tail, count, at, isBroken: count < log.size };
}

function follower(chain: readonly LogRecord[], tail: string | undefined): LogRecord | undefined {
  return chain.find(({ after }) => after === tail);
}

/** @throws Error when the record is not the one that was kept. */
function stepDiffs(
  [id, sum]: readonly [string, number],
  records: ReadonlyMap<string, unknown>,
  { width, height }: Pick<WorkingState, "width" | "height">,
): TileDiff[] {
  const record = records.get(id) as StepRecord | undefined;
  if (record === undefined || checksum(record) !== sum) throw new Error(`Step ${id} is missing or damaged`);
  const grid = tileGrid(width, height);
  const diffs = unpackDiffs(record);
  for (const { tile, runs } of diffs) {
    const rect = tileRect(grid, tile);
    let area = 0;
    for (let pair = 0; pair < runs.length; pair += 2) area += runs[pair];
    if (area !== rect.width * rect.height) throw new Error(`Step ${id} is of another label`);
  }
  return diffs;
}

function decided(now: readonly DecisionRecord[], change: LogRecord["decisions"]): readonly DecisionRecord[] {
  if (change === null) return now;
  if (change.from > now.length) throw new RangeError("A change of other decisions than there are");
  return [...now.slice(0, change.from), ...change.added];
}

/** The change from some decisions to others; null for none. */
export function decisionsChange(
  before: readonly DecisionRecord[],
  now: readonly DecisionRecord[],
): LogRecord["decisions"] {
  if (before === now) return null;
  const other = now.findIndex((one, i) => one !== before[i]);
  const from = other < 0 ? Math.min(before.length, now.length) : other;
  return { from, added: now.slice(from) };
}

/** FNV-1a over the pixels of a step. */
export function checksum({ index, runs }: ReturnType<typeof packDiffs>): number {
  let hash = 0x811c9dc5;
  for (const value of index) hash = Math.imul(hash ^ value, 0x01000193);
  for (const value of runs) hash = Math.imul(hash ^ value, 0x01000193);
  return hash >>> 0;
}

function isLogRecord(value: unknown): value is LogRecord {
  if (typeof value !== "object" || value === null) return false;
  const { format, id, after, at, flipped } = value as Partial<LogRecord>;
  return (
    format === 1 &&
    typeof id === "string" &&
    typeof after === "string" &&
    typeof at === "number" &&
    Array.isArray(flipped)
  );
}
