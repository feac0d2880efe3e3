import { forEachOn, valuesOf } from "../core/runs";
import type { Dataset, DatasetItem } from "../dataset/types";
import type { DecisionRecord } from "../document/types";
import {
  type ChangesWriter,
  handChanges,
  type ImageChanges,
  imageChanges,
  type RegionChange,
  writeChanges,
} from "../export/changes";
import type { OpenDocument } from "../review/types";
import { version } from "./version";

/** What became of one image: decisions on suggestions first, then what was painted by hand. */
export function imageRecord(item: DatasetItem, document: OpenDocument): ImageChanges {
  const { decisions } = document.store.getState();
  const model = modelPixels(document, decisions);
  const byHand = handChanges(document.original, document.labels, (pixel) => model[pixel] === 1);
  const regions = [...decisions.map(decisionChange), ...byHand];
  const notes = decisions.flatMap(({ note }) => (note === undefined ? [] : [note]));
  return imageChanges(item, document.original, document.labels, { regions, notes });
}

/**
 * Whether the label held an accepted decision already before anything was done to it, as far as that is known: an earlier version
 * saved it, or the decision came to a label that was saved with it. What it changed then cannot be told.
 */
export function heldDecisions({ original, store }: OpenDocument): boolean {
  return store.getState().decisions.some((record) => {
    if (record.decision !== "accepted") return false;
    let [pixels, held] = [0, 0];
    forEachWritten(record, original.width, (pixel, id) => {
      pixels += 1;
      held += original.data[pixel] === id ? 1 : 0;
    });
    return pixels > 0 && held === pixels;
  });
}

/** A new changes.json. */
export function newChanges(dataset: Dataset, created = new Date()): ChangesWriter {
  return writeChanges(dataset, { generator: `MaskMend ${version}`, created });
}

function decisionChange(record: DecisionRecord): RegionChange {
  const { from, to, area, bounds, source, decision, confidence, proposed, pairs, rule, model, ratio, passes } = record;
  const { agreedRatios, by } = record;
  const facts = {
    from,
    to,
    area,
    bounds,
    source,
    decision,
    ...(by === undefined ? {} : { decidedBy: by }),
    confidence,
    ...(rule === undefined ? {} : { rule }),
    ...(proposed === undefined ? {} : { proposed }),
    ...(pairs === undefined ? {} : { pairs }),
  };
  const agreed = agreedRatios === undefined ? {} : { agreedRatios };
  if (source === "model") return { ...facts, model, ratio, ...agreed, passes };
  return { ...facts, model: source === "lint" ? null : model, ratio: null, passes: null };
}

/** 1 where an accepted suggestion wrote the class that is there now. */
function modelPixels({ labels }: OpenDocument, decisions: readonly DecisionRecord[]): Uint8Array {
  const model = new Uint8Array(labels.data.length);
  for (const record of decisions) {
    forEachWritten(record, labels.width, (pixel, id) => {
      if (labels.data[pixel] === id) model[pixel] = 1;
    });
  }
  return model;
}

/** @param width of the label, px. */
function forEachWritten(
  { to, bounds, written, ids }: DecisionRecord,
  width: number,
  visit: (pixel: number, id: number) => void,
): void {
  if (written === undefined) return;
  const values = ids === undefined ? null : valuesOf(ids);
  forEachOn(written, (index) => {
    const pixel = (bounds.y + Math.floor(index / bounds.width)) * width + bounds.x + (index % bounds.width);
    visit(pixel, values?.next().value ?? to);
  });
}
