import { type ClassTable, ignoredIds } from "../core/classTable";
import { type Component, type Components, componentRegion, labelComponents } from "../core/components";
import type { LabelMap } from "../core/labelMap";
import { forEachPixel, type PixelMask, type Region } from "../core/region";
import { confidenceOf } from "./confidence";
import { MIN_AREA } from "./objects";
import { CHECKS } from "./sets";
import type { OpenDocument, Suggestion, SuggestionSet } from "./types";

/** What `SuggestionSet.model` says of a set that no model made. */
export const LINT = "lint";

/** More than this many specks are shown a portion at a time. */
export const MOST_SPECKS = 200;

/** What a label shows to be doubtful without a look at the picture. */
export interface LintReport {
  /** Components under 16 px, with what is around them: the best enclosed first, then the largest. */
  readonly specks: readonly Suggestion[];
  /** How many there are; `specks` holds at most MOST_SPECKS of them. */
  readonly speckCount: number;
  /** Pixels of each id that the data set's class list does not know. */
  readonly unknown: readonly { readonly id: number; readonly pixels: number }[];
  /** All of the label is one class, or void: it may never have been drawn. */
  readonly empty: boolean;
}

/**
 * Looks for specks (under 16 px, at the border of several classes), pinholes (inside one class), ids that the data
 * set does not know, and labels that hold nothing. Void is neither a speck nor what one would become; neither are
 * locked classes.
 *
 * @param known the data set's classes, without those made up for unknown ids of this label.
 * @param excluded pixels that are not to be judged: specks that reach into them are none, and their ids are not counted.
 */
export function lintLabel(
  labels: LabelMap,
  classes: ClassTable,
  known: ClassTable,
  locked: ReadonlySet<number>,
  excluded: PixelMask | null = null,
): LintReport {
  const components = labelComponents(labels);
  const ignored = ignoredIds(classes);
  const kept = (id: number): boolean => ignored.has(id) || locked.has(id);
  const found: Speck[] = [];
  components.list.forEach((component, number) => {
    if (component.area >= MIN_AREA || kept(component.id)) return;
    const speck = readSpeck(components, component, number, kept);
    if (speck !== null && !reachesInto(speck.suggestion.region, excluded)) found.push(speck);
  });
  found.sort((a, b) => b.enclosed - a.enclosed || b.suggestion.area - a.suggestion.area);
  const areas = areasOf(labels, components, excluded);
  const drawn = [...areas.keys()].filter((id) => !ignored.has(id));
  const names = new Set(known.map((info) => info.id));
  return {
    specks: found.slice(0, MOST_SPECKS).map(({ suggestion }, id) => ({ ...suggestion, id })),
    speckCount: found.length,
    unknown: [...areas].flatMap(([id, pixels]) => (names.has(id) ? [] : [{ id, pixels }])),
    empty: drawn.length <= 1,
  };
}

/** The specks as the document's proposal; null when there are none. They speak of the label, not of the mask. */
export function lintSuggestions(doc: OpenDocument, { specks }: Pick<LintReport, "specks">): SuggestionSet | null {
  if (specks.length === 0) return null;
  const documentVersion = doc.store.getState().version;
  return {
    name: CHECKS,
    documentVersion,
    ratio: 0,
    passes: 0,
    passesDone: 0,
    model: LINT,
    suggestions: specks,
    confidence: confidenceOf(specks),
  };
}

interface Speck {
  readonly suggestion: Omit<Suggestion, "id">;
  /** Share of its rim that lies on the class it would become. An order to list by, no measure of being right. */
  readonly enclosed: number;
}

/** What a small component would become: the class of the larger ones around it that shares most of its rim. */
function readSpeck(
  components: Components,
  { id, area }: Component,
  number: number,
  kept: (id: number) => boolean,
): Speck | null {
  const { rect, labels, list } = components;
  const region = componentRegion(components, number);
  const rim = new Map<number, number>();
  let around = 0;
  forEachPixel(region, (x, y) => {
    for (const [nx, ny] of [
      [x, y - 1],
      [x - 1, y],
      [x + 1, y],
      [x, y + 1],
    ]) {
      const inside = nx >= 0 && ny >= 0 && nx < rect.width && ny < rect.height;
      const other = inside ? labels[ny * rect.width + nx] : -1;
      if (other === number) continue;
      around++;
      if (inside && list[other].area >= MIN_AREA) rim.set(list[other].id, (rim.get(list[other].id) ?? 0) + 1);
    }
  });
  const best = [...rim].sort((a, b) => b[1] - a[1] || a[0] - b[0])[0];
  if (best === undefined || kept(best[0]) || best[0] === id) return null;
  const enclosed = best[1] / around;
  const lint = enclosed === 1 ? "pinhole" : "speck";
  const facts = { from: id, to: best[0], area, confidence: null, needsHint: false, decision: "pending" } as const;
  return { suggestion: { region, ...facts, lint }, enclosed };
}

function reachesInto(region: Region, excluded: PixelMask | null): boolean {
  let reaches = false;
  if (excluded !== null) forEachPixel(region, (x, y) => (reaches ||= excluded.data[y * excluded.width + x] === 1));
  return reaches;
}

/** Pixels of each id, without the excluded ones. */
function areasOf({ data }: LabelMap, { list }: Components, excluded: PixelMask | null): Map<number, number> {
  const areas = new Map<number, number>();
  for (const { id, area } of list) areas.set(id, (areas.get(id) ?? 0) + area);
  excluded?.data.forEach((bit, i) => {
    if (bit === 1) areas.set(data[i], (areas.get(data[i]) ?? 0) - 1);
  });
  return new Map([...areas].filter(([, area]) => area > 0));
}
