import type { PixelMask } from "../core/region";
import type { Dataset, DatasetItem } from "../dataset/types";
import { type Exclusions, excludedIn } from "../review/exclusions";
import type { LintCounts } from "../review/lint/lintCounts";
import type { LintOptions } from "../review/lint/types";
import { hashOf } from "./workStamp";

/** All that a report depends on beside the label. */
export interface LintFrame {
  readonly dataset: Dataset;
  readonly exclusions: Exclusions;
  readonly locked: ReadonlySet<number>;
  readonly options: LintOptions;
}

const framed = new WeakMap<LintFrame, string>();
const masked = new WeakMap<PixelMask, string>();

/** Tells whether what was found in the label of an item would be found the same way now. */
export function lintStamp(frame: LintFrame, item: Pick<DatasetItem, "width" | "height">): string {
  const common = framed.get(frame) ?? textOf(frame);
  framed.set(frame, common);
  const excluded = excludedIn(frame.exclusions, item);
  if (excluded === null) return common;
  const mask = masked.get(excluded) ?? hashOf([excluded.data]);
  masked.set(excluded, mask);
  return `${common} ${mask}`;
}

function textOf({ dataset: { classes, codec }, locked, options }: LintFrame): string {
  const { pinholes, specks, classes: switched } = options;
  const sorted = <T>(values: Iterable<T>): T[] => [...values].sort();
  const parts = [
    classes.map(({ id, color, ignored }) => [id, color, ignored]),
    [codec.indexed, codec.vocColors, codec.colors, codec.offPalette?.id],
    sorted(locked),
    sorted([...switched].map(([name, on]) => `${name} ${on}`)),
  ];
  const codes = Uint16Array.from(JSON.stringify(parts), (sign) => sign.charCodeAt(0));
  // Two hashes of 32 bits: what was found under other classes must not be taken for what would be found now.
  return `1 ${pinholes} ${specks} ${hashOf([codes])}${hashOf([codes.slice().reverse()])}`;
}

/** Whether the counts were made of the item's file, as far as that can be told without reading it. */
export function isOfFile({ size, revision }: LintCounts, { label }: Pick<DatasetItem, "label">): boolean {
  // Of the browser's own copies no revision is known; they are what was opened.
  return size === label.size && (label.revision === undefined || label.revision === revision);
}
