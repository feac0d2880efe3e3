import { hashLabels } from "../../core/hashLabels";
import type { LabelMap } from "../../core/labelMap";
import { runsOf, valueRunsOf } from "../../core/runs";
import type { Dataset, DatasetItem } from "../../dataset/types";
import {
  type DecidedImage,
  type DecisionsHeader,
  decisionsSchema,
  type LabelChange,
} from "../../formats/exchange/decisions";
import { jsonLine } from "../../formats/exchange/jsonLines";
import type { OpenDocument } from "../../review/types";
import { version } from "../version";
import { encodeDecision } from "./decisionCodec";

/** The first line: of the classes as they are here. */
export function decisionsHeader({ classes }: Dataset, created: Date): string {
  const header: DecisionsHeader = {
    ...{ schema: decisionsSchema, tool: "MaskMend", version, created: created.toISOString() },
    classes: classes.map(({ id, name, ignored }) => ({ id, name, ignored })),
  };
  return jsonLine(header);
}

/** The line of an image: all that was done to its label since it was opened first, saved or not; null where that is nothing. */
export function decisionsLine(item: DatasetItem, document: OpenDocument, reviewed: boolean): string | null {
  const { original, labels, width, height, store } = document;
  const decisions = store.getState().decisions;
  const change = changeFrom(original, labels);
  if (change.ids.length === 0 && decisions.length === 0 && !reviewed) return null;
  const also = [document.saved(), labels].map((one) => changeFrom(one, labels));
  const others = also.filter(
    ({ labelHash }, i) => [change, ...also].findIndex((one) => one.labelHash === labelHash) > i,
  );
  const image: DecidedImage = {
    ...{ label: item.labelPath, image: item.imagePath, width, height },
    ...change,
    ...(others.length === 0 ? {} : { also: others }),
    decisions: decisions.map(encodeDecision),
    reviewed,
  };
  return jsonLine(image);
}

function changeFrom(before: LabelMap, { data }: LabelMap): LabelChange {
  const bits = Uint8Array.from(data, (id, i) => (id === before.data[i] ? 0 : 1));
  const ids = data.filter((_, i) => bits[i] === 1);
  return { labelHash: hashLabels(before), changed: [...runsOf(bits)], ids: [...valueRunsOf(ids)] };
}
