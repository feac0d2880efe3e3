import type { LabelMap } from "../core/labelMap";
import type { Rect } from "../core/rect";
import type { Dataset, DatasetItem } from "../dataset/types";
import type { Decision } from "../review/types";
import { createTextParts } from "./textParts";

/** One change of class and where it came from. */
export interface RegionChange {
  /** The most common class before and after, where a suggestion held several. */
  readonly from: number;
  readonly to: number;
  /** Pixels. */
  readonly area: number;
  /** The smallest rectangle that holds them. */
  readonly bounds: Rect;
  /**
   * "model": a masked area rebuilt. "lint": what a rule gave another class without the model. "find": what the model found
   * wrong by itself.
   */
  readonly source: "model" | "lint" | "find" | "hand";
  /** Of lint: the rule ("pinholes", "smears" ...). */
  readonly rule?: string;
  /** What an accepted suggestion wrote by old and new class, the most first; only where that is more than one pair. */
  readonly pairs?: readonly { readonly from: number; readonly to: number; readonly area: number }[];
  /** Of suggestions; null where painted by hand. */
  readonly decision: Decision | null;
  /** Who decided; only where a name was set then. */
  readonly decidedBy?: string;
  /** Mean confidence, 0..1; null where the user chose the class. */
  readonly confidence: number | null;
  /** Only where the user gave a suggestion's region another class: what was proposed, and how surely, 0..1. */
  readonly proposed?: { readonly to: number; readonly confidence: number | null };
  readonly model: string | null;
  /** Mask ratio, 0..1; 0: the mask alone. Null like `passes` where no mask was rebuilt. */
  readonly ratio: number | null;
  /** Only where answers at several mask ratios agreed on every pixel: which. `confidence` is that of the least sure. */
  readonly agreedRatios?: readonly number[];
  readonly passes: number | null;
}

/** What became of one image. */
export interface ImageChanges {
  readonly label: string;
  readonly image: string | null;
  readonly width: number;
  readonly height: number;
  /** Pixels whose id differs from the file's. */
  readonly changedPixels: number;
  readonly regions: readonly RegionChange[];
  /** The names of those who accepted something in it, by alphabet, joined with ", "; null where none is known. */
  readonly acceptedBy: string | null;
  readonly notes: readonly string[];
  /** Other forms of the same annotation, left as they were: out of date if anything changed. */
  readonly stale: readonly string[];
}

/** changes.json: the provenance of an export. */
export interface ChangesFile {
  readonly schema: "maskmend-changes/1";
  readonly generator: string;
  /** ISO 8601. */
  readonly created: string;
  readonly dataset: { readonly name: string; readonly layout: string };
  readonly classes: readonly { readonly id: number; readonly name: string; readonly ignored: boolean }[];
  readonly images: readonly ImageChanges[];
  /** Labels that were to be exported and are not, and why; absent where there are none. */
  readonly notExported?: readonly NotExported[];
}

/** A label that is missing in an export. */
export interface NotExported {
  readonly label: string;
  readonly reason: string;
}

/**
 * What differs between a file's label and the edited one, one entry a pair of old and new class, largest first. Changes
 * a model brought are among them: give `except` the pixels that are already accounted for.
 * @throws RangeError when sizes differ.
 */
export function handChanges(before: LabelMap, after: LabelMap, except?: (pixel: number) => boolean): RegionChange[] {
  if (before.data.length !== after.data.length || before.width !== after.width) {
    throw new RangeError(
      `Labels of ${before.width}x${before.height} and ${after.width}x${after.height} px differ in size`,
    );
  }
  const pairs = new Map<number, { area: number; x0: number; y0: number; x1: number; y1: number }>();
  for (let i = 0; i < before.data.length; i += 1) {
    if (before.data[i] === after.data[i] || except?.(i)) continue;
    const key = before.data[i] * 65536 + after.data[i];
    const x = i % before.width;
    const y = Math.floor(i / before.width);
    const pair = pairs.get(key) ?? { area: 0, x0: x, y0: y, x1: x, y1: y };
    pair.area += 1;
    pair.x0 = Math.min(pair.x0, x);
    pair.x1 = Math.max(pair.x1, x);
    pair.y1 = y;
    pairs.set(key, pair);
  }
  return [...pairs]
    .map(
      ([key, { area, x0, y0, x1, y1 }]): RegionChange => ({
        from: Math.floor(key / 65536),
        to: key % 65536,
        area,
        bounds: { x: x0, y: y0, width: x1 - x0 + 1, height: y1 - y0 + 1 },
        source: "hand",
        decision: null,
        confidence: null,
        model: null,
        ratio: null,
        passes: null,
      }),
    )
    .sort((a, b) => b.area - a.area);
}

/** What became of one item, from its label before and after. */
export function imageChanges(
  item: DatasetItem,
  before: LabelMap,
  after: LabelMap,
  record: { regions: readonly RegionChange[]; notes?: readonly string[] },
): ImageChanges {
  const changedPixels = before.data.reduce((sum, id, i) => sum + (id === after.data[i] ? 0 : 1), 0);
  return {
    label: item.labelPath,
    image: item.imagePath,
    width: item.width,
    height: item.height,
    changedPixels,
    regions: record.regions,
    acceptedBy: acceptedBy(record.regions),
    notes: record.notes ?? [],
    stale: changedPixels > 0 ? item.companions : [],
  };
}

function acceptedBy(regions: readonly RegionChange[]): string | null {
  const names = regions.flatMap(({ decision, decidedBy }) => (decision === "accepted" ? (decidedBy ?? []) : []));
  return names.length === 0 ? null : [...new Set(names)].sort().join(", ");
}

/** changes.json being written. */
export interface ChangesWriter {
  /** Images in the data set's order. */
  add(image: ImageChanges): void;
  /** The whole file, to go beside the labels. */
  end(notExported?: readonly NotExported[]): Blob;
}

/** Writes changes.json image by image: the records of thousands take no room in memory. */
export function writeChanges(
  dataset: Dataset,
  made: { readonly generator: string; readonly created: Date },
): ChangesWriter {
  const head: Omit<ChangesFile, "images"> = {
    schema: "maskmend-changes/1",
    generator: made.generator,
    created: made.created.toISOString(),
    dataset: { name: dataset.name, layout: dataset.layout },
    classes: dataset.classes.map(({ id, name, ignored }) => ({ id, name, ignored })),
  };
  const text = createTextParts();
  let count = 0;
  text.add(`${JSON.stringify(head, null, 2).slice(0, -2)},\n  "images": [`);
  return {
    add(image) {
      text.add(`${count === 0 ? "" : ","}\n    ${indented(image, 4)}`);
      count += 1;
    },
    end(notExported = []) {
      text.add(count === 0 ? "]" : "\n  ]");
      if (notExported.length > 0) text.add(`,\n  "notExported": ${indented(notExported, 2)}`);
      text.add("\n}\n");
      return text.blob();
    },
  };
}

function indented(value: unknown, by: number): string {
  return JSON.stringify(value, null, 2).replaceAll("\n", `\n${" ".repeat(by)}`);
}
