import { idFlags } from "../core/classTable";
import { type Rect, rectArea } from "../core/rect";
import { TileCounts } from "../core/tileCounts";
import { copiedMask, maskBounds, type TiledMask } from "../core/tiledMask";
import { tileAt, tileRect } from "../core/tileGrid";
import { cutLabel, HINT, IGNORED, KNOWN, type LabelSource, MASKED } from "../window/resample";
import { planWindows } from "../window/workWindows";
import type { ReconstructionRequest } from "./types";

/** A label with its mask. Rasters are width * height, row by row, as large as the image. */
export interface TiledLabel {
  readonly width: number;
  readonly height: number;
  /** Class ids. */
  readonly labels: Uint16Array;
  /** What is masked (unknown). */
  readonly mask: TiledMask;
  /** Labels given by hand inside the mask. Its stamps grow with each change of `labels` in a tile, too. */
  readonly hints: TiledMask;
  /** Ids that are void: neither shown to the model nor proposed, unless their pixels are to be rebuilt. */
  readonly ignoredIds: readonly number[];
  /** Ids whose pixels never change, mask or not, and so count as known. */
  readonly lockedIds: readonly number[];
}

/** Void of a label, tile by tile. */
interface VoidCounts {
  readonly labels: Uint16Array;
  readonly ignoredIds: string;
  readonly ofTiles: TileCounts;
}

const known = new WeakMap<TiledMask, VoidCounts>();

/**
 * What of a label the model needs to rebuild its masked pixels: where it looks, what it sees there in model px, and the label
 * around what is masked. A window of an image of 67 megapixels is 8 megapixels large: only tiles of it with void, masked
 * pixels or hints are looked at pixel by pixel. No tfjs: the app's thread does this.
 */
export function cutRequest(given: TiledLabel): Pick<ReconstructionRequest, "windows" | "windowLabels" | "masked"> {
  const rebuild = maskToRebuild(given);
  const windows = planWindows(rebuild);
  const source = windows.length === 0 ? null : sourceOf(given, rebuild);
  const rect = maskBounds(rebuild);
  return {
    windows,
    windowLabels: windows.flatMap((window) => (source === null ? [] : [cutLabel(source, window)])),
    masked: {
      rect,
      bits: cutRows(rebuild.data, given.width, rect, new Uint8Array(rectArea(rect))),
      labels: cutRows(given.labels, given.width, rect, new Uint16Array(rectArea(rect))),
    },
  };
}

/** The whole label, to cut windows from. */
function sourceOf(given: TiledLabel, rebuild: TiledMask): LabelSource {
  const { width, height, labels, hints } = given;
  const { grid } = rebuild;
  const ignored = idFlags(given.ignoredIds);
  const voids = voidCounts(given, ignored);
  const isPlain = (tile: number): boolean =>
    rebuild.areas[tile] === 0 && hints.areas[tile] === 0 && voids.of(tile, hints.stamps[tile]) === 0;
  return {
    rect: { x: 0, y: 0, width, height },
    labels,
    kindAt(i) {
      if (rebuild.data[i] === 1) return MASKED;
      if (ignored[labels[i]] === 1) return IGNORED;
      return hints.data[i] === 1 ? HINT : KNOWN;
    },
    isKnown(left, top, right, bottom) {
      const [first, last] = [tileAt(grid, left, top), tileAt(grid, right - 1, bottom - 1)];
      const across = (last - first) % grid.columns;
      for (let row = first; row + across <= last; row += grid.columns) {
        for (let tile = row; tile <= row + across; tile++) if (!isPlain(tile)) return false;
      }
      return true;
    },
  };
}

/** Counted once a label: its stamps tell of changes. */
function voidCounts({ labels, width, hints, ignoredIds }: TiledLabel, ignored: Uint8Array): TileCounts {
  const before = known.get(hints);
  if (before?.labels === labels && before.ignoredIds === ignoredIds.join()) return before.ofTiles;
  const ofTiles = new TileCounts(hints.grid, ({ x, y, width: columns, height }) => {
    let count = 0;
    for (let row = y; row < y + height; row++) {
      const start = row * width + x;
      for (let i = start; i < start + columns; i++) count += ignored[labels[i]];
    }
    return count;
  });
  known.set(hints, { labels, ignoredIds: ignoredIds.join(), ofTiles });
  return ofTiles;
}

/** The pixels that may change: the mask without hints and without pixels of locked classes. Empty tiles are not looked at. */
export function maskToRebuild({
  labels,
  mask,
  hints,
  lockedIds,
}: Pick<TiledLabel, "labels" | "mask" | "hints" | "lockedIds">): TiledMask {
  const locked = idFlags(lockedIds);
  const { grid, areas, data, width } = mask;
  let rebuild: TiledMask | null = null;
  for (let tile = 0; tile < grid.count; tile++) {
    if (areas[tile] === 0 || (hints.areas[tile] === 0 && lockedIds.length === 0)) continue;
    const rect = tileRect(grid, tile);
    for (let y = rect.y; y < rect.y + rect.height; y++) {
      const start = y * width + rect.x;
      for (let i = start; i < start + rect.width; i++) {
        if (data[i] !== 1 || (hints.data[i] !== 1 && locked[labels[i]] !== 1)) continue;
        rebuild ??= copiedMask(mask);
        rebuild.data[i] = 0;
        rebuild.areas[tile] -= 1;
      }
    }
  }
  return rebuild ?? mask;
}

/** Copies `rect` of a raster of `width` columns into `cut`. */
function cutRows<T extends Uint8Array | Uint16Array>(raster: T, width: number, rect: Rect, cut: T): T {
  for (let row = 0; row < rect.height; row++) {
    const start = (rect.y + row) * width + rect.x;
    cut.set(raster.subarray(start, start + rect.width), row * rect.width);
  }
  return cut;
}
