import { type ClassTable, idFlags, ignoredIds } from "../core/classTable";
import { clipRect, type Rect, rectArea } from "../core/rect";
import { TileCounts } from "../core/tileCounts";
import { maskedIn, type TiledMask } from "../core/tiledMask";
import { forEachTile, tileRect } from "../core/tileGrid";
import type { ImageDocument } from "../document/types";

/** Void that is not rebuilt, of a mask. */
interface VoidCounts {
  readonly classes: ClassTable;
  countIn(rect: Rect): number;
  readonly ofTiles: TileCounts;
}

const known = new WeakMap<TiledMask, VoidCounts>();

/**
 * Pixels to rebuild (`VoidUnderMask.rebuild`) divided by the non-void pixels of a work window, of which void to be rebuilt
 * is one: mask ratios below it cannot be had. Asked again, it looks at tiles that changed, and at those that the window cuts.
 */
export function maskedShare<Proposal>(
  doc: ImageDocument<Proposal>,
  classes: ClassTable,
  rebuild: TiledMask,
  window: Rect,
): number {
  const rect = clipRect(window, doc.width, doc.height);
  const valid = rectArea(rect) - voidIn(doc, classes, rebuild, rect);
  return valid === 0 ? 0 : maskedIn(rebuild, rect) / valid;
}

/** Void pixels of `rect` that are not rebuilt. */
function voidIn<Proposal>(doc: ImageDocument<Proposal>, classes: ClassTable, rebuild: TiledMask, rect: Rect): number {
  const occurring = doc.idCounts();
  if (![...ignoredIds(classes)].some((id) => occurring.has(id))) return 0;
  const before = known.get(rebuild);
  const voids = before?.classes === classes ? before : voidCounts(doc, classes, rebuild);
  known.set(rebuild, voids);
  let sum = 0;
  forEachTile(rebuild.grid, rect, (tile, part) => {
    const isWhole = rectArea(part) === rectArea(tileRect(rebuild.grid, tile));
    // Both only grow: the sum is another when one of them is.
    const stamp = doc.mask.stamps[tile] + rebuild.stamps[tile];
    sum += isWhole ? voids.ofTiles.of(tile, stamp) : voids.countIn(part);
  });
  return sum;
}

function voidCounts<Proposal>(
  { labels: { data, width } }: ImageDocument<Proposal>,
  classes: ClassTable,
  rebuild: TiledMask,
): VoidCounts {
  const isVoid = idFlags(ignoredIds(classes));
  const countIn = ({ x, y, width: columns, height }: Rect): number => {
    let count = 0;
    for (let row = y; row < y + height; row++) {
      const start = row * width + x;
      for (let i = start; i < start + columns; i++) count += isVoid[data[i]] & (rebuild.data[i] ^ 1);
    }
    return count;
  };
  return { classes, countIn, ofTiles: new TileCounts(rebuild.grid, countIn) };
}
