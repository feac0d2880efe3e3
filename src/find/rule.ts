import type { Candidate } from "./candidates/candidate";
import {
  PIXEL_FEATURES,
  type PixelFeature,
  REGION_FEATURES,
  type RegionFeature,
  type RegionFeatures,
  SHIFT_FEATURES,
  type ShiftFeature,
} from "./candidates/features";

/** sigmoid(bias + weights . features), by the features' names. */
export interface Logistic<Name extends string> {
  readonly bias: number;
  readonly weights: Readonly<Record<Name, number>>;
}

/** Fitted by `lmae.find --tune`: logistic rules of pixels, regions, shapes and shifted components, and a threshold. */
export interface Rule {
  readonly pixel: Logistic<PixelFeature>;
  readonly region: Logistic<RegionFeature>;
  readonly shape: Logistic<RegionFeature>;
  readonly shift: Logistic<ShiftFeature>;
  /** Confidence, 0..1, from which on accepting all proposals does little harm. */
  readonly accept: number;
}

/** Reads "finding" of a model's manifest. Throws an Error that names what is missing or unusable. */
export function parseRule(finding: unknown): Rule {
  if (finding === null || finding === undefined) {
    throw new Error("The model cannot find errors: its manifest has no rules for it.");
  }
  return {
    pixel: parseLogistic(finding, "pixel", PIXEL_FEATURES),
    region: parseLogistic(finding, "region", REGION_FEATURES),
    shape: parseLogistic(finding, "shape", REGION_FEATURES),
    shift: parseLogistic(finding, "shift", SHIFT_FEATURES),
    accept: number(finding, "accept", "finding"),
  };
}

/** Log odds of one set of features. */
export function logOdds<Name extends string>(
  { bias, weights }: Logistic<Name>,
  features: Readonly<Record<Name, number>>,
): number {
  let sum = bias;
  for (const name in weights) sum += weights[name] * features[name];
  return sum;
}

/** Probability that a candidate is an error, by the rule for its kind, 0..1. */
export function confidenceIn(rule: Rule, { shape, fit }: Candidate, features: RegionFeatures): number {
  if (fit) return sigmoid(logOdds(rule.shift, { ...features, ...fit }));
  return sigmoid(logOdds(shape ? rule.shape : rule.region, features));
}

/** Log odds -> probability. */
export function sigmoid(odds: number): number {
  return 1 / (1 + Math.exp(-odds));
}

function parseLogistic<Name extends string>(finding: unknown, rule: string, names: readonly Name[]): Logistic<Name> {
  const own = field(finding, rule);
  const weights = field(own, "weights");
  const entries = names.map((name) => [name, number(weights, name, `finding.${rule}.weights`)] as const);
  return { bias: number(own, "bias", `finding.${rule}`), weights: Object.fromEntries(entries) as Record<Name, number> };
}

function field(record: unknown, name: string): unknown {
  return typeof record === "object" && record !== null ? (record as Record<string, unknown>)[name] : undefined;
}

function number(record: unknown, name: string, path: string): number {
  const value = field(record, name);
  if (typeof value !== "number" || !Number.isFinite(value)) {
    throw new Error(`The model's rules for finding errors have no usable "${name}" (${path} in model.json).`);
  }
  return value;
}
