import { hashLabels } from "../core/hashLabels";
import type { LabelMap } from "../core/labelMap";
import { tileRect } from "../core/tileGrid";
import { copyTile, createPlanes, type Planes, planeNames } from "./planes";
import { applyDiffs, diffTile, labelDiffs, xorOfRuns } from "./tileDiff";
import type { DecisionRecord, FirstLabel, TileDiff, WorkingState, WrittenLabel } from "./types";

/** A saved state that cannot be put on this label; the message says why, for the user. */
export class WorkingStateError extends Error {
  override name = "WorkingStateError";
}

/** The ids the label file holds and their hash. */
export interface SavedLabel {
  readonly labels: LabelMap;
  readonly hash: number;
  /** The label before all that was done to it, where it is another one. */
  readonly first?: FirstLabel;
}

/** Differences of the planes from what the file holds. Costs only the tiles ever touched, so it can run after every pause in drawing. */
export function saveWorkingState(planes: Planes, base: SavedLabel, decisions: readonly DecisionRecord[]): WorkingState {
  const diffs: TileDiff[] = [];
  // In one order, however the tiles came to be touched: the same work is the same state.
  for (const tile of [...planes.touched].sort((a, b) => a - b)) {
    const { width, height } = tileRect(planes.grid, tile);
    const blank = new Uint8Array(width * height);
    const labels = copyTile(base.labels.data, planes.grid, tile);
    const beneath = new Uint16Array(width * height);
    diffs.push(...diffTile(planes, tile, { labels, mask: blank, hints: blank, beneath }));
  }
  const { width, height } = planes.original;
  const first = base.first === undefined ? {} : { first: base.first };
  return { format: 1, width, height, originalHash: base.hash, ...packDiffs(diffs), decisions, ...first };
}

/** The labels of a state, which are about to be written into the file. */
export function writtenLabel({ originalHash, ...packed }: WorkingState, labels: LabelMap): WrittenLabel {
  return { originalHash, hash: hashLabels(labels), ...packDiffs(unpackDiffs(packed).filter(isOfLabels)) };
}

/**
 * The state as it is to be put on a label. The page may have gone after the file was written and before that was noted: then
 * this label is the one that was being written, with what was done since on top; or, as differences go both ways, the state's
 * own lead from it back to the one that the state was kept for. Which label was there before all that stays known.
 * @param hash of `original`, where that is known.
 * @throws WorkingStateError when the state belongs to another label or is damaged.
 */
export function fitState(original: LabelMap, state: WorkingState, hash = hashLabels(original)): WorkingState {
  if (state.format !== 1) throw new WorkingStateError("Saved by another version of MaskMend");
  if (state.width !== original.width || state.height !== original.height) {
    throw new WorkingStateError(
      `Saved for a label of ${state.width}x${state.height} px, the file now has ${original.width}x${original.height}`,
    );
  }
  if (state.originalHash === hash) return state;
  const { writing } = state;
  if (writing?.hash === hash && writing.originalHash === state.originalHash) {
    const written = unpackDiffs(writing);
    // The hash of what was written is known: that its differences lead back makes sure of them.
    if (hashLabels({ ...original, data: planesWith(original, written).labels.data }) === state.originalHash) {
      return { ...withFirst(withDiffs(state, written), written), originalHash: hash };
    }
  }
  const diffs = unpackDiffs(state);
  const before = planesWith(original, diffs.filter(isOfLabels));
  if (hashLabels({ ...original, data: before.labels.data }) !== state.originalHash) {
    throw new WorkingStateError("The label file has changed since this work was saved");
  }
  const rest = { ...state, ...packDiffs(diffs.filter((diff) => !isOfLabels(diff))) };
  return { ...withFirst(rest, diffs.filter(isOfLabels)), originalHash: hash };
}

/** A state, still of the label before, of which the file holds another now that differs by this. */
function withFirst({ first, ...state }: WorkingState, written: readonly TileDiff[]): WorkingState {
  const before = first ?? { hash: state.originalHash, ...packDiffs([]) };
  const next = withDiffs(before, written);
  return next.index.length === 0 ? state : { ...state, first: next };
}

const isOfLabels = ({ plane }: TileDiff): boolean => planeNames[plane] === "labels";

/** What a document is made of. */
export interface OpenedState {
  /** The label before all that was done to it. */
  readonly original: LabelMap;
  readonly planes: Planes;
  /** The label that the file holds. */
  readonly base: SavedLabel;
}

/**
 * Puts a state on the file's label.
 * @param facts hash and pixels of each id of `file`, where they are known.
 * @throws WorkingStateError when the state belongs to another label or is damaged.
 */
export function openState(
  file: LabelMap,
  working: WorkingState,
  facts?: { readonly hash: number; readonly counts: ReadonlyMap<number, number> },
): OpenedState {
  const { first, ...state } = fitState(file, working, facts?.hash);
  const base = { labels: file, hash: state.originalHash };
  const original = first === undefined ? null : firstLabel(file, first);
  // Told from another label the work would be wrong; told from the file's it is only less.
  if (first === undefined || original === null) {
    return { original: file, planes: restorePlanes(file, state, facts?.counts), base };
  }
  const planes = planesWith(original, [...unpackDiffs(first), ...unpackDiffs(state)]);
  return { original, planes, base: { ...base, first } };
}

/** Null where the record is damaged. */
function firstLabel(file: LabelMap, { hash, ...packed }: FirstLabel): LabelMap | null {
  try {
    const { width, height, data } = planesWith(file, unpackDiffs(packed).filter(isOfLabels)).labels;
    return hashLabels({ width, height, data }) === hash ? { width, height, data } : null;
  } catch (error) {
    if (error instanceof WorkingStateError) return null;
    throw error;
  }
}

/**
 * Fresh planes of `original` with a state on them that fits.
 * @param counts pixels of each id in `original`, where they are known.
 * @throws WorkingStateError when it is damaged.
 */
export function restorePlanes(original: LabelMap, state: WorkingState, counts?: ReadonlyMap<number, number>): Planes {
  return planesWith(original, unpackDiffs(state), counts);
}

function planesWith(original: LabelMap, diffs: readonly TileDiff[], counts?: ReadonlyMap<number, number>): Planes {
  const planes = createPlanes(original, counts);
  try {
    applyDiffs(planes, diffs);
  } catch (error) {
    throw new WorkingStateError("The saved work is damaged", { cause: error });
  }
  return planes;
}

/**
 * The state after steps that change these pixels.
 * @throws RangeError when a difference does not fit the state's.
 */
export function withDiffs<State extends Pick<WorkingState, "index" | "runs">>(
  state: State,
  diffs: readonly TileDiff[],
): State {
  const all = new Map<number, TileDiff>();
  for (const diff of [...unpackDiffs(state), ...diffs]) {
    const place = diff.tile * planeNames.length + diff.plane;
    const before = all.get(place);
    const runs = before === undefined ? diff.runs : xorOfRuns(before.runs, diff.runs);
    if (runs.length === 2 && runs[1] === 0) all.delete(place);
    else all.set(place, { ...diff, runs });
  }
  const sorted = [...all].sort(([a], [b]) => a - b).map(([, diff]) => diff);
  return { ...state, ...packDiffs(sorted) };
}

/** The file's label as it was opened. */
export function openedLabel(labels: LabelMap, hash = hashLabels(labels)): SavedLabel {
  return { labels, hash };
}

/** One that was written into the file. */
export function savedLabel({ original, grid, touched }: Planes, labels: LabelMap): SavedLabel {
  const tiles = [...touched].sort((a, b) => a - b);
  const diffs = labelDiffs(original, labels, grid, tiles);
  const base = openedLabel(labels);
  return diffs.length === 0 ? base : { ...base, first: { hash: hashLabels(original), ...packDiffs(diffs) } };
}

/** Whether the labels of a state differ from those before all that was done to them. */
export function changesLabels({ first, ...state }: WorkingState): boolean {
  const diffs = unpackDiffs(state).filter(isOfLabels);
  return withDiffs(first ?? packDiffs([]), diffs).index.length > 0;
}

/** Diffs as two arrays, as in a WorkingState. */
export function packDiffs(diffs: readonly TileDiff[]): Pick<WorkingState, "index" | "runs"> {
  const index = new Uint32Array(diffs.length * 3);
  const runs = new Uint16Array(diffs.reduce((sum, diff) => sum + diff.runs.length, 0));
  let at = 0;
  diffs.forEach((diff, i) => {
    index.set([diff.tile, diff.plane, diff.runs.length], i * 3);
    runs.set(diff.runs, at);
    at += diff.runs.length;
  });
  return { index, runs };
}

export function unpackDiffs({ index, runs }: Pick<WorkingState, "index" | "runs">): TileDiff[] {
  const diffs: TileDiff[] = [];
  let at = 0;
  for (let i = 0; i < index.length; i += 3) {
    const [tile, plane, length] = index.subarray(i, i + 3) as unknown as [number, number, number];
    diffs.push({ tile, plane, runs: runs.subarray(at, at + length) });
    at += length;
  }
  return diffs;
}
