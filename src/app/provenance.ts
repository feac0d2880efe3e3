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

/** A new changes.json. */
export function newChanges(dataset: Dataset, created = new Date()): ChangesWriter {
  return writeChanges(dataset, { generator: `MaskMend ${version}`, created });
}

function decisionChange(record: DecisionRecord): RegionChange {
  const { from, to, area, bounds, source, decision, confidence, proposed, pairs, rule, model, ratio, passes } = record;
  const { agreedRatios } = record;
  const facts = {
    from,
    to,
    area,
    bounds,
    source,
    decision,
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
  for (const { to, bounds, written, ids } of decisions) {
    if (written === undefined) continue;
    const values = ids === undefined ? null : valuesOf(ids);
    forEachOn(written, (index) => {
      const pixel = (bounds.y + Math.floor(index / bounds.width)) * labels.width + bounds.x + (index % bounds.width);
      if (labels.data[pixel] === (values?.next().value ?? to)) model[pixel] = 1;
    });
  }
  return model;
}
