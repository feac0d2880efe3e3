import type { ClassTable } from "../core/classTable";
import type { Components } from "../core/components";
import { emptyRect, type Rect, rectArea, unionRects } from "../core/rect";
import type { Region } from "../core/region";
import type { ProposalTraits } from "../document/types";
import type { ReconstructionResult } from "../reconstruct/types";
import { type ChangeMap, mapChanges, type ReadableDocument } from "./changes";
import { type Group, groupChanges } from "./groups";
import type { Suggestion, SuggestionSet } from "./types";

/** What `createDocument` must know of a SuggestionSet. */
export const suggestionTraits: ProposalTraits<SuggestionSet> = {
  rect: (set) => set.confidence.rect,
  version: (set) => set.documentVersion,
  buffers: ({ confidence, heat, suggestions }) => [
    confidence.data,
    ...(heat === undefined ? [] : [heat]),
    ...suggestions.flatMap(({ region, ids }) => (ids === undefined ? [region.bits] : [region.bits, ids])),
  ],
};

export interface SuggestionOptions {
  /** Also propose classes for void pixels under the mask; by default they are kept. */
  readonly fillVoid?: boolean;
}

/**
 * Reads a result as suggestions: one connected region of one old -> new pair each, the largest first, regions
 * under 16 px joined to a neighbour. Only masked pixels, never locked classes. All of a region becomes `to`.
 */
export function buildSuggestions(
  doc: ReadableDocument<SuggestionSet>,
  classes: ClassTable,
  result: ReconstructionResult,
  options: SuggestionOptions = {},
): SuggestionSet {
  const map = mapChanges(doc, classes, result, options.fillVoid ?? false);
  const { components, groups } = groupChanges(map);
  const suggestions = groups.map((group) => suggestionOf(group, components, map, result));
  suggestions.sort((a, b) => b.area - a.area || a.region.rect.y - b.region.rect.y || a.region.rect.x - b.region.rect.x);
  return {
    documentVersion: result.documentVersion,
    ratio: result.ratio,
    passes: result.passes,
    passesDone: result.passesDone,
    model: result.model,
    suggestions: suggestions.map((suggestion, id) => ({ ...suggestion, id })),
    confidence: { rect: result.rect, data: result.confidence },
  };
}

function suggestionOf(
  group: Group,
  components: Components,
  map: ChangeMap,
  result: ReconstructionResult,
): Omit<Suggestion, "id"> {
  let bounds = emptyRect;
  for (const member of group.members) bounds = unionRects(bounds, boundsOf(components, member));
  const bits = new Uint8Array(rectArea(bounds));
  let confidence = 0;
  let other = 0;
  for (const member of group.members) {
    forEachMemberPixel(components, member, (column, row) => {
      bits[(row - bounds.y) * bounds.width + column - bounds.x] = 1;
      const r = map.resultRow(row) + column;
      confidence += result.confidence[r];
      other += result.other[r];
    });
  }
  const region: Region = { rect: { ...bounds, x: bounds.x + map.rect.x, y: bounds.y + map.rect.y }, bits };
  return {
    region,
    from: group.from,
    to: group.to,
    area: group.area,
    confidence: confidence / (255 * group.area),
    needsHint: other * 2 > group.area,
    decision: "pending",
  };
}

function boundsOf(components: Components, member: number): Rect {
  return components.list[member].bounds;
}

function forEachMemberPixel(components: Components, member: number, visit: (x: number, y: number) => void): void {
  const bounds = boundsOf(components, member);
  for (let y = bounds.y; y < bounds.y + bounds.height; y++) {
    for (let x = bounds.x; x < bounds.x + bounds.width; x++) {
      if (components.labels[y * components.rect.width + x] === member) visit(x, y);
    }
  }
}
