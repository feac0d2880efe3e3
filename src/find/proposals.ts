import { labelComponents } from "../core/components";
import { growRegion, shrinkRegion } from "../core/morphology";
import { isEmptyRect } from "../core/rect";
import { forEachPixel, hasPixel, type Region, regionFromPredicate } from "../core/region";
import type { Checkpoint } from "../model/steps";
import type { WindowModel } from "../window/windowModel";
import { type Candidate, newIdAt } from "./candidates/candidate";
import type { RegionFeatures } from "./candidates/features";
import { type Completion, completeTwice, maskedInput } from "./readings/predict";
import { chooseSlots } from "./readings/slots";
import { overlap, overlapCount, paint, pixelsOf, windowRect } from "./regions";
import { confidenceIn, type Rule } from "./rule";
import { type LabelledWindow, VOID } from "./window";

/** Proposals that share more than this (intersection over union) say the same. */
export const SAME = 0.2;
/** Proposals less sure than this are not shown, and at most so many of a window. */
export const LEAST_CONFIDENCE = 0.005;
export const MOST_PROPOSALS = 30;
/** Pixels on either side of a proposal's border that are redrawn. */
export const RIM = 10;

/** A candidate and how sure the rule is that it is an error, 0..1. */
export interface Proposal extends Candidate {
  readonly confidence: number;
}

/** The candidates ranked by the rule, surest first; of those that say the same only the surest. */
export function propose(found: readonly Candidate[], features: readonly RegionFeatures[], rule: Rule): Proposal[] {
  const ranked = found
    .map((one, i) => ({ ...one, confidence: confidenceIn(rule, one, features[i]) }))
    .filter(({ confidence }) => confidence >= LEAST_CONFIDENCE)
    .sort((a, b) => b.confidence - a.confidence);
  return withoutRepeats(ranked, ({ where }) => where, MOST_PROPOSALS);
}

/** Of items that say the same, the first only; `most` in all. */
export function withoutRepeats<T>(items: readonly T[], regionOf: (item: T) => Region, most = Infinity): T[] {
  const kept: T[] = [];
  for (const item of items) {
    if (kept.length === most) break;
    if (kept.every((other) => overlap(regionOf(item), regionOf(other)) <= SAME)) kept.push(item);
  }
  return kept;
}

/** What of a proposal is redrawn. */
interface Sketch {
  readonly number: number;
  /** The given component it lies in, and its new class. */
  readonly part: number;
  readonly to: number;
  /** Shown as the new class. */
  readonly inside: Region;
  /** Hidden. */
  readonly rim: Region;
}

/**
 * The proposals with their rims as the network draws them: their insides are shown as the new class, the rim is hidden. A
 * whole given component keeps its border, as does a proposal too thin to have an inside, one of several components or new
 * classes, and one that overlaps a surer one.
 */
export async function redraw(
  model: WindowModel,
  window: LabelledWindow,
  proposals: readonly Proposal[],
  checkpoint: Checkpoint,
): Promise<Proposal[]> {
  const { size, label } = window;
  const shown = label.slice();
  const hidden = new Uint8Array(size * size);
  const sketches: Sketch[] = [];
  proposals.forEach((one, number) => {
    const sketch = sketchOf(window, one, number);
    if (!sketch || sketches.some((other) => overlapCount(one.where, proposals[other.number].where) > 0)) return;
    const drawnOver = (region: Region) => pixelsOf(region, size).some((pixel) => hidden[pixel] === 1);
    if (drawnOver(sketch.rim) || drawnOver(sketch.inside)) return;
    for (const pixel of pixelsOf(sketch.inside, size)) shown[pixel] = newIdAt(one.to, pixel);
    paint(hidden, size, sketch.rim);
    sketches.push(sketch);
  });
  const anyShown = label.some((id, i) => id !== VOID && hidden[i] === 0);
  if (sketches.length === 0 || !anyShown) return [...proposals];

  const classes = chooseSlots(shown, hidden, size);
  const answer = await completeTwice(model, maskedInput(model, window, shown, hidden, classes), checkpoint);
  const result = [...proposals];
  for (const sketch of sketches) {
    const where = drawnRegion(window, proposals[sketch.number].where, sketch, (pixel) =>
      hidden[pixel] === 1 ? classes[likeliestSlot(answer, pixel, classes.length)] : shown[pixel],
    );
    if (where) result[sketch.number] = { ...result[sketch.number], where, to: sketch.to };
  }
  return result;
}

/** Null for a proposal that keeps its border. */
function sketchOf({ size, label, parts }: LabelledWindow, { where, to }: Proposal, number: number): Sketch | null {
  const pixels = pixelsOf(where, size);
  const part = parts.labels[pixels[0]];
  const inside = shrinkRegion(where, RIM, windowRect(size));
  const id = newIdAt(to, pixels[0]);
  const alike = pixels.every((pixel) => parts.labels[pixel] === part && newIdAt(to, pixel) === id);
  if (isEmptyRect(inside.rect) || !alike) return null;
  const around = growRegion(where, RIM, windowRect(size));
  const rim = regionFromPredicate(around.rect, (x, y) => {
    const i = y * size + x;
    return hasPixel(around, x, y) && !hasPixel(inside, x, y) && parts.labels[i] === part && label[i] !== VOID;
  });
  let beyond = false;
  forEachPixel(rim, (x, y) => {
    beyond ||= !hasPixel(where, x, y);
  });
  return beyond ? { number, part, to: id, inside, rim } : null;
}

/** What came out as the new class, around a sketch's inside and connected with it; null when nothing did. */
function drawnRegion(
  { size, parts }: LabelledWindow,
  where: Region,
  { part, to, inside }: Sketch,
  drawn: (pixel: number) => number,
): Region | null {
  const around = growRegion(where, RIM, windowRect(size));
  const reached = new Uint16Array(size * size);
  for (const pixel of pixelsOf(around, size)) {
    if (parts.labels[pixel] === part && drawn(pixel) === to) reached[pixel] = 1;
  }
  const connected = labelComponents({ width: size, height: size, data: reached }, around.rect);
  const numberAt = (x: number, y: number): number =>
    connected.labels[(y - around.rect.y) * around.rect.width + x - around.rect.x];
  const kept = new Set<number>();
  forEachPixel(inside, (x, y) => {
    if (reached[y * size + x] === 1) kept.add(numberAt(x, y));
  });
  const result = regionFromPredicate(around.rect, (x, y) => kept.has(numberAt(x, y)));
  return isEmptyRect(result.rect) ? null : result;
}

function likeliestSlot({ values, channels }: Completion, pixel: number, slots: number): number {
  const said = values.subarray(pixel * channels, pixel * channels + slots);
  return said.reduce((best, value, k) => (value > said[best] ? k : best), 0);
}
