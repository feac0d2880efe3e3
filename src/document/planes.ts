import { idCountsOf, listedIds } from "../core/countIds";
import type { LabelMap } from "../core/labelMap";
import { clipRect, emptyRect, isEmptyRect, type Rect, unionRects } from "../core/rect";
import { emptyTiledMask, type TiledMask } from "../core/tiledMask";
import { forEachTile, type TileGrid, tileRect } from "../core/tileGrid";

/** The rasters under history, in the order of their number in a diff. */
export const planeNames = ["labels", "mask", "hints", "beneath"] as const;

export interface TileCopy {
  readonly labels: Uint16Array;
  readonly mask: Uint8Array;
  readonly hints: Uint8Array;
  readonly beneath: Uint16Array;
}

/** Tiles as they were before a step first changed them. */
export type Captures = Map<number, TileCopy>;

/** Numbers kept up to date with every pixel written. */
interface PlaneCounts {
  masked: number;
  hints: number;
  changed: number;
}

/** A document's live rasters; every write goes through here so that the counts stay right. */
export interface Planes {
  readonly grid: TileGrid;
  readonly original: LabelMap;
  readonly labels: LabelMap;
  readonly mask: TiledMask;
  readonly hints: TiledMask;
  /**
   * At a hint 1 + the id that taking it back restores (65535 wraps to 0); 0: the file's, as in work kept before this was known.
   * 0 where there is no hint. It is no difference from the original, which is another one after saving and a reload.
   */
  readonly beneath: LabelMap;
  readonly counts: Readonly<PlaneCounts>;
  /** Tiles changed at any time since the start. */
  readonly touched: ReadonlySet<number>;
  /** Pixels of each id: counted once, then kept up to date. */
  idCounts(): ReadonlyMap<number, number>;
  /** Writes in one tile: `write` returns the tight rectangle of what it wrote. All writing happens in here. */
  inTile(tile: number, write: () => Rect): Rect;
  setLabel(index: number, id: number): void;
  setMask(index: number, bit: number): void;
  setHint(index: number, bit: number): void;
  setBeneath(index: number, value: number): void;
  /**
   * Visits the pixels of `rect`, tile by tile. Where `wants` holds, `write` is called, after the tile was copied
   * into `captures` if it was not yet. Returns the tight rectangle written in each tile.
   */
  rewrite(rect: Rect, captures: Captures, wants: Pick, write: Write): Rect[];
  /** A tile as it is now. */
  copyOf(tile: number): TileCopy;
}

type Pick = (index: number, x: number, y: number) => boolean;
type Write = (index: number, x: number, y: number) => void;

/** @param known pixels of each id in `original`, where they were counted already. */
export function createPlanes(original: LabelMap, known?: ReadonlyMap<number, number>): Planes {
  const { width, height } = original;
  const labels: LabelMap = { width, height, data: original.data.slice() };
  const mask = emptyTiledMask(width, height);
  const { grid, stamps } = mask;
  const hints: TiledMask = { ...emptyTiledMask(width, height), grid, stamps };
  const beneath: LabelMap = { width, height, data: new Uint16Array(width * height) };
  const counts: PlaneCounts = { masked: 0, hints: 0, changed: 0 };
  const touched = new Set<number>();
  /** Pixels of each id; null until somebody asks. */
  let ofIds: Uint32Array | null = null;
  if (known !== undefined) {
    ofIds = new Uint32Array(65536);
    for (const [id, pixels] of known) ofIds[id] = pixels;
  }

  const copyOf = (tile: number): TileCopy => ({
    labels: copyTile(labels.data, grid, tile),
    mask: copyTile(mask.data, grid, tile),
    hints: copyTile(hints.data, grid, tile),
    beneath: copyTile(beneath.data, grid, tile),
  });

  const inTile = (tile: number, write: () => Rect): Rect => {
    const { masked, hints: hinted } = counts;
    const dirty = write();
    if (isEmptyRect(dirty)) return dirty;
    mask.areas[tile] += counts.masked - masked;
    hints.areas[tile] += counts.hints - hinted;
    stamps[tile] += 1;
    touched.add(tile);
    return dirty;
  };

  return {
    grid,
    original,
    labels,
    mask,
    hints,
    beneath,
    counts,
    touched,
    idCounts() {
      ofIds ??= idCountsOf(labels.data);
      return listedIds(ofIds);
    },
    setLabel(index, id) {
      const given = original.data[index];
      const before = labels.data[index];
      counts.changed += (id !== given ? 1 : 0) - (before !== given ? 1 : 0);
      if (ofIds !== null) {
        ofIds[before] -= 1;
        ofIds[id] += 1;
      }
      labels.data[index] = id;
    },
    setMask(index, bit) {
      counts.masked += bit - mask.data[index];
      mask.data[index] = bit;
    },
    setHint(index, bit) {
      counts.hints += bit - hints.data[index];
      hints.data[index] = bit;
    },
    setBeneath(index, value) {
      beneath.data[index] = value;
    },
    inTile,
    rewrite(rect, captures, wants, write) {
      const written: Rect[] = [];
      forEachTile(grid, clipRect(rect, width, height), (tile, part) => {
        const dirty = inTile(tile, () => {
          let around = emptyRect;
          for (let y = part.y; y < part.y + part.height; y++) {
            let first = -1;
            let last = -1;
            for (let x = part.x, i = y * width + part.x; x < part.x + part.width; x++, i++) {
              if (!wants(i, x, y)) continue;
              if (!captures.has(tile)) captures.set(tile, copyOf(tile));
              write(i, x, y);
              if (first < 0) first = x;
              last = x;
            }
            if (first >= 0) around = unionRects(around, { x: first, y, width: last - first + 1, height: 1 });
          }
          return around;
        });
        if (!isEmptyRect(dirty)) written.push(dirty);
      });
      return written;
    },
    copyOf,
  };
}

/** The pixels of one tile, row by row. */
export function copyTile<T extends Uint8Array | Uint16Array>(data: T, grid: TileGrid, tile: number): T {
  const { x, y, width, height } = tileRect(grid, tile);
  const copy = data.slice(0, width * height) as T;
  for (let row = 0; row < height; row++) {
    const start = (y + row) * grid.width + x;
    copy.set(data.subarray(start, start + width), row * width);
  }
  return copy;
}
