import { type ClassTable, voidIds } from "../core/classTable";
import type { LabelMap } from "../core/labelMap";
import { forEachPixel, type PixelMask } from "../core/region";
import { replacedClasses } from "./classShares";
import { isUndecided } from "./queue";
import type { OpenDocument, Suggestion, SuggestionSet } from "./types";
import { splitVoid, type VoidPolicy } from "./voidUnderMask";
import { newIds } from "./writing";

/** How the switch for void under the mask stands. */
export interface VoidRule {
  readonly policy: VoidPolicy;
  readonly classes: ClassTable;
}

interface View {
  readonly locked: ReadonlySet<number>;
  readonly policy: VoidPolicy | undefined;
  readonly classes: ClassTable | undefined;
  readonly set: SuggestionSet;
}

/** By the stored set: whatever changes a label under an open suggestion replaces its set. */
const views = new WeakMap<SuggestionSet, View>();

/**
 * A set of the document as it stands now: every open suggestion with just the pixels that accepting it would change. Not of
 * these are locked classes, what has the proposed class by now, and void that the switch says to keep though it was to be
 * filled when the suggestion was made. One that would change nothing has no pixels. The same value where all is as stored.
 */
export function asItStands(doc: OpenDocument, set: SuggestionSet, rule?: VoidRule): SuggestionSet {
  const { locked } = doc.store.getState();
  const known = views.get(set);
  if (known?.locked === locked && known.policy === rule?.policy && known.classes === rule?.classes) return known.set;
  const trim = trimmer(doc, set.suggestions, rule);
  const suggestions = set.suggestions.map((one) => (isUndecided(one) ? trim(one) : one));
  const isSame = suggestions.every((one, i) => one === set.suggestions[i]);
  const view = isSame ? set : { ...set, suggestions };
  views.set(set, { locked, policy: rule?.policy, classes: rule?.classes, set: view });
  return view;
}

/** Reduces suggestions, of which `all` are some, to what accepting them now would change. */
export function trimmer(
  doc: OpenDocument,
  all: readonly Suggestion[],
  rule: VoidRule | undefined,
): (one: Suggestion) => Suggestion {
  const { locked } = doc.store.getState();
  const spared = rule === undefined ? null : sparedVoid(doc.labels, all, rule);
  return (one) => {
    const { rect } = one.region;
    const ids = newIds(one);
    const kept = { locked: 0, void: 0 };
    let area = 0;
    const bits = one.region.bits.map((bit, i) => {
      if (bit === 0) return 0;
      const at = (rect.y + Math.floor(i / rect.width)) * doc.labels.width + rect.x + (i % rect.width);
      const id = doc.labels.data[at];
      if (id === ids[i]) return 0;
      if (locked.has(id) || locked.has(ids[i])) kept.locked++;
      else if (spared?.data[at] === 1) kept.void++;
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
    return { ...facts, region, area, kept, ...replacedClasses(doc.labels, region) };
  };
}

/** Void in suggestions that were made to fill more of it than `rule` does; null where there is none. */
function sparedVoid(labels: LabelMap, all: readonly Suggestion[], { policy, classes }: VoidRule): PixelMask | null {
  // Earlier versions did not note the policy.
  const fillsMore = ({ found, voidPolicy = "fill" }: Suggestion): boolean =>
    found !== true && voidPolicy !== policy && voidPolicy !== "keep";
  const others = policy === "fill" ? [] : all.filter((one) => isUndecided(one) && fillsMore(one));
  if (others.length === 0) return null;
  const { width, height } = labels;
  const mask = { width, height, data: new Uint8Array(width * height) };
  for (const { region } of others) {
    forEachPixel(region, (x, y) => {
      mask.data[y * width + x] = 1;
    });
  }
  const { rebuild } = splitVoid({ labels, mask }, voidIds(classes), policy);
  return { width, height, data: mask.data.map((bit, i) => (bit === 1 && rebuild[i] === 0 ? 1 : 0)) };
}
