import type { LabelMap } from "../core/labelMap";
import { emptyRect, isEmptyRect, type Rect, unionRects } from "../core/rect";
import { type TileGrid, tileAt, tileRect } from "../core/tileGrid";
import { type Captures, copyTile, type Planes, planeNames, type TileCopy } from "./planes";
import type { PixelChange, TileDiff } from "./types";

/** The differences between captured tiles and the planes now; nothing for tiles that are as before. */
export function diffCaptures(planes: Planes, captures: Captures): TileDiff[] {
  const diffs: TileDiff[] = [];
  for (const [tile, before] of captures) diffs.push(...diffTile(planes, tile, before));
  return diffs;
}

/** The tiles that applying the diffs will change, as they are now. */
export function capturesOf(planes: Planes, diffs: readonly TileDiff[]): Captures {
  return new Map(diffs.map(({ tile }) => [tile, planes.copyOf(tile)]));
}

/** What became of pixels since their tiles were captured. Holds until they change again. */
export function pixelChange(planes: Planes, captures: Captures, rects: readonly Rect[]): PixelChange {
  const { grid, labels } = planes;
  return {
    rects,
    isRelabelled(x, y) {
      const tile = tileAt(grid, x, y);
      const before = captures.get(tile);
      if (before === undefined) return false;
      const place = tileRect(grid, tile);
      return before.labels[(y - place.y) * place.width + x - place.x] !== labels.data[y * grid.width + x];
    },
  };
}

export function diffTile(planes: Planes, tile: number, before: TileCopy): TileDiff[] {
  const diffs: TileDiff[] = [];
  planeNames.forEach((name, plane) => {
    const runs = xorRuns(before[name], planes[name].data, planes.grid, tile);
    if (!isNothing(runs)) diffs.push({ tile, plane, runs });
  });
  return diffs;
}

/** The differences between two labels in some tiles; nothing for those that are the same. */
export function labelDiffs(before: LabelMap, after: LabelMap, grid: TileGrid, tiles: Iterable<number>): TileDiff[] {
  const plane = planeNames.indexOf("labels");
  return [...tiles].flatMap((tile) => {
    const runs = xorRuns(copyTile(before.data, grid, tile), after.data, grid, tile);
    return isNothing(runs) ? [] : [{ tile, plane, runs }];
  });
}

function isNothing(runs: Uint16Array): boolean {
  return runs.length === 2 && runs[1] === 0;
}

function xorRuns(
  before: Uint8Array | Uint16Array,
  data: Uint8Array | Uint16Array,
  grid: TileGrid,
  tile: number,
): Uint16Array {
  const { x, y, width, height } = tileRect(grid, tile);
  const pairs: number[] = [];
  let value = -1;
  let length = 0;
  for (let row = 0, k = 0; row < height; row++) {
    for (let column = 0, i = (y + row) * grid.width + x; column < width; column++, i++, k++) {
      const xor = before[k] ^ data[i];
      if (xor === value) {
        length++;
        continue;
      }
      if (length > 0) pairs.push(length, value);
      value = xor;
      length = 1;
    }
  }
  pairs.push(length, value);
  return Uint16Array.from(pairs);
}

/**
 * The diff of two changes of one tile, one after the other.
 * @throws RangeError when they are of unlike length: one of them is damaged.
 */
export function xorOfRuns(a: Uint16Array, b: Uint16Array): Uint16Array {
  if (totalLength(a) !== totalLength(b)) throw new RangeError("Differences of unlike length");
  const pairs: number[] = [];
  let [i, j, leftA, leftB] = [0, 0, a[0] ?? 0, b[0] ?? 0];
  while (i < a.length && j < b.length) {
    const length = Math.min(leftA, leftB);
    const value = a[i + 1] ^ b[j + 1];
    if (length > 0 && pairs.length > 0 && pairs[pairs.length - 1] === value) pairs[pairs.length - 2] += length;
    else if (length > 0) pairs.push(length, value);
    leftA -= length;
    leftB -= length;
    if (leftA === 0) {
      i += 2;
      leftA = a[i] ?? 0;
    }
    if (leftB === 0) {
      j += 2;
      leftB = b[j] ?? 0;
    }
  }
  return Uint16Array.from(pairs);
}

/**
 * Applies a diff (undo, redo or restore). Returns the tight rectangle of changed pixels.
 * @throws RangeError when the runs do not fill the tile, as in a damaged saved state.
 */
function applyDiff(planes: Planes, diff: TileDiff): Rect {
  const { x, y, width, height } = tileRect(planes.grid, diff.tile);
  if (totalLength(diff.runs) !== width * height) throw new RangeError(`Tile ${diff.tile} is damaged`);
  const write = writerOf(planes, diff.plane);
  return planes.inTile(diff.tile, () => {
    let dirty = emptyRect;
    let k = 0;
    for (let pair = 0; pair < diff.runs.length; pair += 2) {
      const value = diff.runs[pair + 1];
      const end = k + diff.runs[pair];
      if (value === 0) {
        k = end;
        continue;
      }
      while (k < end) {
        const row = Math.floor(k / width);
        const from = k % width;
        const to = Math.min(width, from + end - k);
        const start = (y + row) * planes.grid.width + x;
        for (let column = from; column < to; column++) write(start + column, value);
        dirty = unionRects(dirty, { x: x + from, y: y + row, width: to - from, height: 1 });
        k += to - from;
      }
    }
    return dirty;
  });
}

function totalLength(runs: Uint16Array): number {
  let total = 0;
  for (let pair = 0; pair < runs.length; pair += 2) total += runs[pair];
  return total;
}

function writerOf(planes: Planes, plane: number): (index: number, xor: number) => void {
  const { labels, mask, hints, beneath } = planes;
  switch (planeNames[plane]) {
    case "labels":
      return (index, xor) => planes.setLabel(index, labels.data[index] ^ xor);
    case "mask":
      return (index, xor) => planes.setMask(index, (mask.data[index] ^ xor) & 1);
    case "hints":
      return (index, xor) => planes.setHint(index, (hints.data[index] ^ xor) & 1);
    case "beneath":
      return (index, xor) => planes.setBeneath(index, beneath.data[index] ^ xor);
    default:
      throw new RangeError(`There is no plane ${plane}`);
  }
}

/** Applies many; one tight rectangle a tile. */
export function applyDiffs(planes: Planes, diffs: readonly TileDiff[]): Rect[] {
  const dirty = new Map<number, Rect>();
  for (const diff of diffs) {
    dirty.set(diff.tile, unionRects(dirty.get(diff.tile) ?? emptyRect, applyDiff(planes, diff)));
  }
  return [...dirty.values()].filter((rect) => !isEmptyRect(rect));
}

/** What several changes, one after the other, come to: where later ones took earlier ones back, nothing. */
export function netDiffs(diffs: readonly TileDiff[]): readonly TileDiff[] {
  const net = new Map<string, TileDiff>();
  for (const diff of diffs) {
    const at = `${diff.tile} ${diff.plane}`;
    const before = net.get(at);
    net.set(at, before === undefined ? diff : { ...diff, runs: xorOfRuns(before.runs, diff.runs) });
  }
  return [...net.values()];
}

const LABEL_BIT = 1;

/** Which planes of each pixel diffs change: `isTouchedLabel` for labels, not 0 for any. One byte a pixel of the grid. */
export function touchedBy(grid: TileGrid, diffs: readonly TileDiff[]): Uint8Array {
  const touched = new Uint8Array(grid.width * grid.height);
  for (const { tile, plane, runs } of diffs) {
    const { x, y, width } = tileRect(grid, tile);
    for (let pair = 0, k = 0; pair < runs.length; pair += 2) {
      const end = k + runs[pair];
      if (runs[pair + 1] === 0) k = end;
      for (; k < end; k++) touched[(y + Math.floor(k / width)) * grid.width + x + (k % width)] |= 1 << plane;
    }
  }
  return touched;
}

export function isTouchedLabel(planes: number): boolean {
  return (planes & LABEL_BIT) !== 0;
}
