import type { LabelMode } from "../../app/settings";
import type { LabelMap } from "../../core/labelMap";
import { growRect, type Rect } from "../../core/rect";
import { filledLabels, outlinedLabels } from "./labelPixels";
import { TiledRaster } from "./tiledRaster";

/** The label as colours: now, and (made when first asked for) as it was opened. Kept up to date rectangle by rectangle. */
export class LabelPainter {
  private readonly current: TiledRaster;
  private first: TiledRaster | null = null;
  private mode: LabelMode = "fill";
  private palette: Uint32Array = new Uint32Array(65536);

  constructor(
    private readonly labels: LabelMap,
    private readonly original: LabelMap,
  ) {
    this.current = new TiledRaster(labels.width, labels.height);
  }

  /** Recolours everything: the palette, the visible classes or the mode changed. */
  restyle(palette: Uint32Array, mode: LabelMode): void {
    this.palette = palette;
    this.mode = mode;
    this.first = null;
    this.current.paint(this.everything(), this.source(this.labels));
  }

  /** Recolours what an edit changed. */
  refresh(dirty: Rect): void {
    // An outline also depends on the neighbours.
    this.current.paint(this.mode === "outline" ? growRect(dirty, 1) : dirty, this.source(this.labels));
  }

  raster(original: boolean): TiledRaster {
    if (!original) return this.current;
    if (this.first === null) {
      this.first = new TiledRaster(this.labels.width, this.labels.height);
      this.first.paint(this.everything(), this.source(this.original));
    }
    return this.first;
  }

  private everything(): Rect {
    return { x: 0, y: 0, width: this.labels.width, height: this.labels.height };
  }

  private source(labels: LabelMap) {
    return this.mode === "fill" ? filledLabels(labels, this.palette) : outlinedLabels(labels, this.palette);
  }
}
