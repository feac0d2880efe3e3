import { type ClassTable, idFlags, voidIds } from "../core/classTable";
import type { LabelMap } from "../core/labelMap";
import { clipRect, emptyRect, rectArea, unionRects } from "../core/rect";
import { forEachPixel, hasPixel, type PixelMask, type Region } from "../core/region";
import { proposedClasses, replacedClasses } from "./classShares";
import { ABSTAINS } from "./doubt";
import { type Feedback, ranked } from "./feedback";
import { isUndecided } from "./queue";
import type { OpenDocument, Suggestion, SuggestionSet } from "./types";
import { keptVoid, type VoidPolicy } from "./voidUnderMask";
import { newIds } from "./writing";

/** What suggestions may change now, locks aside. */
export interface StandingRule {
  /** How the switch for void under the mask stands. */
  readonly policy: VoidPolicy;
  readonly classes: ClassTable;
  /** What no search for errors is to judge in this image; null: nothing. */
  readonly excluded: PixelMask | null;
}

interface View {
  readonly locked: ReadonlySet<number>;
  readonly policy: VoidPolicy | undefined;
  readonly classes: ClassTable | undefined;
  readonly excluded: PixelMask | null;
  readonly set: SuggestionSet;
}

/** By the set as stored and ranked: whatever changes a label under an open suggestion replaces its set. */
const views = new WeakMap<SuggestionSet, View>();

/**
 * A set of the document as it stands now: every open suggestion with just the pixels that accepting it would change. Not of
 * these are locked classes, what has the proposed class by now, what was excluded from finding since it was found, and void
 * that the switch says to keep though it was to be filled when the suggestion was made. One that would change nothing has no pixels. What was found is in the order of, and as
 * sure as, `feedback` says. The same value where all is as stored.
 */
export function asItStands(
  doc: OpenDocument,
  stored: SuggestionSet,
  rule?: StandingRule,
  feedback: Feedback | null = null,
): SuggestionSet {
  const { locked } = doc.store.getState();
  const set = ranked(stored, feedback);
  const known = views.get(set);
  const { policy, classes, excluded = null } = rule ?? {};
  const isKnown = known?.locked === locked && known.policy === policy && known.classes === classes;
  if (isKnown && known.excluded === excluded) return known.set;
  const trim = trimmer(doc, set, set.suggestions, rule);
  const suggestions = set.suggestions.map((one) => (isUndecided(one) ? trim(one) : one));
  const isSame = suggestions.every((one, i) => one === set.suggestions[i]);
  const view = isSame ? set : { ...set, suggestions };
  views.set(set, { locked, policy, classes, excluded, set: view });
  return view;
}

/**
 * Reduces suggestions of `set`, of which `all` are some, to what accepting them now would change. What is left of a model's
 * answer is as sure as the model is there; a find of which less than half is left was never measured: it is not sure.
 */
export function trimmer(
  doc: OpenDocument,
  { confidence }: SuggestionSet,
  all: readonly Suggestion[],
  rule: StandingRule | undefined,
): (one: Suggestion) => Suggestion {
  const { locked } = doc.store.getState();
  const spared = rule === undefined ? null : sparedVoid(doc.labels, all, rule);
  return (one) => {
    const { rect } = one.region;
    const ids = newIds(one);
    const excluded = one.found === true ? rule?.excluded : null;
    const kept = { locked: 0, void: 0, excluded: 0 };
    let area = 0;
    const bits = one.region.bits.map((bit, i) => {
      if (bit === 0) return 0;
      const at = (rect.y + Math.floor(i / rect.width)) * doc.labels.width + rect.x + (i % rect.width);
      const id = doc.labels.data[at];
      if (id === ids[i]) return 0;
      if (locked.has(id) || locked.has(ids[i])) kept.locked++;
      else if (spared !== null && hasPixel(spared, rect.x + (i % rect.width), rect.y + Math.floor(i / rect.width)))
        kept.void++;
      else if (excluded?.data[at] === 1) kept.excluded++;
      else {
        area++;
        return 1;
      }
      return 0;
    });
    if (area === one.area) return one;
    const { fromIds, ...facts } = one;
    const region = { rect, bits };
    if (area === 0) return { ...one, region, area, kept };
    const ofFind = 2 * area < one.area ? Math.min(one.confidence, ABSTAINS) : one.confidence;
    const sure = one.found === true ? ofFind : meanConfidence(region, confidence);
    return {
      ...facts,
      ...{ region, area, kept, confidence: sure ?? one.confidence, to: proposedClasses({ ...one, region })[0] },
      ...replacedClasses(doc.labels, region),
    };
  };
}

/** 0..1; null where the raster does not hold all of a region, as it does not hold those of masks before. */
function meanConfidence({ rect, bits }: Region, { rect: known, data }: SuggestionSet["confidence"]): number | null {
  let [sum, count] = [0, 0];
  for (let i = 0; i < bits.length; i++) {
    if (bits[i] === 0) continue;
    const x = rect.x + (i % rect.width) - known.x;
    const y = rect.y + Math.floor(i / rect.width) - known.y;
    if (x < 0 || y < 0 || x >= known.width || y >= known.height) return null;
    sum += data[y * known.width + x];
    count++;
  }
  return count === 0 ? null : sum / (255 * count);
}

/** The pixels of a region whose class, or the one that a suggestion gives them, is locked and keeps them as they are. */
export function lockedPart(doc: OpenDocument, one: Suggestion): Region {
  const { locked } = doc.store.getState();
  const { rect, bits } = one.region;
  const ids = newIds(one);
  return {
    rect,
    bits: bits.map((bit, i) => {
      const at = (rect.y + Math.floor(i / rect.width)) * doc.labels.width + rect.x + (i % rect.width);
      const id = doc.labels.data[at];
      return bit === 1 && id !== ids[i] && (locked.has(id) || locked.has(ids[i])) ? 1 : 0;
    }),
  };
}

/** Void in suggestions that were made to fill more of it than `rule` does; null where there is none. */
function sparedVoid(labels: LabelMap, all: readonly Suggestion[], { policy, classes }: StandingRule): Region | null {
  // Earlier versions did not note the policy.
  const fillsMore = ({ found, voidPolicy = "fill" }: Suggestion): boolean =>
    found !== true && voidPolicy !== policy && voidPolicy !== "keep";
  const others = policy === "fill" ? [] : all.filter((one) => isUndecided(one) && fillsMore(one));
  const around = others.map(({ region }) => region.rect).reduce(unionRects, emptyRect);
  const rect = clipRect(around, labels.width, labels.height);
  const bits = new Uint8Array(rectArea(rect));
  for (const { region } of others) {
    forEachPixel(region, (x, y) => {
      bits[(y - rect.y) * rect.width + x - rect.x] = 1;
    });
  }
  const spared = keptVoid(labels, { rect, bits }, idFlags(voidIds(classes)), policy);
  return spared === null ? null : { rect, bits: spared };
}
