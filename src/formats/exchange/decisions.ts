/**
 * `decisions.jsonl`, version 1: what was decided and painted in a data set, so that several people can share one and put their
 * work together. The app writes and reads it.
 *
 * JSON Lines (UTF-8, an object a line) as `suggestions.jsonl` is: a header (`DecisionsHeader`), then a line (`DecidedImage`) for
 * each image that was worked on, one each. Members that are not named here are passed over, so that version 1 may grow; what would be read
 * wrongly gets another number.
 *
 * `labelHash` is that of `suggestions.jsonl`, of the label as the file held it when it was opened first, before anything was saved. `changed` and `ids` are the
 * exact difference from it: run lengths over all pixels row by row, unchanged ones first, and runs [length, id, length, id ...]
 * over those that changed, in the same order. Ids are those of the header's classes. `also` says the same label as a difference
 * from others that somebody may hold: the one that was last saved, and itself.
 */

import { areValueRuns, type ExchangedDecision, readDecision, sum } from "./decisionRecord";
import { type ExchangedClass, type Reader, readClasses, readerOf } from "./fields";
import type { JsonLine } from "./jsonLines";

export const decisionsSchema = "maskmend-decisions/1";

export interface DecisionsHeader {
  readonly schema: typeof decisionsSchema;
  /** What wrote the file, and its version. */
  readonly tool: string;
  readonly version: string;
  /** ISO 8601. */
  readonly created: string;
  /** What the ids mean. */
  readonly classes: readonly ExchangedClass[];
}

/** A label as a difference from another. */
export interface LabelChange {
  readonly labelHash: number;
  readonly changed: readonly number[];
  readonly ids: readonly number[];
}

export interface DecidedImage extends LabelChange {
  /** Paths relative to the data set, with "/". */
  readonly label: string;
  readonly image: string | null;
  /** Of the label, px. */
  readonly width: number;
  readonly height: number;
  readonly also?: readonly LabelChange[];
  /** Oldest first. */
  readonly decisions: readonly ExchangedDecision[];
  /** Somebody marked it as done. */
  readonly reviewed: boolean;
}

const remedy = "Export the decisions again.";
/** More decisions on one image are a mistake. */
const maxDecisions = 100_000;
const maxOthers = 16;

/**
 * The first line.
 * @throws FormatError
 */
export function readDecisionsHeader(line: JsonLine): DecisionsHeader {
  const reader = readerOf(line, remedy);
  const { value } = line;
  return {
    schema: decisionsSchema,
    tool: reader.text(value, "tool"),
    version: reader.text(value, "version"),
    created: reader.text(value, "created"),
    classes: readClasses(reader, value),
  };
}

/**
 * Any other line. Runs are known to fit the size it says, which takes time by their number; nothing as large as it is made.
 * @throws FormatError
 */
export function readDecidedImage(line: JsonLine): DecidedImage {
  const reader = readerOf(line, remedy);
  const { value } = line;
  const size = reader.size(value);
  const also =
    value.also === undefined
      ? []
      : reader.objects(value, "also", maxOthers).map((one, i) => readChange(reader, one, size, `also[${i}]`));
  return {
    label: reader.text(value, "label"),
    image: reader.textOrNull(value, "image"),
    ...size,
    ...readChange(reader, value, size, ""),
    ...(also.length === 0 ? {} : { also }),
    decisions: reader
      .objects(value, "decisions", maxDecisions)
      .map((one, i) => readDecision(reader, one, size, `decisions[${i}]`)),
    reviewed: value.reviewed === true,
  };
}

function readChange(
  reader: Reader,
  value: JsonLine["value"],
  { width, height }: Pick<DecidedImage, "width" | "height">,
  place: string,
): LabelChange {
  const changed = reader.numbers(value, "changed", place);
  const ids = reader.numbers(value, "ids", place);
  const named = (member: string): string => (place === "" ? member : `${place}.${member}`);
  if (sum(changed) !== width * height) reader.fail(named("changed"), "runs that fill the label");
  if (!areValueRuns(ids, sum(changed.filter((_, i) => i % 2 === 1)))) {
    reader.fail(named("ids"), "runs of ids, one for each changed pixel");
  }
  return { labelHash: reader.whole(value, "labelHash", 2 ** 32 - 1, place), changed, ids };
}
