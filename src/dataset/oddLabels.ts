import type { PaletteEntry } from "../formats/layout";
import { holdsColors } from "../formats/raster";
import type { DatasetItem } from "./types";

/** Files of a kind that are looked at before it counts as known. */
const enough = 3;

/** Picks labels out of those not looked at yet, by what their headers say. */
export interface OddLabels {
  /**
   * The next label that may contradict those looked at: of a kind hardly met (RGB among grey), or whose palette gives an
   * index in use another colour than any file did. Null where none is left. Rare kinds take turns.
   */
  next(entries: Iterable<PaletteEntry>): DatasetItem | null;
  /** How many are left that `next` would give. */
  left(entries: Iterable<PaletteEntry>): number;
}

interface Kind {
  readonly model: string;
  readonly palette: string | undefined;
  /** Not looked at. */
  readonly items: DatasetItem[];
  taken: number;
}

/** @param looked the labels that were looked at. */
export function oddLabels(items: readonly DatasetItem[], looked: ReadonlySet<DatasetItem>): OddLabels {
  const kinds = new Map<string, Kind>();
  const met = new Map<string, number>();
  for (const item of items) {
    const model = modelOf(item);
    const palette = item.raster.paletteKey;
    const key = `${model} ${palette ?? ""}`;
    const kind = kinds.get(key) ?? { model, palette, items: [], taken: 0 };
    kinds.set(key, kind);
    if (looked.has(item)) met.set(model, (met.get(model) ?? 0) + 1);
    else kind.items.push(item);
  }
  const waiting = (entries: Iterable<PaletteEntry>) => {
    const known = colorsByIndex(entries);
    return [...kinds.values()].filter(
      ({ model, palette, items: left }) =>
        left.length > 0 && ((met.get(model) ?? 0) < enough || (palette !== undefined && contradicts(palette, known))),
    );
  };
  return {
    next(entries) {
      const [kind] = waiting(entries).sort((a, b) => a.taken - b.taken);
      const item = kind?.items.shift();
      if (!item) return null;
      kind.taken += 1;
      met.set(kind.model, (met.get(kind.model) ?? 0) + 1);
      return item;
    },
    left: (entries) => waiting(entries).reduce((sum, kind) => sum + kind.items.length, 0),
  };
}

function modelOf({ raster }: DatasetItem): string {
  const model = raster.color === "indexed" ? "indexed" : holdsColors(raster) ? "rgb" : "grey";
  return `${model} ${raster.bitDepth > 8 ? 16 : 8}`;
}

/** The colours met at each index, as three characters. */
function colorsByIndex(entries: Iterable<PaletteEntry>): ReadonlyMap<number, ReadonlySet<string>> {
  const known = new Map<number, Set<string>>();
  for (const { index, color } of entries) {
    const own = known.get(index) ?? new Set();
    known.set(index, own.add(String.fromCharCode(...color)));
  }
  return known;
}

function contradicts(palette: string, known: ReadonlyMap<number, ReadonlySet<string>>): boolean {
  return [...known].some(([index, colors]) => {
    const color = palette.slice(3 * index, 3 * index + 3);
    return color !== "" && !colors.has(color);
  });
}
