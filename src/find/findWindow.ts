import type { Checkpoint } from "../model/steps";
import type { WindowModel } from "../window/windowModel";
import { appearanceOf } from "./candidates/appearance";
import type { Candidate } from "./candidates/candidate";
import { candidates } from "./candidates/candidates";
import { describeCandidate, errorLogOdds, type RegionFeatures } from "./candidates/features";
import type { ClassPosteriors } from "./posteriors";
import { type Proposal, propose } from "./proposals";
import type { Draws } from "./readings/draws";
import { scanWindow } from "./readings/scan";
import { redraw } from "./redraw";
import { type Rule, sigmoid } from "./rule";
import { type LabelledWindow, VOID } from "./window";

/** What looks wrong in a window. */
export interface Finding {
  /** The surest first, with their borders redrawn. */
  readonly proposals: readonly Proposal[];
  /** Probability that the label of a pixel is wrong, size * size; 0 at VOID. */
  readonly suspicion: Float32Array;
}

/** Candidates described between two checkpoints. */
const DESCRIBED_AT_ONCE = 8;

/**
 * Finds what looks wrong in a window: readings of its label, candidates from them, and the rule's proposals of these. Only
 * candidates that `allowed` lets through are ranked. The twin of `training/lmae/finding/find_window.py`. Checkpoints often.
 */
export async function findInWindow(
  model: WindowModel,
  rule: Rule,
  window: LabelledWindow,
  posteriors: ClassPosteriors,
  draws: Draws,
  checkpoint: Checkpoint,
  allowed: (candidate: Candidate) => boolean = () => true,
): Promise<Finding> {
  const scan = await scanWindow(model, window, posteriors, draws, checkpoint);
  const odds = errorLogOdds(rule.pixel, scan);
  const appearance = appearanceOf(window.image, window.size);
  const found = (await candidates(window, scan, odds, appearance, checkpoint)).filter(allowed);
  const features: RegionFeatures[] = [];
  for (const one of found) {
    features.push(describeCandidate(one, window, scan, odds, appearance.ranks));
    if (features.length % DESCRIBED_AT_ONCE === 0) await checkpoint();
  }
  const proposals = await redraw(model, window, propose(found, features, rule), checkpoint);
  return { proposals, suspicion: odds.map((value, i) => (window.label[i] === VOID ? 0 : sigmoid(value))) };
}
