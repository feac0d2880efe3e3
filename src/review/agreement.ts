import type { LabelMap } from "../core/labelMap";
import { emptyRect, type Rect, rectArea } from "../core/rect";
import { type PixelMask, type Region, regionFromMask, regionFromPredicate } from "../core/region";
import { forEachOn } from "../core/runs";
import { replacedClasses } from "./classShares";
import { isUndecided } from "./queue";
import type { Suggestion, SuggestionSet } from "./types";
import { newIds } from "./writing";

/** Where several answers for one mask say the same. Rasters are rect.width * rect.height. */
export interface Agreement {
  /** Around the mask. */
  readonly rect: Rect;
  /** How many answers there are. */
  readonly of: number;
  /** Of a masked pixel: how many answers give it the class that most give it, 1..of; 0 elsewhere. */
  readonly counts: Uint8Array;
  /** What all answers change, and to the same: one suggestion a class, the largest first. No ids are given yet (all 0). */
  readonly agreed: readonly Suggestion[];
  /** Pixels in `agreed`. */
  readonly area: number;
  /** Masked pixels on which answers differ. */
  readonly disputed: Region;
}

/** What all of an answer's open rows would leave of the label inside `rect`; what was left of masks before is none of it. */
function answerOf({ suggestions }: SuggestionSet, labels: LabelMap, rect: Rect): Uint16Array {
  const ids = new Uint16Array(rectArea(rect));
  for (let row = 0; row < rect.height; row++) {
    const start = (rect.y + row) * labels.width + rect.x;
    ids.set(labels.data.subarray(start, start + rect.width), row * rect.width);
  }
  for (const one of suggestions) {
    if (one.released || !isUndecided(one)) continue;
    const { rect: own, bits } = one.region;
    const given = newIds(one);
    for (let i = 0; i < bits.length; i++) {
      if (bits[i] === 0) continue;
      const x = own.x + (i % own.width) - rect.x;
      const y = own.y + Math.floor(i / own.width) - rect.y;
      if (x >= 0 && y >= 0 && x < rect.width && y < rect.height) ids[y * rect.width + x] = given[i];
    }
  }
  return ids;
}

/** Compares answers for the mask as it is now, each as accepting all of its rows would write it. */
export function agreementOf(
  { labels, mask }: { readonly labels: LabelMap; readonly mask: PixelMask },
  sets: readonly SuggestionSet[],
): Agreement {
  const { rect, bits } = regionFromMask(mask);
  if (sets.length === 0 || rectArea(rect) === 0) {
    const nothing = { rect: emptyRect, bits: new Uint8Array(0) };
    return { rect: emptyRect, of: sets.length, counts: new Uint8Array(0), agreed: [], area: 0, disputed: nothing };
  }
  const answers = sets.map((set) => answerOf(set, labels, rect));
  const counts = new Uint8Array(rectArea(rect));
  const pixelsTo = new Map<number, number[]>();
  for (let i = 0; i < counts.length; i++) {
    if (bits[i] === 0) continue;
    for (const { [i]: id } of answers) {
      const votes = answers.reduce((sum, answer) => sum + (answer[i] === id ? 1 : 0), 0);
      counts[i] = Math.max(counts[i], votes);
    }
    const to = answers[0][i];
    const at = (rect.y + Math.floor(i / rect.width)) * labels.width + rect.x + (i % rect.width);
    if (counts[i] < sets.length || to === labels.data[at]) continue;
    const pixels = pixelsTo.get(to) ?? [];
    pixels.push(i);
    pixelsTo.set(to, pixels);
  }
  const agreed = [...pixelsTo]
    .sort(([a, ofA], [b, ofB]) => ofB.length - ofA.length || a - b)
    .map(([to, pixels]) => agreedOn(to, pixels, rect, labels, sets));
  return {
    ...{ rect, of: sets.length, counts, agreed },
    area: agreed.reduce((sum, one) => sum + one.area, 0),
    disputed: regionFromPredicate(rect, (x, y) => {
      const count = counts[(y - rect.y) * rect.width + x - rect.x];
      return count > 0 && count < sets.length;
    }),
  };
}

function agreedOn(
  to: number,
  pixels: readonly number[],
  rect: Rect,
  labels: LabelMap,
  sets: readonly SuggestionSet[],
): Suggestion {
  const all = new Set(pixels);
  const isIn = (x: number, y: number) => all.has((y - rect.y) * rect.width + x - rect.x);
  const region = regionFromPredicate(rect, isIn);
  let sum = 0;
  for (const i of pixels) {
    const [x, y] = [rect.x + (i % rect.width), rect.y + Math.floor(i / rect.width)];
    sum += Math.min(...sets.map((set) => confidenceAt(set, x, y)));
  }
  const confidence = sum / (255 * pixels.length);
  const facts = { id: 0, region, ...replacedClasses(labels, region), to, area: pixels.length, confidence };
  const policy = sets[0].suggestions.find((one) => !one.released)?.voidPolicy;
  return { ...facts, needsHint: false, decision: "pending", ...(policy === undefined ? {} : { voidPolicy: policy }) };
}

function confidenceAt({ confidence: { rect, data } }: SuggestionSet, x: number, y: number): number {
  const [column, row] = [x - rect.x, y - rect.y];
  const isIn = column >= 0 && row >= 0 && column < rect.width && row < rect.height;
  return isIn ? data[row * rect.width + column] : 0;
}

/**
 * Mean confidence of an answer over what it was asked to rebuild and is still masked, 0..1; null where that is nothing, or the
 * model saw no class at all and so gave no answer. What is masked and stays (hints, locked classes, kept void) has no confidence.
 */
export function meanConfidence(mask: PixelMask, { confidence, asked }: SuggestionSet): number | null {
  if (asked === undefined) return null;
  const { rect, data } = confidence;
  let [sum, count] = [0, 0];
  forEachOn(asked.rebuilt, (i) => {
    const x = asked.rect.x + (i % asked.rect.width);
    const y = asked.rect.y + Math.floor(i / asked.rect.width);
    if (mask.data[y * mask.width + x] === 0) return;
    sum += data[(y - rect.y) * rect.width + x - rect.x];
    count++;
  });
  return sum === 0 ? null : sum / (255 * count);
}
