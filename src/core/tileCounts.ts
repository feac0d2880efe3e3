import type { Rect } from "./rect";
import { type TileGrid, tileRect } from "./tileGrid";

/** A number for each tile: counted when it is first asked for, and again once the tile has another stamp. */
export class TileCounts {
  private readonly counts: Uint16Array;
  /** 1 + the stamp that a tile was counted at; 0: it was not. */
  private readonly stamps: Float64Array;

  /** @param countIn Pixels of a rectangle, that of a tile. */
  constructor(
    private readonly grid: TileGrid,
    private readonly countIn: (rect: Rect) => number,
  ) {
    this.counts = new Uint16Array(grid.count);
    this.stamps = new Float64Array(grid.count);
  }

  of(tile: number, stamp: number): number {
    if (this.stamps[tile] !== 1 + stamp) {
      this.counts[tile] = this.countIn(tileRect(this.grid, tile));
      this.stamps[tile] = 1 + stamp;
    }
    return this.counts[tile];
  }
}
