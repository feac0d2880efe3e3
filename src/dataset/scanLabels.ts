import { counted } from "../core/counted";
import { isGrey, rgbKey, rgbOfKey } from "../core/palette";
import { isVoidId } from "../formats/classOrder";
import type { PaletteEntry, SeenLabels } from "../formats/layout";
import { type FileError, fileError } from "./errors";
import type { LabelDecoder } from "./labelCoder";
import { oddLabels } from "./oddLabels";
import type { DatasetItem, Problem } from "./types";

/** Enough labels to meet all but the rarest classes, in a second or two. */
const maxFiles = 40;
const maxScannedPixels = 40_000_000;
/** Further ones whose headers say that they may be coded in another way. */
const maxOddFiles = 60;
const maxOddPixels = 20_000_000;

/** What was met, and the labels that turned out unreadable. */
export interface Scan {
  readonly seen: SeenLabels;
  readonly failed: ReadonlyMap<string, FileError>;
  /** Set where labels that may be coded in another way were too many to look at. */
  readonly warning?: Problem;
}

/**
 * Decodes labels spread evenly over the data set, and those of which the headers say that they differ from them, and
 * collects their ids, colours and palettes.
 */
export async function scanLabels(
  items: readonly DatasetItem[],
  decoder: Pick<LabelDecoder, "look">,
  onFile: () => void,
): Promise<Scan> {
  const ids = new Map<number, number>();
  const colors = new Map<number, number>();
  const entries = new Map<number, PaletteEntry>();
  const solid = { ids: new Map<number, number>(), colors: new Map<number, number>() };
  const failed = new Map<string, FileError>();
  const kinds = new Set<string>();
  let transparent = 0;
  const look = async (item: DatasetItem) => {
    try {
      const seen = await decoder.look(await item.label.bytes());
      transparent += seen.transparent ?? 0;
      addCounts(ids, seen.ids);
      kinds.add(kindOf(seen));
      addCounts(colors, seen.colors);
      addCounts(solid.ids, seen.solid?.ids ?? seen.ids);
      addCounts(solid.colors, seen.solid?.colors ?? seen.colors);
      for (const { index, color, count } of seen.entries) {
        const key = index * 0x1000000 + rgbKey(color);
        entries.set(key, { index, color, count: (entries.get(key)?.count ?? 0) + count });
      }
    } catch (error) {
      failed.set(item.key, fileError(item.labelPath, error));
    }
  };
  const sample = spread(items);
  for (const item of sample) {
    await look(item);
    onFile();
  }
  const odd = oddLabels(items, new Set(sample));
  let pixels = 0;
  for (let count = 0; count < maxOddFiles && pixels < maxOddPixels; count += 1) {
    const item = odd.next(entries.values());
    if (item === null) break;
    await look(item);
    pixels += item.width * item.height;
  }
  const left = odd.left(entries.values());
  const isVoidApart = kinds.has("void") && kinds.has("objects") && !kinds.has("both");
  const notes = { ...(transparent > 0 ? { transparent } : {}), ...(isVoidApart ? { isVoidApart } : {}) };
  const seen: SeenLabels = { ids, colors, entries: [...entries.values()], ...notes, solid };
  return { seen, failed, ...(left > 0 ? { warning: notLookedAt(left) } : {}) };
}

function notLookedAt(count: number): Problem {
  const reason = `${counted(count, "more label has a palette or colour type of its own and was", "more labels have palettes or colour types of their own and were")} not looked at.`;
  const remedy = "If indices stand for other classes there, open them by themselves.";
  return { path: "", reason, remedy, severity: "warning" };
}

/** Whether a file holds, besides 0, what is void elsewhere, other ids, or both. */
function kindOf({ ids, colors }: SeenLabels): "void" | "objects" | "both" | "none" {
  const greys = [...colors.keys()].filter((key) => isGrey(rgbOfKey(key))).map((key) => key & 255);
  const used = [...ids.keys(), ...greys].filter((id) => id !== 0);
  const voids = used.filter(isVoidId).length;
  return used.length === 0 ? "none" : voids === 0 ? "objects" : voids === used.length ? "void" : "both";
}

/** At most {@link maxFiles} items at even steps, within the pixel budget. */
export function spread(items: readonly DatasetItem[]): DatasetItem[] {
  const count = Math.min(maxFiles, items.length);
  let pixels = 0;
  return Array.from({ length: count }, (_, i) => items[Math.floor((i * items.length) / count)]).filter((item, i) => {
    pixels += item.width * item.height;
    return i === 0 || pixels <= maxScannedPixels;
  });
}

function addCounts(counts: Map<number, number>, more: ReadonlyMap<number, number>): void {
  for (const [key, count] of more) counts.set(key, (counts.get(key) ?? 0) + count);
}
