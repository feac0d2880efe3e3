import type { Dataset, DatasetItem } from "../../dataset/types";
import type { DecisionRecord } from "../../document/types";
import {
  buildChanges,
  changesJson,
  handChanges,
  type ImageChanges,
  imageChanges,
  type RegionChange,
} from "../../export/changes";
import type { OpenDocument } from "../tools/types";
import { version } from "../version";

/** What became of one image: decisions on suggestions first, then what was painted by hand. */
export function imageRecord(item: DatasetItem, document: OpenDocument): ImageChanges {
  const { decisions } = document.store.getState();
  const accepted = decisions.filter(({ decision }) => decision === "accepted");
  const byModel = (pixel: number): boolean => {
    const x = pixel % document.width;
    const y = Math.floor(pixel / document.width);
    const id = document.labels.data[pixel];
    return accepted.some(({ to, bounds }) => to === id && inside(bounds, x, y));
  };
  const regions = [...decisions.map(decisionChange), ...handChanges(document.original, document.labels, byModel)];
  const notes = decisions.flatMap(({ note }) => (note === undefined ? [] : [note]));
  return imageChanges(item, document.original, document.labels, { regions, notes });
}

/** changes.json for the given images. */
export function changesFile(dataset: Dataset, images: readonly ImageChanges[]): Uint8Array {
  return changesJson(buildChanges(dataset, images, { generator: `MaskMend ${version}`, created: new Date() }));
}

function decisionChange(record: DecisionRecord): RegionChange {
  const { from, to, area, bounds, decision, confidence, model, ratio, passes } = record;
  return { from, to, area, bounds, source: "model", decision, confidence, model, ratio, passes };
}

function inside({ x, y, width, height }: DecisionRecord["bounds"], px: number, py: number): boolean {
  return px >= x && py >= y && px < x + width && py < y + height;
}
