import { clipRect, intersectRects, isEmptyRect, type Rect } from "../../core/rect";
import { renderStats } from "./renderStats";
import type { Viewport } from "./viewport";
import { watchLoss } from "./watchLoss";

/** Writes the RGBA pixels (little-endian, as in ImageData) of `rect`, row by row, into `out`. */
export type PixelSource = (rect: Rect, out: Uint32Array) => void;

interface Tile {
  readonly rect: Rect;
  readonly context: CanvasRenderingContext2D;
}

/**
 * An image-sized raster kept as tiles of canvas. Tiles lift the browser's limit on a canvas' size, and they keep a
 * change cheap: a canvas that was drawn from is copied before its next write, whole, so one big canvas would copy
 * 50 MB a mouse move. Tiles nothing was painted on do not exist and draw as transparent.
 */
export class TiledRaster {
  private readonly tiles = new Map<number, Tile>();
  private readonly columns: number;

  constructor(
    readonly width: number,
    readonly height: number,
    /** The browser lost pixels of it: it has to be made anew. */
    private readonly lost: () => void,
    private readonly tileSize = 512,
  ) {
    this.columns = Math.ceil(width / tileSize);
  }

  /** Recolours the pixels of `rect` (clipped) and nothing else. */
  paint(rect: Rect, source: PixelSource): void {
    const area = clipRect(rect, this.width, this.height);
    if (isEmptyRect(area)) return;
    for (const tile of this.tilesIn(area)) {
      const part = intersectRects(area, tile.rect);
      const pixels = new ImageData(part.width, part.height);
      source(part, new Uint32Array(pixels.data.buffer));
      tile.context.putImageData(pixels, part.x - tile.rect.x, part.y - tile.rect.y);
      renderStats.putImageDataCalls += 1;
      renderStats.redrawnPixels += part.width * part.height;
    }
  }

  /** Forgets all pixels and frees their memory. */
  clear(): void {
    this.tiles.clear();
  }

  isBlank(): boolean {
    return this.tiles.size === 0;
  }

  /**
   * Draws the raster with `context` in device pixels (identity transform). Tile edges are rounded to whole device
   * pixels, or neighbouring tiles would leave a seam between them at broken zooms. With `part` (device pixels) only
   * tiles that meet it are drawn.
   */
  draw(
    context: CanvasRenderingContext2D,
    view: Viewport,
    pixelRatio: number,
    smooth: boolean,
    part: Rect | null,
  ): void {
    context.imageSmoothingEnabled = smooth;
    if (smooth) context.imageSmoothingQuality = "low";
    const scale = view.scale * pixelRatio;
    const left = view.x * pixelRatio;
    const top = view.y * pixelRatio;
    const seen = part ?? { x: 0, y: 0, width: context.canvas.width, height: context.canvas.height };
    for (const { rect, context: tile } of this.tiles.values()) {
      const x0 = Math.round(left + rect.x * scale);
      const y0 = Math.round(top + rect.y * scale);
      const x1 = Math.round(left + (rect.x + rect.width) * scale);
      const y1 = Math.round(top + (rect.y + rect.height) * scale);
      if (isEmptyRect(intersectRects(seen, { x: x0, y: y0, width: x1 - x0, height: y1 - y0 }))) continue;
      context.drawImage(tile.canvas, x0, y0, x1 - x0, y1 - y0);
    }
  }

  private *tilesIn(area: Rect): Iterable<Tile> {
    const size = this.tileSize;
    for (let row = Math.floor(area.y / size); row * size < area.y + area.height; row++) {
      for (let column = Math.floor(area.x / size); column * size < area.x + area.width; column++) {
        yield this.tile(column, row);
      }
    }
  }

  private tile(column: number, row: number): Tile {
    const key = row * this.columns + column;
    const known = this.tiles.get(key);
    if (known !== undefined) return known;
    const size = this.tileSize;
    const rect = clipRect({ x: column * size, y: row * size, width: size, height: size }, this.width, this.height);
    const context = newContext(rect.width, rect.height);
    watchLoss(context.canvas, this.lost);
    const tile = { rect, context };
    this.tiles.set(key, tile);
    return tile;
  }
}

/** @throws Error when the browser has no memory left for another canvas. */
export function newContext(width: number, height: number): CanvasRenderingContext2D {
  const canvas = document.createElement("canvas");
  canvas.width = width;
  canvas.height = height;
  const context = canvas.getContext("2d");
  if (context === null) throw new Error("The browser gave no 2D canvas. Close other tabs to free memory and reload.");
  return context;
}
