import type { Checkpoint } from "../model/steps";
import type { WindowModel } from "../window/windowModel";
import { appearanceOf } from "./candidates/appearance";
import type { Candidate } from "./candidates/candidate";
import { candidates } from "./candidates/candidates";
import { describeCandidate, type RegionFeatures, suspect } from "./candidates/features";
import type { Opinion } from "./probe/posteriors";
import { type Proposal, propose, redraw } from "./proposals";
import type { Draws } from "./readings/draws";
import { type Scan, scanWindow } from "./readings/scan";
import { type Rule, sigmoid } from "./rule";
import { type LabelledWindow, VOID } from "./window";

/** All that was found in a window. */
export interface Finding {
  /** The surest first. */
  readonly proposals: readonly Proposal[];
  /** Probability that a pixel is wrong, 0 at VOID. */
  readonly suspicion: Float32Array;
}

/** Candidates described between two checkpoints. */
const DESCRIBED_AT_ONCE = 8;

/**
 * What looks wrong in a window, from its label to proposals: `training/lmae/finding/find_window.py`. Only candidates that `allowed`
 * lets through are ranked.
 */
export async function findInWindow(
  model: WindowModel,
  rule: Rule,
  window: LabelledWindow,
  opinion: Opinion,
  draws: Draws,
  checkpoint: Checkpoint,
  allowed: (candidate: Candidate) => boolean = () => true,
): Promise<Finding> {
  const scan = await scanWindow(model, window, opinion, draws, checkpoint);
  return conclude(model, rule, window, scan, checkpoint, allowed);
}

/** What the readings of a window amount to. */
export async function conclude(
  model: WindowModel,
  rule: Rule,
  window: LabelledWindow,
  scan: Scan,
  checkpoint: Checkpoint,
  allowed: (candidate: Candidate) => boolean = () => true,
): Promise<Finding> {
  const odds = suspect(rule.pixel, scan);
  const seen = appearanceOf(window.image, window.size);
  const found = (await candidates(window, scan, odds, seen, checkpoint)).filter(allowed);
  const features: RegionFeatures[] = [];
  for (const one of found) {
    features.push(describeCandidate(one, window, scan, odds, seen.ranks));
    if (features.length % DESCRIBED_AT_ONCE === 0) await checkpoint();
  }
  const proposals = await redraw(model, window, propose(found, features, rule), checkpoint);
  return { proposals, suspicion: odds.map((value, i) => (window.label[i] === VOID ? 0 : sigmoid(value))) };
}
