import type { LabelMap } from "../../core/labelMap";
import { FormatError } from "../errors";
import { editList, memberSpan, parseJson, replaceSpans, rootSpan } from "./jsonText";
import { keepShapes } from "./keepShapes";
import type { Shape } from "./paintShapes";

/**
 * A file of one image's annotations with those replaced that do not fit the edited ids any more. `shapes` are the elements of
 * its list `member`, in order; `write` makes an element of all pixels of an id.
 * @throws FormatError when the file has no such list (it changed since it was opened).
 */
export function rewriteShapeList(
  bytes: Uint8Array,
  member: string,
  shapes: readonly Shape[],
  uncovered: number,
  edited: LabelMap,
  write: (rest: LabelMap, id: number) => unknown,
): Uint8Array {
  const { text } = parseJson(bytes);
  const span = memberSpan(text, rootSpan(text), member);
  if (!span) throw new FormatError("The file changed while it was open.", "Open the data set again.");
  const { kept, rest } = keepShapes(shapes, uncovered, edited);
  const ids = [...new Set(rest.data)].filter((id) => id !== uncovered).sort((a, b) => a - b);
  const added = ids.map((id) => JSON.stringify(write(rest, id)));
  const by = editList(text, span, (i) => !kept[i], added);
  return new TextEncoder().encode(replaceSpans(text, [{ span, by }]));
}
