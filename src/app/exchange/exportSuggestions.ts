import { hashLabels } from "../../core/hashLabels";
import type { Dataset, DatasetItem } from "../../dataset/types";
import { searchedSize } from "../../find/tiles";
import { encodeHeat } from "../../formats/exchange/heat";
import { jsonLine } from "../../formats/exchange/jsonLines";
import {
  encodeRegion,
  type SuggestedImage,
  type SuggestedRegion,
  type SuggestionsHeader,
  suggestionsSchema,
} from "../../formats/exchange/suggestions";
import { FOUND } from "../../review/sets";
import type { OpenDocument, Suggestion } from "../../review/types";
import { version } from "../version";

/** How regions were found, and how they are to be read. */
export type FoundBy = Pick<SuggestionsHeader, "model" | "accept" | "reliability">;

/** Null where nobody searched the image. */
export function foundBy(document: OpenDocument): FoundBy | null {
  const set = document.store.getState().proposals[FOUND];
  if (set === undefined) return null;
  return { model: set.model, accept: set.advisedThreshold ?? null, reliability: set.reliability ?? null };
}

/**
 * The first line: of the classes as they are here. How regions were found is said by each image, since it may have been several
 * models; `how` is what the first of them says.
 */
export function suggestionsHeader({ classes }: Dataset, created: Date, how: FoundBy): string {
  const header: SuggestionsHeader = {
    ...{ schema: suggestionsSchema, tool: "MaskMend", version, created: created.toISOString(), ...how },
    classes: classes.map(({ id, name, ignored }) => ({ id, name, ignored })),
  };
  return jsonLine(header);
}

/**
 * The line of an image: what was found in it and still stands, decided or not; null where nobody searched it. "unknown": in which
 * label it was found is not known, for an earlier version searched it and it was changed before or since.
 */
export function suggestionsLine(
  item: DatasetItem,
  document: OpenDocument,
  score: number | null,
): string | "unknown" | null {
  const { proposals, changedPixels } = document.store.getState();
  const set = proposals[FOUND];
  const how = foundBy(document);
  if (set === undefined || how === null) return null;
  if (set.labelHash === undefined && changedPixels > 0) return "unknown";
  const { width, height } = document;
  const { heat } = set;
  const image: SuggestedImage = {
    ...{ label: item.labelPath, image: item.imagePath, width, height, score },
    labelHash: set.labelHash ?? hashLabels(document.original),
    ...(heat === undefined ? {} : { heat: encodeHeat(heat, document, searchedSize(width, height)) }),
    ...how,
    regions: set.suggestions.map((one) => regionOf(one, document)),
  };
  return jsonLine(image);
}

function regionOf(suggestion: Suggestion, size: OpenDocument): SuggestedRegion {
  // As it was found, before a newer answer covered some of it.
  const { region, ids, from, to, confidence, ruleConfidence = confidence, needsHint } = suggestion.whole ?? suggestion;
  const { decision } = suggestion;
  return { ...encodeRegion(region, size, ids), from, to, confidence, ruleConfidence, needsHint, decision };
}
