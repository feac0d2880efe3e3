import type { ClassTable } from "../core/classTable";
import type { Components } from "../core/components";
import { emptyRect, intersectRects, isEmptyRect, rectArea, unionRects } from "../core/rect";

import type { Region } from "../core/region";
import type { ProposalTraits } from "../document/types";
import type { ReconstructionResult } from "../reconstruct/types";
import { type ChangeMap, mapChanges, type ReadableDocument } from "./changes";
import { mainClasses, replacedClasses } from "./classShares";
import { type ChangedObject, findObjects } from "./objects";
import { foldRest } from "./queue";
import { onlyReleased } from "./released";
import { isSameRun, LIVE, withoutRelabelled } from "./sets";
import type { Suggestion, SuggestionSet } from "./types";
import type { VoidPolicy } from "./voidUnderMask";

/** What `createDocument` must know of a SuggestionSet. */
export const suggestionTraits: ProposalTraits<SuggestionSet> = {
  name: (set) => set.name,
  rect: (set) => set.confidence.rect,
  version: (set) => set.documentVersion,
  afterChange(set, change) {
    const left = withoutRelabelled(set, change);
    if (set.name !== LIVE) return left;
    // Rebuilt from mask, hints and the label around: all of it is of another state then.
    const isOther = change.rects.some((rect) => !isEmptyRect(intersectRects(rect, set.confidence.rect)));
    return isOther ? onlyReleased(left) : left;
  },
  // A mask has its answer, then as now; the rows of a newer search are not to be lost to an undo.
  continues: (now, then) => now.name === LIVE || isSameRun(now, then),
  buffers: ({ confidence, heat, asked, suggestions }) => [
    confidence.data,
    ...(asked === undefined ? [] : [asked.rebuilt]),
    ...(heat === undefined ? [] : [heat]),
    ...suggestions.flatMap(({ region, ids, whole }) => [
      ...new Set([region.bits, whole?.region.bits ?? region.bits]),
      ...(ids === undefined ? [] : [ids]),
    ]),
  ],
};

/**
 * Reads a result as suggestions: one an object (`findObjects`), the largest first, the smallest folded where there are
 * many. Only masked pixels, never locked classes. Accepted, each pixel gets the model's answer; specks of it that of the
 * object around them.
 */
export function buildSuggestions(
  doc: ReadableDocument<SuggestionSet>,
  classes: ClassTable,
  result: ReconstructionResult,
  voidPolicy?: VoidPolicy,
): SuggestionSet {
  const map = mapChanges(doc, classes, result);
  const { components, objects } = findObjects(map);
  const suggestions = objects.map((object) => suggestionOf(doc, object, components, map, result));
  suggestions.sort((a, b) => b.area - a.area || a.region.rect.y - b.region.rect.y || a.region.rect.x - b.region.rect.x);
  return {
    name: LIVE,
    documentVersion: result.documentVersion,
    ratio: result.ratio,
    passes: result.passes,
    passesDone: result.passesDone,
    model: result.model,
    suggestions: foldRest(suggestions).map((suggestion, id) => ({
      ...suggestion,
      id,
      ...(voidPolicy === undefined ? {} : { voidPolicy }),
    })),
    confidence: { rect: result.rect, data: result.confidence },
    ...(result.reliability === undefined ? {} : { reliability: result.reliability }),
  };
}

function suggestionOf(
  doc: ReadableDocument<SuggestionSet>,
  { members, area }: ChangedObject,
  components: Components,
  map: ChangeMap,
  result: ReconstructionResult,
): Omit<Suggestion, "id"> {
  let bounds = emptyRect;
  for (const member of members.keys()) bounds = unionRects(bounds, components.list[member].bounds);
  const bits = new Uint8Array(rectArea(bounds));
  const ids = new Uint16Array(bits.length);
  const pixels = new Map<number, number>();
  let confidence = 0;
  let other = 0;
  for (const [member, place] of members) {
    const to = map.classes[place];
    pixels.set(to, (pixels.get(to) ?? 0) + components.list[member].area);
    forEachMemberPixel(components, member, (column, row) => {
      const at = (row - bounds.y) * bounds.width + column - bounds.x;
      bits[at] = 1;
      ids[at] = to;
      const r = map.resultRow(row) + column;
      confidence += result.confidence[r];
      other += result.other[r];
    });
  }
  const region: Region = { rect: { ...bounds, x: bounds.x + map.rect.x, y: bounds.y + map.rect.y }, bits };
  return {
    region,
    ...replacedClasses(doc.labels, region),
    to: mainClasses(pixels)[0],
    ...(pixels.size > 1 ? { ids } : {}),
    area,
    confidence: confidence / (255 * area),
    needsHint: other * 2 > area,
    decision: "pending",
  };
}

function forEachMemberPixel(components: Components, member: number, visit: (x: number, y: number) => void): void {
  const { bounds } = components.list[member];
  for (let y = bounds.y; y < bounds.y + bounds.height; y++) {
    for (let x = bounds.x; x < bounds.x + bounds.width; x++) {
      if (components.labels[y * components.rect.width + x] === member) visit(x, y);
    }
  }
}
