import { labelComponents } from "../core/components";
import { emptyRect, intersectRects, rectArea, unionRects } from "../core/rect";
import { hasPixel, type Region } from "../core/region";
import type { FindResult, FoundRegion } from "../find/types";
import { shareRight } from "../model/reliability";
import { mainClasses, replacedClasses } from "./classShares";
import { confidenceOf } from "./confidence";
import { placeOf, rejectedPlaces } from "./feedback";
import { gap, MIN_AREA, PART_AREA, PART_SHARE } from "./objects";
import { foldRest, isUndecided } from "./queue";
import { FOUND } from "./sets";
import type { OpenDocument, Suggestion, SuggestionSet } from "./types";

/** So far from an object, px, a small part still goes with it. */
const NEAR = 16;
/** What is right less often than this is not shown, nor are more objects than a reviewer goes through. */
const LEAST_RIGHT = 0.2;
const MOST_SHOWN = 20;

/**
 * What a search for errors proposes: the connected objects of the found regions that would change anything, the surest
 * first, at most MOST_SHOWN and the last of many folded, and the heat of every pixel. Where it was measured how often such
 * regions are right, that is their confidence: the rules' own is fitted on damaged labels, and 0.97 of it was wrong on clean
 * ones. What was rejected before, and not undone, does not come back. The labels must still be those of the request; the mask may have changed since.
 */
export function findSuggestions(doc: OpenDocument, result: FindResult): SuggestionSet {
  const { reliability: table } = result;
  const right = (confidence: number) => (table === undefined ? confidence : shareRight(table, confidence));
  const calibrated = (confidence: number) => (table === undefined ? confidence : wholePercent(right(confidence)));
  // Of a bin that begins below the rules' threshold not all is above it: the next one is advised.
  const above = table?.find(([least]) => least >= result.accept);
  const advised = table === undefined ? result.accept : above === undefined ? undefined : wholePercent(above[1]);
  const rejected = rejectedPlaces(doc.store.getState().decisions, result.model);
  const regions = result.regions
    .filter(({ confidence }) => right(confidence) >= LEAST_RIGHT)
    .flatMap((region, regionId) => {
      const parts = objectsOf(region);
      return parts.map((part) => (parts.length > 1 ? { ...part, regionId } : part));
    })
    .filter((one) => changesAny(one, doc))
    .map((one) => ({
      ...suggestionOf(one),
      ...("regionId" in one ? { regionId: one.regionId } : {}),
      ...replacedClasses(doc.labels, one.region),
      confidence: calibrated(one.confidence),
    }))
    .filter((one) => !rejected.has(placeOf({ ...one, bounds: one.region.rect })))
    .slice(0, MOST_SHOWN);
  const found = foldRest([...regions, ...carriedOver(doc, result.model, regions)]);
  const suggestions = found.map((suggestion, id) => ({ ...suggestion, id }));
  const everywhere = { rect: { x: 0, y: 0, width: doc.width, height: doc.height }, data: result.heat };
  return {
    name: FOUND,
    documentVersion: doc.store.getState().version,
    ratio: 0,
    passes: 0,
    passesDone: 0,
    model: result.model,
    suggestions,
    confidence: suggestions.length > 0 ? confidenceOf(suggestions) : everywhere,
    heat: result.heat,
    ...(table === undefined
      ? {}
      : { reliability: table.map(([, right], bin) => [bin === 0 ? 0 : wholePercent(right), right]) }),
    ...(found.length > 0 && advised !== undefined ? { advisedThreshold: advised } : {}),
  };
}

/**
 * A region's connected parts, the largest first: far apart they are decided on one by one. A small one goes with the nearest
 * that is not; a speck that lies by itself is given up.
 */
function objectsOf(found: FoundRegion): FoundRegion[] {
  const { region, ids } = found;
  const { rect, bits } = region;
  const map = { width: rect.width, height: rect.height, data: Uint16Array.from(bits) };
  const { labels, list } = labelComponents(map, undefined, 8);
  const parts = [...list.keys()].filter((i) => list[i].id === 1).sort((a, b) => list[b].area - list[a].area);
  if (parts.length < 2) return parts.length === 0 ? [] : [found];
  const objects: number[][] = [];
  for (const part of parts) {
    const { area, bounds } = list[part];
    const isSmall = area < Math.max(PART_AREA, PART_SHARE * list[parts[0]].area);
    const near = objects.filter(([first]) => isSmall && gap(list[first].bounds, bounds) <= NEAR ** 2);
    const nearest = near.sort(([a], [b]) => gap(list[a].bounds, bounds) - gap(list[b].bounds, bounds))[0];
    if (nearest !== undefined) nearest.push(part);
    else if (area >= MIN_AREA || objects.length === 0) objects.push([part]);
  }
  return objects.map((members) => {
    const bounds = members.reduce((all, part) => unionRects(all, list[part].bounds), emptyRect);
    const own = new Set(members);
    const pixels = new Map<number, number>();
    const part = { bits: new Uint8Array(rectArea(bounds)), ids: new Uint16Array(rectArea(bounds)) };
    for (let i = 0; i < part.bits.length; i++) {
      const at = (bounds.y + Math.floor(i / bounds.width)) * rect.width + bounds.x + (i % bounds.width);
      if (!own.has(labels[at])) continue;
      part.bits[i] = 1;
      part.ids[i] = ids[at];
      pixels.set(ids[at], (pixels.get(ids[at]) ?? 0) + 1);
    }
    const area = members.reduce((sum, one) => sum + list[one].area, 0);
    const placed = { ...bounds, x: rect.x + bounds.x, y: rect.y + bounds.y };
    return { ...found, region: { rect: placed, bits: part.bits }, ids: part.ids, to: mainClasses(pixels)[0], area };
  });
}

/**
 * Undecided rows of the list so far that a search after an accept does not find any more, since the accepted part of their region
 * is right now. They stay as long as the label under them is what it was, and nothing new was found there.
 */
function carriedOver(doc: OpenDocument, model: string, found: readonly Pick<Suggestion, "region">[]) {
  const before = doc.store.getState().proposals[FOUND];
  if (before === undefined || before.model !== model) return [];
  const accepted = new Set(
    before.suggestions.flatMap(({ decision, regionId }) =>
      decision === "accepted" && regionId !== undefined ? [regionId] : [],
    ),
  );
  const isLeft = ({ carried, regionId }: Suggestion) =>
    carried === true || (regionId !== undefined && accepted.has(regionId));
  return before.suggestions
    .filter((one) => isUndecided(one) && isLeft(one) && !found.some(({ region }) => meet(region, one.region)))
    .map(({ id, regionId, folded, ...one }) => ({ ...one, carried: true as const }));
}

function meet(a: Region, b: Region): boolean {
  const { x, y, width, height } = intersectRects(a.rect, b.rect);
  for (let row = y; row < y + height; row++) {
    for (let column = x; column < x + width; column++)
      if (hasPixel(a, column, row) && hasPixel(b, column, row)) return true;
  }
  return false;
}

/** Whether a pixel has another class now than it would get. */
function changesAny({ region: { rect, bits }, ids }: FoundRegion, { labels, width }: OpenDocument): boolean {
  return bits.some((bit, i) => {
    const pixel = (rect.y + Math.floor(i / rect.width)) * width + rect.x + (i % rect.width);
    return bit === 1 && labels.data[pixel] !== ids[i];
  });
}

function suggestionOf(found: FoundRegion): Omit<Suggestion, "id"> {
  const { region, ids, from, to, area, confidence, ruleConfidence = confidence, needsHint } = found;
  const isMixed = region.bits.some((bit, i) => bit === 1 && ids[i] !== to);
  const facts = {
    region,
    from,
    to,
    area,
    confidence,
    needsHint,
    decision: "pending",
    found: true,
    ruleConfidence,
  } as const;
  return isMixed ? { ...facts, ids } : facts;
}

/** As thresholds are: the advised one must not lie a fraction above what it is meant to accept. */
function wholePercent(share: number): number {
  return Math.round(100 * share) / 100;
}
