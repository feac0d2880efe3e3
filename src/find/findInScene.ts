/**
 * Error finding in a scene, as a cascade: what speaks against the labels at a glance (`evidence`), the candidates that this
 * makes (`candidates`), of which a quick rule chooses few, those hidden and rebuilt (`verify`), and a rule that says how sure
 * each is. The twin of `training/lmae/finding/find_errors.py`.
 */
import { hasPixel, type Region, regionArea, regionFromPredicate } from "../core/region";
import type { Checkpoint } from "../model/steps";
import { appearanceOf } from "./candidates/appearance";
import { type Candidate, newIdAt } from "./candidates/candidate";
import { candidates } from "./candidates/candidates";
import { describeCandidate } from "./candidates/features";
import { blendedErrorLogit, readSupport, suspicion } from "./evidence";
import type { Network } from "./network";
import type { ClassPosteriors } from "./posteriors";
import { overlap } from "./regions";
import { chance, QUICK_ONLY, type Rule, sigmoid, type Trees } from "./rule";
import { type LabelledScene, VOID } from "./scene";
import type { Tiling } from "./tiles";
import type { FindSteps } from "./types";
import { verify } from "./verify";

/** Candidates that overlap by more than this (intersection over union) with a likelier one are not verified. */
export const ALIKE = 0.6;
/** At most so many are verified in an image of the area of one window, and in any. */
export const MOST_VERIFIED = 12;
export const MOST_VERIFIED_OF_ALL = 20;
/** Candidates that the quick rule finds less likely are not verified. */
export const LEAST_QUICK = 0.015;
/**
 * A proposal is at most so many times as sure as the quick rule found its candidate likely. On validation it changes nothing;
 * rules fitted on few images take a shifted boundary that happens to be half right for certain.
 */
export const MOST_SURER = 30;
/** Of proposals that overlap by more than this only the surest is kept. */
export const SAME = 0.2;
/** Proposals less sure than this are not shown, and at most so many of an image. */
export const LEAST_CONFIDENCE = 0.005;
export const MOST_PROPOSALS = 20;

/** Candidates described between two checkpoints. */
const DESCRIBED_AT_ONCE = 8;

/** Pixels that look wrong, what should stand there, and how sure the rule is, 0..1. */
export interface Proposal extends Candidate {
  readonly confidence: number;
}

/** What looks wrong in a scene. */
export interface Finding {
  /** The surest first. */
  readonly proposals: readonly Proposal[];
  /** Probability that the label of a pixel is wrong, width * height; 0 at VOID. */
  readonly suspicion: Float32Array;
}

/** What is searched, and by what. */
export interface Search {
  readonly scene: LabelledScene;
  readonly tiling: Tiling;
  readonly network: Network;
  readonly posteriors: ClassPosteriors;
  readonly rule: Rule;
  /** 1 = void, or not to be checked. */
  readonly idle: Uint8Array;
  /** Only candidates that it lets through are verified. */
  readonly allowed: (candidate: Candidate) => boolean;
}

/** What looks wrong in a scene. Checkpoints often; `onStep` is called after each look at a window. */
export async function findInScene(
  { scene, tiling, network, posteriors, rule, idle, allowed }: Search,
  checkpoint: Checkpoint,
  onStep: (steps: FindSteps) => void,
): Promise<Finding> {
  const tiles = tiling.tiles.length;
  // The total stays: what need not be verified counts as done once that is known.
  const total = tiles + mostVerified(tiling);
  let done = 0;
  const errorLogit = await blendedErrorLogit(network, tiling, idle, () => {
    onStep({ done: ++done, total, scan: tiles });
  });
  const evidence = { errorLogit, ...readSupport(posteriors, scene) };
  const odds = suspicion(rule.pixel, evidence, scene);
  const appearance = appearanceOf(scene.image, scene.width, scene.height);
  const found = (await candidates(scene, evidence, odds, posteriors, appearance, checkpoint)).filter(allowed);
  const quick: number[][] = [];
  for (const one of found) {
    quick.push(describeCandidate(one, scene, evidence, odds, appearance.ranks));
    if (quick.length % DESCRIBED_AT_ONCE === 0) await checkpoint();
  }
  const chosen = choose(found, quick, rule.quick, tiling);
  const asked = chosen.map((number) => found[number]);
  const verified = await verify(scene, tiling, network, asked, (passed, passes) => {
    onStep({ done: total - passes + passed, total, scan: tiles });
  });
  const rated = verified.flatMap((one, i): Proposal[] => {
    if (one === null) return [];
    const at = quick[chosen[i]];
    const features = candidateFeatures(at, one.features);
    const { where, to } = one;
    const confidence = Math.min(chance(rule.verified, features), MOST_SURER * chance(rule.quick, at));
    return [{ ...asked[i], where, to, confidence }];
  });
  return {
    proposals: propose(scene, rated),
    suspicion: odds.map((value, i) => (scene.label[i] === VOID ? 0 : sigmoid(value))),
  };
}

/** The candidates to verify, by number, the likeliest first, none ALIKE. */
export function choose(
  found: readonly Candidate[],
  quick: readonly (readonly number[])[],
  rule: Trees,
  tiling: Tiling,
): number[] {
  const chances = quick.map((features) => chance(rule, features));
  return distinct(
    found.map(({ where }) => where),
    chances,
    LEAST_QUICK,
    mostVerified(tiling),
    ALIKE,
  );
}

/** `CANDIDATE_FEATURES`: what is known of a candidate once it is verified. */
export function candidateFeatures(quick: readonly number[], verified: readonly number[]): number[] {
  return [...quick.slice(QUICK_ONLY), ...verified];
}

/** The surest first, without repeats (SAME), and each only where it changes the label. */
function propose({ width, label }: LabelledScene, rated: readonly Proposal[]): Proposal[] {
  const changing = rated.map((one) => {
    const idAt = (x: number, y: number) => newIdAt(one, y * width + x, width);
    const where = regionFromPredicate(one.where.rect, (x, y) => {
      return hasPixel(one.where, x, y) && idAt(x, y) !== label[y * width + x];
    });
    const { rect } = where;
    const to = Int32Array.from(where.bits, (bit, i) =>
      bit === 1 ? idAt(rect.x + (i % rect.width), rect.y + Math.floor(i / rect.width)) : 0,
    );
    return { ...one, where, to };
  });
  const regions = changing.map(({ where }) => where);
  const sure = changing.map(({ where, confidence }) => (regionArea(where) > 0 ? confidence : 0));
  return distinct(regions, sure, LEAST_CONFIDENCE, MOST_PROPOSALS, SAME).map((number) => changing[number]);
}

function mostVerified({ width, height, window }: Tiling): number {
  return Math.min(Math.round((MOST_VERIFIED * width * height) / window ** 2), MOST_VERIFIED_OF_ALL);
}

/** At most `most` of the regions, by number, by falling chance from `least` on; none that overlaps one before by more than `alike`. */
function distinct(
  regions: readonly Region[],
  chances: readonly number[],
  least: number,
  most: number,
  alike: number,
): number[] {
  const areas = regions.map(regionArea);
  const isAlike = (a: number, b: number): boolean => {
    // Regions of very different size cannot be alike.
    if (Math.min(areas[a], areas[b]) <= alike * Math.max(areas[a], areas[b])) return false;
    return overlap(regions[a], regions[b]) > alike;
  };
  const kept: number[] = [];
  for (const number of [...regions.keys()].sort((a, b) => chances[b] - chances[a])) {
    if (chances[number] < least || kept.length === most) break;
    if (!kept.some((other) => isAlike(number, other))) kept.push(number);
  }
  return kept;
}
