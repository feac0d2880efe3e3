/**
 * `suggestions.jsonl`, version 1: what a search for errors found in a data set, to be reviewed elsewhere. `python3 -m lmae.find
 * --folder IMAGES LABELS --suggestions FILE` and the app write it, the app reads it.
 *
 * JSON Lines (UTF-8, an object a line): a header, then a line an image. An image has one line. Not one JSON object, since 10,000 images must neither
 * stand in memory at once nor be lost when a run is killed: it goes on by appending, and what is damaged is one line, by number.
 * Members that are not named here are passed over, so that version 1 may grow; what would be read wrongly gets another number.
 *
 * Header: `SuggestionsHeader`. Image: `SuggestedImage`; of its regions `bounds` is [x, y, width, height] in px, and `mask` is
 * COCO's RLE of the whole label: `{"size": [height, width], "counts": ...}` with counts as a list of run lengths or as COCO's
 * compressed string, column by column, zeros first. `pycocotools.mask.decode` takes the compressed form as it is. `ids` are runs
 * [length, id, length, id ...] over the pixels of `mask`, in its order.
 *
 * `labelHash` is FNV-1a, 32 bits, over the ids of the label that was searched, row by row: start with 2166136261, for each id
 * hash = ((hash XOR id) * 16777619) mod 2^32. An id is one step, also above 255.
 */
import { type Rect, rectArea } from "../../core/rect";
import type { Region } from "../../core/region";
import { runsAt, type ValueRuns, valueRunsOf, valuesOf } from "../../core/runs";
import { type CocoRle, decodeCounts, encodeCounts } from "../annotations/cocoRle";
import { isObject } from "../annotations/jsonText";
import { FormatError } from "../errors";
import { type ExchangedClass, type Reader, readClasses, readerOf } from "./fields";
import type { JsonLine } from "./jsonLines";

export const suggestionsSchema = "maskmend-suggestions/1";

type Table = readonly (readonly [confidence: number, right: number])[];

/** How the regions of an image were found; of the header for all images whose line does not say it. */
interface FoundBy {
  readonly model: string;
  /** From this confidence on the model's rules advise to accept, 0..1; null where they say nothing. */
  readonly accept: number | null;
  /** How often regions are right by `confidence`: bins [least confidence, share right], from [0, ...] up; null: not measured. */
  readonly reliability: Table | null;
}

export interface SuggestionsHeader extends FoundBy {
  readonly schema: typeof suggestionsSchema;
  /** What wrote the file, and its version. */
  readonly tool: string;
  readonly version: string;
  /** ISO 8601. */
  readonly created: string;
  /** What the ids mean. */
  readonly classes: readonly ExchangedClass[];
}

export interface SuggestedImage extends Partial<FoundBy> {
  /** Paths relative to the data set, with "/". */
  readonly label: string;
  readonly image: string | null;
  /** Of the label, px. */
  readonly width: number;
  readonly height: number;
  readonly labelHash: number;
  /** Label quality, 0 (certainly wrong) to 1; null where it was not scored. */
  readonly score: number | null;
  /** How likely each pixel is wrong, as `decodeHeat` reads it; absent where that was not written. */
  readonly heat?: string;
  /** The surest first. */
  readonly regions: readonly SuggestedRegion[];
}

export interface SuggestedRegion {
  readonly bounds: readonly [x: number, y: number, width: number, height: number];
  readonly mask: CocoRle;
  /** The most common class in the region now, and the most common it would get. */
  readonly from: number;
  readonly to: number;
  /** The id that each pixel would get; only where that is not `to` everywhere. */
  readonly ids?: readonly number[];
  /** Pixels. */
  readonly area: number;
  /** How often such regions are right, 0..1. */
  readonly confidence: number;
  /** How sure the model's rules were, 0..1. */
  readonly ruleConfidence: number;
  /** The right class is not visible around the region. */
  readonly needsHint: boolean;
  /** What was decided where the file was written. */
  readonly decision: "pending" | "accepted" | "rejected" | "skipped";
}

const decisions: readonly unknown[] = ["pending", "accepted", "rejected", "skipped"];
const remedy = "Write the file again.";
/** More regions of an image are a mistake. */
const maxRegions = 10_000;

/**
 * The first line.
 * @throws FormatError
 */
export function readSuggestionsHeader(line: JsonLine): SuggestionsHeader {
  const reader = readerOf(line, remedy);
  const { value } = line;
  return {
    schema: suggestionsSchema,
    tool: reader.text(value, "tool"),
    version: reader.text(value, "version"),
    created: reader.text(value, "created"),
    model: reader.text(value, "model"),
    accept: reader.shareOrNull(value, "accept"),
    reliability: tableOf(reader, value),
    classes: readClasses(reader, value),
  };
}

/**
 * Any other line. Masks are looked at only by `decodeRegion`: by then it is known that the label is as large as they say.
 * @throws FormatError
 */
export function readSuggestedImage(line: JsonLine): SuggestedImage {
  const reader = readerOf(line, remedy);
  const { value } = line;
  const size = reader.size(value);
  const heat = reader.textOrNull(value, "heat");
  return {
    label: reader.text(value, "label"),
    image: reader.textOrNull(value, "image"),
    ...size,
    labelHash: reader.whole(value, "labelHash", 2 ** 32 - 1),
    score: reader.shareOrNull(value, "score"),
    ...(heat === null ? {} : { heat }),
    ...(value.model === undefined
      ? {}
      : {
          model: reader.text(value, "model"),
          accept: reader.shareOrNull(value, "accept"),
          reliability: tableOf(reader, value),
        }),
    regions: reader.objects(value, "regions", maxRegions).map((one, i) => regionOf(reader, one, size, `regions[${i}]`)),
  };
}

function regionOf(
  reader: Reader,
  one: Readonly<Record<string, unknown>>,
  size: { readonly width: number; readonly height: number },
  place: string,
): SuggestedRegion {
  const { x, y, width, height } = reader.bounds(one, size, place);
  const mask = one.mask;
  if (!isObject(mask)) return reader.fail(`${place}.mask`, "a run-length mask");
  const { counts } = mask;
  const [high, wide, ...more] = reader.numbers(mask, "size", `${place}.mask`);
  if (high !== size.height || wide !== size.width || more.length > 0) {
    reader.fail(`${place}.mask.size`, `[${size.height}, ${size.width}], the label's height and width`);
  }
  const decision = one.decision ?? "pending";
  if (!decisions.includes(decision)) reader.fail(`${place}.decision`, decisions.join(", "));
  return {
    bounds: [x, y, width, height],
    mask: {
      size: [high, wide],
      counts: typeof counts === "string" ? counts : reader.numbers(mask, "counts", `${place}.mask`),
    },
    from: reader.id(one, "from", place),
    to: reader.id(one, "to", place),
    ...(one.ids === undefined ? {} : { ids: reader.numbers(one, "ids", place) }),
    area: reader.whole(one, "area", width * height, place),
    confidence: reader.share(one, "confidence", place),
    ruleConfidence: reader.shareOrNull(one, "ruleConfidence", place) ?? reader.share(one, "confidence", place),
    needsHint: one.needsHint === true,
    decision: decision as SuggestedRegion["decision"],
  };
}

function tableOf(reader: Reader, of: Readonly<Record<string, unknown>>): Table | null {
  const value = of.reliability;
  if (value === undefined || value === null) return null;
  const isShare = (share: unknown) => typeof share === "number" && share >= 0 && share <= 1;
  const isBin = (bin: unknown) => Array.isArray(bin) && bin.length === 2 && bin.every(isShare);
  const isTable = Array.isArray(value) && value.length > 0 && value.every(isBin) && value[0][0] === 0;
  if (!isTable) reader.fail("reliability", "a list of [least confidence, share right], from [0, ...] up");
  return value as Table;
}

/**
 * A region's pixels, and the id that each would get, as large as its bounds. Takes memory and time by bounds and runs.
 * @param size of the label, to which the mask belongs.
 * @throws FormatError where mask, bounds, area and ids do not fit each other.
 */
export function decodeRegion({ bounds, mask, to, ids, area }: SuggestedRegion): {
  readonly region: Region;
  readonly ids: Uint16Array;
} {
  const [x, y, width, height] = bounds;
  const rect: Rect = { x, y, width, height };
  const bits = new Uint8Array(rectArea(rect));
  const each = new Uint16Array(bits.length);
  const values = ids === undefined ? null : valuesOf(ids as unknown as ValueRuns);
  const [rows, columns] = mask.size;
  const counts = typeof mask.counts === "string" ? decodeCounts(mask.counts) : mask.counts;
  let at = 0;
  let found = 0;
  for (const [i, run] of counts.entries()) {
    const end = at + run;
    if (end > rows * columns) throw damaged("runs beyond the label");
    for (; i % 2 === 1 && at < end; at++) {
      const [column, row] = [Math.floor(at / rows) - x, (at % rows) - y];
      if (column < 0 || row < 0 || column >= width || row >= height) throw damaged("pixels beyond its bounds");
      const id = values === null ? to : values.next().value;
      if (id === undefined || id > 65535) throw damaged("another number of ids than of pixels");
      bits[row * width + column] = 1;
      each[row * width + column] = id;
      found++;
    }
    at = end;
  }
  if (at !== rows * columns) throw damaged("runs that do not fill the label");
  if (found !== area || found === 0) throw damaged("another area than it says");
  if (values !== null && values.next().done !== true) throw damaged("another number of ids than of pixels");
  return { region: { rect, bits }, ids: each };
}

function damaged(what: string): FormatError {
  return new FormatError(`A region's mask has ${what}.`, remedy);
}

/** The members that hold a region's pixels, `ids` (as large as its bounds) only where they differ. */
export function encodeRegion(
  { rect, bits }: Region,
  size: { readonly width: number; readonly height: number },
  ids?: Uint16Array,
): Pick<SuggestedRegion, "bounds" | "mask" | "ids" | "area"> {
  const places: number[] = [];
  const values: number[] = [];
  for (let x = 0; x < rect.width; x++) {
    for (let y = 0; y < rect.height; y++) {
      if (bits[y * rect.width + x] === 0) continue;
      places.push((rect.x + x) * size.height + rect.y + y);
      if (ids !== undefined) values.push(ids[y * rect.width + x]);
    }
  }
  const rest = size.width * size.height - ((places.at(-1) ?? -1) + 1);
  const counts = [...runsAt(places), ...(rest > 0 ? [rest] : [])];
  return {
    bounds: [rect.x, rect.y, rect.width, rect.height],
    mask: { size: [size.height, size.width], counts: encodeCounts(counts) },
    ...(ids === undefined ? {} : { ids: [...valueRunsOf(values)] }),
    area: places.length,
  };
}
