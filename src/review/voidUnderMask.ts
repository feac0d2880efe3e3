import { type ClassTable, idFlags, voidIds } from "../core/classTable";
import { labelComponents } from "../core/components";
import { createLabelMap, type LabelMap } from "../core/labelMap";
import { nearestKnown } from "../core/nearest";
import { clipRect, growRect, type Rect, rectArea, unionRects } from "../core/rect";
import type { Region } from "../core/region";
import { copiedMask, type TiledMask } from "../core/tiledMask";
import { forEachTile, type TileGrid, tileRect } from "../core/tileGrid";
import type { ImageDocument } from "../document/types";

/**
 * What becomes of void pixels under the mask: "keep" and "fill" mean all of them; "auto" keeps thin borders and fills
 * regions.
 */
export const voidPolicies = ["auto", "keep", "fill"] as const;
export type VoidPolicy = (typeof voidPolicies)[number];

/** Void up to twice this many px wide is a border, as Pascal VOC draws it around objects. */
const HALF_BORDER = 4;
/** Where borders bend or meet they are wider, but over less than this, px. */
const LEAST_WIDE = 16;
/** A region is filled up to its rim: so far from where it is wide, px. */
const RIM = 2 * HALF_BORDER;
/**
 * What becomes of a pixel depends on masked void no farther away than this, px: it is filled from a wide pixel at most RIM
 * away, which counts if it is connected to LEAST_WIDE of them, and so to as many within that distance.
 */
const REACH = RIM + LEAST_WIDE;

export interface VoidUnderMask {
  /** What is to be rebuilt: the mask without void that is kept. It follows the document once that is asked about again. */
  readonly rebuild: TiledMask;
  /** Void pixels under the mask that are kept. */
  readonly kept: number;
  /** Tiles that were split to tell: those around what changed since it was asked last. */
  readonly split: number;
}

type Masked = Pick<ImageDocument<unknown>, "labels" | "mask" | "store">;

/** The mask of a document, split once and kept up to date: several parts of the app ask for it after each change. */
interface Split {
  readonly classes: ClassTable;
  readonly policy: VoidPolicy;
  readonly isVoid: Uint8Array;
  /** Stamps of the mask's tiles as they were split; null before that. */
  stamps: Uint32Array | null;
  /** Pixels kept in each tile. */
  readonly kept: Uint16Array;
  /** The mask without them; made once there are any. */
  rebuild: TiledMask | null;
  version: number;
  answer: VoidUnderMask;
}

const splits = new WeakMap<object, Split>();

/**
 * Splits the mask by `policy`. With "auto", masked void pixels that lie more than HALF_BORDER px from every other label are
 * wide, where at least LEAST_WIDE of them are connected; what is at most RIM steps from these, over masked void pixels, is
 * filled (both 8-connected). So a border is kept wherever it runs, at a region's side too, and so is the rim of a region
 * that the mask only grazes; a region is filled to its rim. Beyond the image's edge nothing is void: a strip along it is a
 * border. Locked, all of it is kept, whatever the policy.
 */
export function voidUnderMask(doc: Masked, classes: ClassTable, wanted: VoidPolicy): VoidUnderMask {
  const { version, maskedPixels, locked } = doc.store.getState();
  const ids = [...voidIds(classes)];
  const policy = ids.length > 0 && ids.every((id) => locked.has(id)) ? "keep" : wanted;
  if (maskedPixels === 0 || policy === "fill") return { rebuild: doc.mask, kept: 0, split: 0 };
  const before = splits.get(doc);
  const isSame = before?.classes === classes && before.policy === policy;
  if (isSame && before.version === version) return before.answer;
  const split = isSame ? before : newSplit(doc.mask, classes, policy);
  splits.set(doc, split);
  const tiles = outdatedTiles(doc.mask, split);
  for (const run of tileRuns(doc.mask.grid, tiles)) splitRun(split, doc, run);
  split.stamps = doc.mask.stamps.slice();
  split.version = version;
  const kept = split.kept.reduce((sum, pixels) => sum + pixels, 0);
  split.answer = { rebuild: kept === 0 ? doc.mask : (split.rebuild ?? doc.mask), kept, split: tiles.length };
  return split.answer;
}

function newSplit(mask: TiledMask, classes: ClassTable, policy: VoidPolicy): Split {
  const kept = new Uint16Array(mask.grid.count);
  const answer = { rebuild: mask, kept: 0, split: 0 };
  return { classes, policy, isVoid: idFlags(voidIds(classes)), stamps: null, kept, rebuild: null, version: -1, answer };
}

/** Tiles that changed and those around them (REACH is less than a tile), as far as they hold any of the mask, or did. In order. */
function outdatedTiles({ grid, areas, stamps }: TiledMask, { stamps: seen, rebuild }: Split): number[] {
  const isOutdated = new Uint8Array(grid.count);
  for (let tile = 0; tile < grid.count; tile++) {
    if (seen?.[tile] === stamps[tile]) continue;
    forEachTile(grid, clipRect(growRect(tileRect(grid, tile), REACH), grid.width, grid.height), (near) => {
      if (areas[near] > 0 || (rebuild !== null && rebuild.areas[near] > 0)) isOutdated[near] = 1;
    });
  }
  const tiles: number[] = [];
  for (let tile = isOutdated.indexOf(1); tile >= 0; tile = isOutdated.indexOf(1, tile + 1)) tiles.push(tile);
  return tiles;
}

/** Rectangles of tiles side by side. */
function tileRuns(grid: TileGrid, tiles: readonly number[]): Rect[] {
  const runs: Rect[] = [];
  let last = -2;
  for (const tile of tiles) {
    const rect = tileRect(grid, tile);
    if (tile === last + 1 && rect.x > 0) runs.push(unionRects(runs.pop() ?? rect, rect));
    else runs.push(rect);
    last = tile;
  }
  return runs;
}

/** Splits the mask anew inside a rectangle of whole tiles. */
function splitRun(split: Split, { labels, mask }: Masked, run: Rect): void {
  const around = clipRect(growRect(run, REACH), mask.width, mask.height);
  const bits = new Uint8Array(rectArea(around));
  for (let row = 0; row < around.height; row++) {
    const start = (around.y + row) * mask.width + around.x;
    bits.set(mask.data.subarray(start, start + around.width), row * around.width);
  }
  const kept = keptVoid(labels, { rect: around, bits }, split.isVoid, split.policy);
  if (kept !== null) split.rebuild ??= copiedMask(mask);
  const { rebuild } = split;
  forEachTile(mask.grid, run, (tile, { x, y, width, height }) => {
    let count = 0;
    for (let row = y; row < y + height; row++) {
      let at = (row - around.y) * around.width + x - around.x;
      for (let i = row * mask.width + x; i < row * mask.width + x + width; i++, at++) {
        const isKept = kept === null ? 0 : kept[at];
        count += isKept;
        if (rebuild !== null) rebuild.data[i] = bits[at] ^ isKept;
      }
    }
    split.kept[tile] = count;
    if (rebuild === null) return;
    rebuild.areas[tile] = mask.areas[tile] - count;
    rebuild.stamps[tile] += 1;
  });
}

/**
 * The void pixels of a masked region that are kept, 1 for each, as large as region.rect; null where there are none. Inside the
 * image, and as if nothing else was masked.
 */
export function keptVoid(
  labels: LabelMap,
  { rect, bits }: Region,
  isVoid: Uint8Array,
  policy: VoidPolicy,
): Uint8Array | null {
  if (policy === "fill") return null;
  const { width } = rect;
  const idAt = (at: number) => labels.data[(rect.y + Math.floor(at / width)) * labels.width + rect.x + (at % width)];
  const masked: number[] = [];
  for (let at = bits.indexOf(1); at >= 0; at = bits.indexOf(1, at + 1)) if (isVoid[idAt(at)] === 1) masked.push(at);
  if (masked.length === 0) return null;
  const kept = new Uint8Array(bits.length);
  for (const at of masked) kept[at] = 1;
  if (policy === "keep") return kept;
  let front = wideIn(labels, isVoid, masked, rect);
  for (const at of front) kept[at] = 0;
  for (let step = 0; step < RIM && front.length > 0; step++) {
    const next: number[] = [];
    for (const at of front) {
      const x = at % width;
      for (let dy = -width; dy <= width; dy += width) {
        for (let dx = x > 0 ? -1 : 0; dx <= (x + 1 < width ? 1 : 0); dx++) {
          if (kept[at + dy + dx] !== 1) continue;
          kept[at + dy + dx] = 0;
          next.push(at + dy + dx);
        }
      }
    }
    front = next;
  }
  return kept;
}

/** Those of the void pixels `masked` of `area` that are wide. Pixels count from its corner. */
function wideIn(labels: LabelMap, isVoid: Uint8Array, masked: readonly number[], area: Rect): number[] {
  const { data, width, height } = labels;
  const bounds = boundsOf(masked, area.width);
  const rect = growRect({ ...bounds, x: area.x + bounds.x, y: area.y + bounds.y }, HALF_BORDER + 1);
  const other = new Uint8Array(rectArea(rect)).fill(1);
  for (let y = Math.max(0, rect.y); y < Math.min(height, rect.y + rect.height); y++) {
    for (let x = Math.max(0, rect.x); x < Math.min(width, rect.x + rect.width); x++) {
      if (isVoid[data[y * width + x]] === 1) other[(y - rect.y) * rect.width + x - rect.x] = 0;
    }
  }
  const { distanceSquared } = nearestKnown(other, rect.width, rect.height);
  const [left, top] = [area.x - rect.x, area.y - rect.y];
  const placeOf = (at: number) => (Math.floor(at / area.width) + top) * rect.width + (at % area.width) + left;
  const wide = createLabelMap(rect.width, rect.height);
  for (const at of masked.map(placeOf)) {
    if (distanceSquared[at] < 0 || distanceSquared[at] > HALF_BORDER ** 2) wide.data[at] = 1;
  }
  const { labels: numbers, list } = labelComponents(wide, undefined, 8);
  return masked.filter((at) => {
    const { id, area: size } = list[numbers[placeOf(at)]];
    return id === 1 && size >= LEAST_WIDE;
  });
}

function boundsOf(pixels: readonly number[], width: number): Rect {
  let [left, right] = [width, 0];
  for (const i of pixels) {
    left = Math.min(left, i % width);
    right = Math.max(right, i % width);
  }
  const top = Math.floor(pixels[0] / width);
  const bottom = Math.floor(pixels[pixels.length - 1] / width);
  return { x: left, y: top, width: right - left + 1, height: bottom - top + 1 };
}
