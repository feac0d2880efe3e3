import { labelComponents } from "../../core/components";
import { countIds } from "../../core/countIds";
import type { LabelMap } from "../../core/labelMap";
import { squareCover } from "../../core/squareCover";
import { channelDistance, codesOf } from "./codes";
import { type Group, packGroups } from "./pixelGroups";
import { findSeams, type Seam } from "./seams";
import { smallComponents } from "./smallComponents";
import { sparedClasses } from "./sparedClasses";
import {
  type ClassShare,
  classKey,
  type LintInput,
  type LintOptions,
  type LintReport,
  type RuleName,
  type RuleReport,
} from "./types";
import { SAME_COLOUR, unknownPixels } from "./unknownPixels";

/** As measured on undamaged labels of three data sets: what they change there is below 0.02 % of all pixels. */
export const defaultSizes = { pinholes: 3, specks: 3 } as const;

/**
 * Thin runs of known classes between two others are a smear only where they line so much of all boundaries, the class with
 * most of them set aside: a narrow road may run along a whole picture. In undamaged labels of three data sets they line up to
 * 0.8 %, in the same ones resampled as pictures 3.1 % or more, 12 % and above in half of them.
 */
const LEAST_SEAMS = 0.02;

type Spared = ClassShare["spared"];

/** Looks at a label alone, without the picture or a model: what each rule finds, and what it would make of it. */
export function lintLabel(input: LintInput, options: LintOptions): LintReport {
  const { labels, unknown, colors, ignored } = input;
  const { data } = labels;
  const cover = squareCover(labels, 4);
  const codeOf = codesOf(input);
  const claimed = new Uint8Array(data.length);
  const rule = (name: RuleName, groups: readonly Group[], sparedOf: (id: number) => Spared): RuleReport => {
    const report = reportOf(name, groups, data, options, sparedOf);
    for (const i of report.groups.pixels) claimed[i] = 1;
    return report;
  };

  const seams = findSeams(input, cover, codeOf);
  const isResampled = seamsOfSeveral(seams) >= LEAST_SEAMS * edgeCount(labels);
  const unknownSeams = seams.filter(({ from }) => unknown.has(from));
  const odd = unknownPixels(input, pixelsOf(unknownSeams, data.length), codeOf);
  // 8-connected: a slanted line of one pixel's width hangs together by its corners only.
  const components = labelComponents(labels, undefined, 8);
  const thin = sparedClasses(components, cover);
  const large = largeIds(input, cover);

  const smears = rule("smears", [...seams, ...odd.filter(({ isSmear }) => isSmear)], (id) =>
    isResampled || unknown.has(id) ? null : "few",
  );
  const unknowns = rule(
    colors === null ? "unknown-ids" : "colours",
    odd.filter(({ isSmear }) => !isSmear),
    (id) => (large.has(id) ? "large" : null),
  );
  const small = smallComponents(input, components, Math.max(options.pinholes, options.specks), claimed);
  const ofKind = (kind: "pinhole" | "speck", most: number) =>
    small.filter((one) => one.kind === kind && one.pixels.length <= most);
  return {
    rules: [
      smears,
      unknowns,
      rule("pinholes", ofKind("pinhole", options.pinholes), (id) => thin.get(id) ?? null),
      rule("specks", ofKind("speck", options.specks), (id) => thin.get(id) ?? null),
    ],
    empty: [...countIds(data).keys()].filter((id) => !ignored.has(id)).length <= 1,
  };
}

/** Counts what was found of each class, and keeps the pixels of those that are on. */
function reportOf(
  rule: RuleName,
  groups: readonly Group[],
  data: Uint16Array,
  options: LintOptions,
  sparedOf: (id: number) => Spared,
): RuleReport {
  const shares = new Map<number, { count: number; pixels: number; on: boolean; spared: Spared }>();
  const shareOf = (id: number) => {
    const spared = sparedOf(id);
    const on = options.classes.get(classKey(rule, id)) ?? spared === null;
    const share = shares.get(id) ?? { count: 0, pixels: 0, on, spared };
    shares.set(id, share);
    return share;
  };
  const kept = groups.map(({ pixels, to }): Group => {
    for (const i of pixels) shareOf(data[i]).pixels++;
    const ids = new Set(pixels.map((i) => data[i]));
    for (const id of ids) shareOf(id).count++;
    const isOn = pixels.map((i) => shareOf(data[i]).on);
    if (!isOn.includes(false)) return { pixels, to };
    return { pixels: pixels.filter((_, k) => isOn[k]), to: to.filter((_, k) => isOn[k]) };
  });
  const classes = [...shares]
    .map(([id, share]) => ({ id, ...share }))
    .sort((a, b) => b.pixels - a.pixels || a.id - b.id);
  return { rule, groups: packGroups(kept.filter(({ pixels }) => pixels.length > 0)), classes };
}

/** Pixels of all seams but those of the class that has the most. */
function seamsOfSeveral(seams: readonly Seam[]): number {
  const pixels = new Map<number, number>();
  for (const seam of seams) pixels.set(seam.from, (pixels.get(seam.from) ?? 0) + seam.pixels.length);
  const counts = [...pixels.values()];
  return counts.reduce((sum, count) => sum + count, 0) - Math.max(0, ...counts);
}

/** Pixels with another class to the right or below. */
function edgeCount({ data, width }: LabelMap): number {
  let count = 0;
  for (let i = 0; i + width < data.length; i++) if (data[i] !== data[i + 1] || data[i] !== data[i + width]) count++;
  return count;
}

function pixelsOf(groups: readonly Group[], size: number): Uint8Array {
  const bits = new Uint8Array(size);
  for (const { pixels } of groups) for (const i of pixels) bits[i] = 1;
  return bits;
}

/**
 * Unknown ids that cover regions wider than 3 px for the most part: a class that the list lacks, rather than damage. A colour
 * that compression may have made of a listed one is none.
 */
function largeIds({ labels, unknown, colors }: LintInput, cover: Uint8Array): ReadonlySet<number> {
  const pixels = new Map([...unknown].map((id) => [id, { all: 0, wide: 0 }]));
  if (pixels.size === 0) return new Set();
  labels.data.forEach((id, i) => {
    const one = pixels.get(id);
    if (one === undefined) return;
    one.all++;
    one.wide += cover[i];
  });
  const listed = [...(colors ?? [])].filter(([id]) => !unknown.has(id)).map(([, color]) => color);
  const isListed = (id: number): boolean => {
    const color = colors?.get(id);
    return color !== undefined && listed.some((other) => channelDistance(color, other) <= SAME_COLOUR);
  };
  return new Set(
    [...pixels].filter(([id, { all, wide }]) => 2 * wide >= all && all > 0 && !isListed(id)).map(([id]) => id),
  );
}
