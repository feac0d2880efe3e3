import { cutStem, type Role, roleOfWords, wordsOf } from "./roleWords";

/** How names of images and labels come to be equal: what is cut off on either side. */
export interface NameRule {
  image(stem: string): string | null;
  label(stem: string): string | null;
  /** Whether the affixes speak of the role, or nothing is cut off on one side. */
  readonly isPlain: boolean;
  /** Characters cut off; fewer are the simpler rule. */
  readonly length: number;
}

export const sameName: NameRule = { image: (stem) => stem, label: (stem) => stem, isPlain: true, length: 0 };

/** What is known to be added to names, cut off wherever it is there and speaks of its side. */
export const knownAffixes: NameRule = {
  image: (stem) => cutFor(stem, (role) => role === "image" || role === null),
  label: (stem) => cutFor(stem, (role) => role !== "image"),
  isPlain: true,
  length: 1,
};

/** The same, for files that both show an annotation. */
export const anyAffixes: NameRule = {
  ...knownAffixes,
  image: (stem) => cutStem(stem).core,
  label: (stem) => cutStem(stem).core,
};

function cutFor(stem: string, isOwn: (role: Role | null) => boolean): string {
  const { core, role } = cutStem(stem);
  return isOwn(role) ? core : stem;
}

interface Affix {
  readonly prefix: string;
  readonly suffix: string;
}

const sampled = 60;
const partners = 24;
const rulesTried = 12;

/**
 * Rules by which labels' names follow from images' with a constant prefix or suffix on either side, the most frequent
 * first. They are found in a sample of the labels: where a label shares a run of words with an image, the rest is a rule
 * that may hold. Numbers are never cut apart, and no rule leads from one number to another.
 */
export function affixRules(images: readonly string[], labels: readonly string[]): readonly NameRule[] {
  const byWord = new Map<string, string[]>();
  for (const stem of images) {
    for (const word of new Set(runsOf(stem))) {
      const known = byWord.get(word);
      if (known) known.push(stem);
      else byWord.set(word, [stem]);
    }
  }
  const votes = new Map<string, { image: Affix; label: Affix; count: number }>();
  const step = Math.max(1, Math.floor(labels.length / sampled));
  for (let at = 0; at < labels.length; at += step) {
    const found = new Map<string, { image: Affix; label: Affix }>();
    for (const image of likelyPartners(labels[at], byWord)) {
      for (const rule of affixesOf(image, labels[at])) found.set(JSON.stringify(rule), rule);
    }
    for (const [key, rule] of found) {
      const vote = votes.get(key) ?? { ...rule, count: 0 };
      vote.count += 1;
      votes.set(key, vote);
    }
  }
  return [...votes.values()]
    .sort((a, b) => b.count - a.count)
    .slice(0, rulesTried)
    .map(({ image, label }) => ruleOf(image, label));
}

function likelyPartners(label: string, byWord: ReadonlyMap<string, readonly string[]>): readonly string[] {
  const shared = new Map<string, number>();
  for (const word of new Set(runsOf(label))) {
    const holders = byWord.get(word) ?? [];
    // A word of all names tells nothing: long lists count little, and only their beginning is looked at.
    for (const stem of holders.slice(0, 200)) {
      shared.set(stem, (shared.get(stem) ?? 0) + word.length / Math.sqrt(holders.length));
    }
  }
  return [...shared]
    .sort((a, b) => b[1] - a[1])
    .slice(0, partners)
    .map(([stem]) => stem);
}

/** Runs of letters, digits or other characters. */
function runsOf(stem: string): readonly string[] {
  return stem.match(/\p{L}+|\p{N}+|[^\p{L}\p{N}]+/gu) ?? [];
}

/** What must be cut off two names so that the rest is equal: the longest common run of words is the rest. */
function affixesOf(image: string, label: string): readonly { image: Affix; label: Affix }[] {
  const [a, b] = [runsOf(image), runsOf(label)];
  let best = { length: 0, i: 0, j: 0, runs: 0 };
  for (let i = 0; i < a.length; i += 1) {
    for (let j = 0; j < b.length; j += 1) {
      let runs = 0;
      let length = 0;
      while (i + runs < a.length && a[i + runs] === b[j + runs]) length += a[i + runs++].length;
      if (/[\p{L}\p{N}]/u.test(a.slice(i, i + runs).join("")) && length > best.length) best = { length, i, j, runs };
    }
  }
  if (best.length === 0) return [];
  const cut = (runs: readonly string[], from: number): Affix => ({
    prefix: runs.slice(0, from).join(""),
    suffix: runs.slice(from + best.runs).join(""),
  });
  const rule = { image: cut(a, best.i), label: cut(b, best.j) };
  const numbers = (affix: string) => affix.match(/\p{N}+/gu)?.join(" ") ?? "";
  const swapsNumbers = (["prefix", "suffix"] as const).some(
    (side) =>
      rule.image[side] !== "" &&
      rule.label[side] !== "" &&
      numbers(rule.image[side]) !== numbers(rule.label[side]) &&
      !hasRole(rule.image[side]) &&
      !hasRole(rule.label[side]),
  );
  return swapsNumbers ? [] : [rule];
}

function ruleOf(image: Affix, label: Affix): NameRule {
  const sides = [image, label].map(({ prefix, suffix }) => prefix + suffix);
  return {
    image: cutter(image),
    label: cutter(label),
    isPlain:
      sides.every((affix) => affix === "" || hasRole(affix)) || (sides.includes("") && !/\p{N}/u.test(sides.join(""))),
    length: 2 + sides.join("").length,
  };
}

function hasRole(affix: string): boolean {
  return roleOfWords(wordsOf(affix)) !== null || /^[ _.-]*(l|p|m)$/i.test(affix);
}

function cutter({ prefix, suffix }: Affix): (stem: string) => string | null {
  return (stem) => {
    const fits = stem.length > prefix.length + suffix.length && stem.startsWith(prefix) && stem.endsWith(suffix);
    if (!fits) return null;
    const core = stem.slice(prefix.length, stem.length - suffix.length);
    // A cut within a number would join 10 with 1.
    const splitsNumber =
      (/\p{N}$/u.test(prefix) && /^\p{N}/u.test(core)) || (/\p{N}$/u.test(core) && /^\p{N}/u.test(suffix));
    return splitsNumber ? null : core;
  };
}
