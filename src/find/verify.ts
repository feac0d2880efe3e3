/**
 * Verification: a candidate is hidden, rebuilt by the network, and compared with the label that was given. Several candidates
 * that lie far apart are hidden in one pass. The twin of `training/lmae/finding/verify.py`.
 */
import { labelComponents } from "../core/components";
import { growRegion } from "../core/morphology";
import { type Rect, rectArea } from "../core/rect";
import { forEachPixel, hasPixel, type Region, regionFromPredicate } from "../core/region";
import { type Candidate, newIdAt } from "./candidates/candidate";
import { clampedLog } from "./evidence";
import { type Completion, cutSquare, type Network } from "./network";
import { largestPart, paint, pixelsOf } from "./regions";
import { type LabelledScene, VOID } from "./scene";
import { room, type Square, type Tiling, windowAround } from "./tiles";

/** Pixels around a region, and around a boundary's change, that are hidden with it. */
export const REGION_RIM = 6;
export const BOUNDARY_RIM = 4;
/** Candidates that are hidden in one pass lie at least so far apart, px. */
export const GAP = 12;
/** Share of a window that may be hidden. */
export const MOST_HIDDEN = 0.5;

/** One look at a window: what is hidden in the scene (1), and the candidates it is hidden for, by number. */
export interface Pass {
  readonly at: Square;
  readonly hidden: Uint8Array;
  readonly members: number[];
}

/** `VERIFIED_FEATURES` of a candidate, and what is proposed in its place. */
export interface Verified extends Pick<Candidate, "where" | "to"> {
  readonly features: readonly number[];
}

/**
 * The candidates rebuilt; null where the network has nothing to see one by.
 * @param onPass called after each pass with how many are done, of how many.
 */
export async function verify(
  scene: LabelledScene,
  tiling: Tiling,
  network: Network,
  candidates: readonly Candidate[],
  onPass: (done: number, passes: number) => void,
): Promise<(Verified | null)[]> {
  const hides = candidates.map((one) => toHide(one, scene));
  const result = new Array<Verified | null>(candidates.length).fill(null);
  const passes = passesOf(tiling, hides);
  for (const [done, { at, hidden, members }] of passes.entries()) {
    const unseen = cutSquare(hidden, scene.width, at);
    if (cutSquare(scene.label, scene.width, at).some((id, i) => id !== VOID && unseen[i] === 0)) {
      const completion = await network.complete(at, hidden);
      for (const number of members) result[number] = compared(candidates[number], hides[number], completion, at, scene);
    }
    onPass(done + 1, passes.length);
  }
  return result;
}

/** The pixels that are hidden for a candidate. */
export function toHide({ where, kind }: Candidate, { width, label, components }: LabelledScene): Region {
  const grown = growRegion(where, kind === "region" ? REGION_RIM : BOUNDARY_RIM, components.rect);
  return regionFromPredicate(grown.rect, (x, y) => hasPixel(grown, x, y) && label[y * width + x] !== VOID);
}

/** Each region in the first pass that takes it, else in one of its own. */
export function passesOf(tiling: Tiling, hides: readonly Region[]): Pass[] {
  const passes: Pass[] = [];
  hides.forEach((hide, number) => {
    let pass = passes.find((one) => takes(one, tiling, hide));
    if (!pass) {
      const hidden = new Uint8Array(tiling.width * tiling.height);
      pass = { at: windowAround(tiling, hide.rect), hidden, members: [] };
      passes.push(pass);
    }
    paint(pass.hidden, tiling.width, hide);
    pass.members.push(number);
  });
  return passes;
}

/** Whether something more to hide fits in: far from the rest, with context in the window, and not too much. */
function takes({ at, hidden }: Pass, tiling: Tiling, hide: Region): boolean {
  const { width, height } = tiling;
  if (room(tiling, at, hide.rect) < 0) return false;
  const around = growRegion(hide, GAP, { x: 0, y: 0, width, height });
  if (pixelsOf(around, width).some((pixel) => hidden[pixel] === 1)) return false;
  const isShown = (pixel: number) => isIn(at, pixel % width, Math.floor(pixel / width));
  const more = pixelsOf(hide, width).filter(isShown).length;
  const before = cutSquare(hidden, width, at).reduce((sum, bit) => sum + bit, 0);
  return more + before <= MOST_HIDDEN * at.side ** 2;
}

/** A candidate against what its window is rebuilt as; `hide` is what was hidden for it. Null where none of it was. */
function compared(
  candidate: Candidate,
  hide: Region,
  { classes, values, channels }: Completion,
  at: Square,
  { width, label }: LabelledScene,
): Verified | null {
  const slotOf = new Map(classes.map((id, slot) => [id, slot]));
  const logOf = (first: number, id: number) => clampedLog(values[first + (slotOf.get(id) ?? channels - 1)]);
  const drawn = new Map<number, number>();
  const [within, rim] = [
    { pixels: 0, gain: 0, self: 0, asNew: 0, asGiven: 0, other: 0 },
    { pixels: 0, asGiven: 0 },
  ];
  for (const pixel of pixelsOf(hide, width)) {
    const [x, y] = [pixel % width, Math.floor(pixel / width)];
    if (!isIn(at, x, y)) continue;
    const first = ((y - at.y) * at.side + x - at.x) * channels;
    let best = 0;
    for (let k = 1; k < classes.length; k++) if (values[first + k] > values[first + best]) best = k;
    const as = classes[best];
    if (as !== label[pixel]) drawn.set(pixel, as);
    const part = hasPixel(candidate.where, x, y) ? within : rim;
    part.pixels++;
    if (as === label[pixel]) part.asGiven++;
    if (part === rim) continue;
    const to = newIdAt(candidate, pixel, width);
    const self = logOf(first, label[pixel]);
    within.gain += logOf(first, to) - self;
    within.self += self;
    if (as === to) within.asNew++;
    within.other += values[first + channels - 1];
  }
  if (within.pixels === 0) return null;
  const features = [
    within.gain / within.pixels,
    within.self / within.pixels,
    within.asNew / within.pixels,
    within.asGiven / within.pixels,
    rim.pixels > 0 ? rim.asGiven / rim.pixels : 1,
    (within.pixels - within.asGiven) / (within.pixels + rim.pixels - rim.asGiven),
    within.other / within.pixels,
  ];
  const found = candidate.kind === "region" ? redrawn(candidate, hide.rect, drawn, at, width) : null;
  return { features, where: candidate.where, to: candidate.to, ...found };
}

/**
 * A region as its window draws it: what came out otherwise than given (new ids by scene pixel, inside `rect`) in connection
 * with it, as the network sees the border of an object better than a level set does. What lies beyond the window stays, so
 * that nothing ends at the window's edge. Of several parts the largest: what else comes out otherwise is not what the
 * candidate was judged by (on validation it broke ten times what it mended). Null where nothing came out otherwise.
 */
function redrawn(
  candidate: Candidate,
  rect: Rect,
  drawn: ReadonlyMap<number, number>,
  at: Square,
  width: number,
): Pick<Candidate, "where" | "to"> | null {
  const changed = { width: rect.width, height: rect.height, data: new Uint16Array(rectArea(rect)) };
  const inRect = (x: number, y: number) => (y - rect.y) * rect.width + x - rect.x;
  for (const pixel of drawn.keys()) changed.data[inRect(pixel % width, Math.floor(pixel / width))] = 1;
  const parts = labelComponents(changed, undefined, 8).labels;
  const touched = new Set<number>();
  for (const pixel of drawn.keys()) {
    const [x, y] = [pixel % width, Math.floor(pixel / width)];
    if (hasPixel(candidate.where, x, y)) touched.add(parts[inRect(x, y)]);
  }
  if (touched.size === 0) return null;
  const where = largestPart(
    regionFromPredicate(rect, (x, y) => {
      return isIn(at, x, y)
        ? drawn.has(y * width + x) && touched.has(parts[inRect(x, y)])
        : hasPixel(candidate.where, x, y);
    }),
  );
  const to = new Int32Array(where.bits.length);
  forEachPixel(where, (x, y) => {
    const pixel = y * width + x;
    to[(y - where.rect.y) * where.rect.width + x - where.rect.x] = drawn.get(pixel) ?? newIdAt(candidate, pixel, width);
  });
  return { where, to };
}

function isIn({ x: left, y: top, side }: Square, x: number, y: number): boolean {
  return x >= left && y >= top && x < left + side && y < top + side;
}
