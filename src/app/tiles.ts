/** What is chosen in the data set view. Keys of images; values are replaced, never mutated. */
export interface Tiles {
  /** The one that keys act on, and that Enter opens. */
  readonly current: string | null;
  readonly selected: ReadonlySet<string>;
  /** Where a range starts. */
  readonly anchor: string | null;
  /** How far the grid is scrolled, CSS px. */
  readonly top: number;
}

export const noTiles: Tiles = { current: null, selected: new Set(), anchor: null, top: 0 };

/** How the current tile is to move: by tiles (a row is as many as there are columns), or to an end. */
export type TileStep = number | "first" | "last";

/** @param keys the images that are shown, in order. */
export function moved(tiles: Tiles, keys: readonly string[], step: TileStep, extend: boolean): Tiles {
  if (keys.length === 0) return tiles;
  const at = tiles.current === null ? -1 : keys.indexOf(tiles.current);
  const last = keys.length - 1;
  const to = step === "first" ? 0 : step === "last" ? last : at < 0 ? 0 : stepped(at, step, last);
  const current = keys[to];
  if (!extend) return { ...tiles, current, anchor: current };
  const anchor = tiles.anchor !== null && keys.includes(tiles.anchor) ? tiles.anchor : (keys[at] ?? current);
  return { ...tiles, current, anchor, selected: new Set(between(keys, anchor, current)) };
}

/** A step before the first tile is none; one past the last goes to the last: its row may be shorter. */
function stepped(at: number, step: number, last: number): number {
  return at + step < 0 ? at : Math.min(at + step, last);
}

/** What a click on a tile does: chooses it alone; with Ctrl adds it or takes it away; with Shift, all from the anchor to it. */
export function clicked(
  tiles: Tiles,
  keys: readonly string[],
  key: string,
  { toggle, range }: { readonly toggle: boolean; readonly range: boolean },
): Tiles {
  if (range && tiles.anchor !== null && keys.includes(tiles.anchor)) {
    const added = between(keys, tiles.anchor, key);
    return { ...tiles, current: key, selected: new Set(toggle ? [...tiles.selected, ...added] : added) };
  }
  if (!toggle) return { ...tiles, current: key, anchor: key, selected: new Set([key]) };
  return { ...toggled(tiles, key), current: key, anchor: key };
}

export function toggled(tiles: Tiles, key: string): Tiles {
  const selected = new Set(tiles.selected);
  if (!selected.delete(key)) selected.add(key);
  return { ...tiles, selected };
}

function between(keys: readonly string[], a: string, b: string): readonly string[] {
  const [from, to] = [keys.indexOf(a), keys.indexOf(b)].sort((x, y) => x - y);
  return keys.slice(Math.max(0, from), to + 1);
}

/** What an action is to act on: the selected images, in order, else the current one. Not those that are filtered out. */
export function targets({ selected, current }: Tiles, keys: readonly string[]): readonly string[] {
  if (selected.size > 0) return keys.filter((key) => selected.has(key));
  return current !== null && keys.includes(current) ? [current] : [];
}
