import type { LabelMap } from "../../core/labelMap";
import { nearestKnown } from "../../core/nearest";
import { createRandom } from "../../core/random";
import type { Rect } from "../../core/rect";
import type { ReconstructionRequest, ReconstructionResult } from "../../reconstruct/types";
import { cutLabel, HINT, IGNORED, KNOWN, MASKED, rasterSource } from "../../window/resample";
import { type CheckKind, type CheckMask, drawMasks, WINDOW } from "./masks";
import { createTally, NO_ANSWER, type Tally } from "./tally";

/** One hidden part of a window: what the model is asked, and what is right there. */
export interface CheckTask {
  readonly kind: CheckKind;
  readonly request: ReconstructionRequest;
  readonly truth: Uint16Array;
  /** 1 where the answer is scored: hidden and not void. */
  readonly scored: Uint8Array;
  /** What copying the nearest visible label answers. */
  readonly nearest: Uint16Array;
}

/** Windows of 224 px at stride 224 (of a smaller image, squares as large as its short side), at most `most`, in a seeded order. */
export function checkWindows(width: number, height: number, most: number, seed: number): readonly Rect[] {
  const side = Math.min(WINDOW, width, height);
  const places: Rect[] = [];
  for (let y = 0; y + side <= height; y += side) {
    for (let x = 0; x + side <= width; x += side) places.push({ x, y, width: side, height: side });
  }
  return createRandom(seed).shuffle(places).slice(0, most);
}

/** The tasks of one window of an image. Masks that hide nothing labelled, or leave nothing known, are left out. */
export function checkTasks(
  image: { readonly imageKey: string; readonly labels: LabelMap; readonly ignoredIds: readonly number[] },
  window: Rect,
  seed: number,
): readonly CheckTask[] {
  const side = window.width;
  const truth = new Uint16Array(side * side);
  for (let row = 0; row < side; row++) {
    const start = (window.y + row) * image.labels.width + window.x;
    truth.set(image.labels.data.subarray(start, start + side), row * side);
  }
  const ignored = new Set(image.ignoredIds);
  return drawMasks({ width: side, height: side, data: truth }, ignored, seed).flatMap((mask, number) => {
    const task = taskOf(image, window, truth, ignored, mask, number);
    return task === null ? [] : [task];
  });
}

function taskOf(
  { imageKey, labels, ignoredIds }: Parameters<typeof checkTasks>[0],
  window: Rect,
  truth: Uint16Array,
  ignored: ReadonlySet<number>,
  { kind, hidden, hints }: CheckMask,
  seed: number,
): CheckTask | null {
  const isVoid = (i: number) => ignored.has(truth[i]);
  const scored = hidden.map((bit, i) => (bit === 1 && !isVoid(i) ? 1 : 0));
  const known = hidden.map((bit, i) => (bit === 0 && !isVoid(i) ? 1 : 0));
  if (!scored.includes(1) || !known.includes(1)) return null;
  const kinds = hidden.map((bit, i) =>
    bit === 1 ? (isVoid(i) ? IGNORED : MASKED) : isVoid(i) ? IGNORED : hints[i] === 1 ? HINT : KNOWN,
  );
  const { index } = nearestKnown(known, window.width, window.width);
  const workWindow = { x: window.x, y: window.y, side: window.width, size: WINDOW };
  // The truth is not told: a pixel that is not answered must not come back as right.
  const told = truth.map((id, i) => (kinds[i] === MASKED ? NO_ANSWER : id));
  return {
    kind,
    truth,
    scored,
    nearest: Uint16Array.from(index, (at) => truth[at]),
    request: {
      imageKey,
      documentVersion: 0,
      width: labels.width,
      height: labels.height,
      windows: [workWindow],
      windowLabels: [cutLabel(rasterSource({ rect: window, labels: told, kinds }), workWindow)],
      masked: { rect: window, bits: kinds.map((kind) => (kind === MASKED ? 1 : 0)), labels: told },
      ignoredIds,
      lockedIds: [],
      ratio: 0,
      passes: 1,
      seed,
    },
  };
}

/** Scores one answer into the model's tally and copying into that of nearest. @throws RangeError when it is of another window. */
export function scoreTask(
  task: CheckTask,
  { rect, ids, confidence }: ReconstructionResult,
  model: Tally,
  nearest: Tally,
): void {
  const asked = task.request.masked.rect;
  for (let i = 0; i < task.scored.length; i++) {
    if (task.scored[i] === 0) continue;
    const x = asked.x + (i % asked.width) - rect.x;
    const y = asked.y + Math.floor(i / asked.width) - rect.y;
    if (x < 0 || y < 0 || x >= rect.width || y >= rect.height) throw new RangeError("The answer is of another window.");
    const at = y * rect.width + x;
    model.add(task.truth[i], ids[at], confidence[at]);
    nearest.add(task.truth[i], task.nearest[i], 255);
  }
}

/** Tallies of the model and of copying, a kind. */
export type KindTallies = Map<CheckKind, { readonly model: Tally; readonly nearest: Tally }>;

export function talliesOf(kinds: KindTallies, kind: CheckKind): { readonly model: Tally; readonly nearest: Tally } {
  const tallies = kinds.get(kind) ?? { model: createTally(), nearest: createTally() };
  kinds.set(kind, tallies);
  return tallies;
}
