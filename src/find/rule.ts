/** The rules of error finding: how likely a pixel is wrong, and how likely a candidate is an error. */

/** What the rule for pixels reads (`evidence`). */
export const PIXEL_FEATURES = [
  "error logit",
  "error logit of the component",
  "support self confidence",
  "support margin",
  "support margin of the component",
] as const;
/** What the quick rule reads of a candidate (`describeCandidate`), and what verification adds. */
export const QUICK_FEATURES = [
  "suspicion",
  "suspicion around",
  "error logit",
  "support margin",
  "support margin around",
  "log area",
  "log depth",
  "edges along outline",
  "shifted",
  "edge gain by spread",
  "colour gain",
] as const;
export const VERIFIED_FEATURES = [
  "rebuilt gain",
  "rebuilt self confidence",
  "rebuilt as new",
  "rebuilt as given",
  "rebuilt as given around",
  "rebuilt overlap",
  "rebuilt other",
] as const;
/** The first of the quick features are of no use after verification. */
export const QUICK_ONLY = 3;
export const CANDIDATE_FEATURES = [...QUICK_FEATURES.slice(QUICK_ONLY), ...VERIFIED_FEATURES] as const;

/** Log odds: bias + weights . features. */
export interface Logistic {
  readonly bias: number;
  readonly weights: readonly number[];
}

/** A leaf, or the number of a feature, where it is cut, what holds below the cut and what does not. */
export type Tree = number | readonly [feature: number, cut: number, below: Tree, above: Tree];

/** A logistic rule that boosted trees mend: a row's log odds are its own and the leaves that the row falls into. */
export interface Trees {
  readonly start: Logistic;
  readonly trees: readonly Tree[];
}

/**
 * Fitted by `lmae.find --tune`: rules for pixels (PIXEL_FEATURES), for which candidates are verified (QUICK_FEATURES), and for
 * what is verified (CANDIDATE_FEATURES). The twin of `training/lmae/finding/rule.py`.
 */
export interface Rule {
  readonly pixel: Logistic;
  readonly quick: Trees;
  readonly verified: Trees;
  /** Confidence, 0..1, from which on accepting all proposals does little harm. */
  readonly accept: number;
}

/** Log odds of one set of features. */
export function logOdds({ bias, weights }: Logistic, features: ArrayLike<number>): number {
  let sum = bias;
  for (let i = 0; i < weights.length; i++) sum += weights[i] * features[i];
  return sum;
}

/** Probability, 0..1, of one set of features. */
export function chance({ start, trees }: Trees, features: readonly number[]): number {
  return sigmoid(logOdds(start, features) + trees.reduce<number>((sum, tree) => sum + leafOf(tree, features), 0));
}

/** Log odds -> probability. */
export function sigmoid(odds: number): number {
  return 1 / (1 + Math.exp(-odds));
}

/** Reads "finding" of a model's manifest. Throws an Error that names what is missing, unusable or of another version. */
export function parseRule(finding: unknown): Rule {
  if (finding === null || finding === undefined) {
    throw new Error("The model cannot find errors: its manifest has no rules for it.");
  }
  return {
    pixel: parseLogistic(field(finding, "pixel"), PIXEL_FEATURES, "finding.pixel"),
    quick: parseTrees(field(finding, "quick"), QUICK_FEATURES, "finding.quick"),
    verified: parseTrees(field(finding, "verified"), CANDIDATE_FEATURES, "finding.verified"),
    accept: parseNumber(field(finding, "accept"), "finding.accept"),
  };
}

function leafOf(tree: Tree, features: readonly number[]): number {
  if (typeof tree === "number") return tree;
  const [feature, cut, below, above] = tree;
  return leafOf(features[feature] < cut ? below : above, features);
}

function parseTrees(record: unknown, names: readonly string[], path: string): Trees {
  const start = parseLogistic(record, names, path);
  const trees = field(record, "trees");
  if (!Array.isArray(trees)) throw unusable(`${path}.trees`);
  return { start, trees: trees.map((tree, i) => parseTree(tree, names.length, `${path}.trees[${i}]`)) };
}

function parseTree(tree: unknown, features: number, path: string): Tree {
  if (!Array.isArray(tree)) return parseNumber(tree, path);
  const [feature, cut, below, above] = tree as unknown[];
  if (tree.length !== 4 || !Number.isInteger(feature)) throw unusable(path);
  const number = parseNumber(feature, `${path}[0]`);
  if (number < 0 || number >= features) throw unusable(`${path}[0]`);
  return [
    number,
    parseNumber(cut, `${path}[1]`),
    parseTree(below, features, `${path}[2]`),
    parseTree(above, features, `${path}[3]`),
  ];
}

function parseLogistic(record: unknown, names: readonly string[], path: string): Logistic {
  const weights = field(record, "weights");
  if (typeof weights !== "object" || weights === null) throw unusable(`${path}.weights`);
  const own = Object.keys(weights);
  // Trees number the features, so that their order counts.
  if (own.length !== names.length || own.some((name, i) => name !== names[i])) {
    throw new Error(
      `The model's rules for finding errors read "${own.join(", ")}", not "${names.join(", ")}" (${path}.weights in model.json): fit them again.`,
    );
  }
  return {
    bias: parseNumber(field(record, "bias"), `${path}.bias`),
    weights: names.map((name) => parseNumber(field(weights, name), `${path}.weights["${name}"]`)),
  };
}

function field(record: unknown, name: string): unknown {
  return typeof record === "object" && record !== null ? (record as Record<string, unknown>)[name] : undefined;
}

function parseNumber(value: unknown, path: string): number {
  if (typeof value !== "number" || !Number.isFinite(value)) throw unusable(path);
  return value;
}

function unusable(path: string): Error {
  return new Error(`The model's rules for finding errors are unusable: ${path} in model.json is missing or wrong.`);
}
