import { hashLabels } from "../../core/hashLabels";
import { runsOf, valueRunsOf } from "../../core/runs";
import type { Dataset, DatasetItem } from "../../dataset/types";
import { type DecidedImage, type DecisionsHeader, decisionsSchema } from "../../formats/exchange/decisions";
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

/** The line of an image: all that was done to its label since it was opened; null where that is nothing. */
export function decisionsLine(item: DatasetItem, document: OpenDocument, reviewed: boolean): string | null {
  const { original, labels, width, height, store } = document;
  const decisions = store.getState().decisions;
  const bits = Uint8Array.from(labels.data, (id, i) => (id === original.data[i] ? 0 : 1));
  const ids = labels.data.filter((_, i) => bits[i] === 1);
  if (ids.length === 0 && decisions.length === 0 && !reviewed) return null;
  const image: DecidedImage = {
    ...{ label: item.labelPath, image: item.imagePath, width, height, labelHash: hashLabels(original) },
    ...{ changed: [...runsOf(bits)], ids: [...valueRunsOf(ids)] },
    decisions: decisions.map(encodeDecision),
    reviewed,
  };
  return jsonLine(image);
}
