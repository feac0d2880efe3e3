import type { LabelMode } from "../../app/settings";
import type { LabelMap } from "../../core/labelMap";
import { growRect, type Rect } from "../../core/rect";
import { changedPixels } from "./changedPixels";
import { filledLabels, outlinedLabels } from "./labelPixels";
import { type PixelSource, TiledRaster } from "./tiledRaster";

/** The label now, as it was opened, and what differs. */
export type LabelView = "now" | "opened" | "difference";

/** The label as colours; all but "now" are made when first asked for. Kept up to date rectangle by rectangle. */
export class LabelPainter {
  private readonly rasters = new Map<LabelView, TiledRaster>();
  private mode: LabelMode = "fill";
  private palette: Uint32Array = new Uint32Array(65536);

  constructor(
    private readonly labels: LabelMap,
    private readonly original: LabelMap,
    /** The browser lost pixels of it: it has to be made anew. */
    private readonly lost: () => void,
  ) {}

  /** Recolours everything: the palette, the visible classes or the mode changed. */
  restyle(palette: Uint32Array, mode: LabelMode): void {
    this.palette = palette;
    this.mode = mode;
    this.keepOnly();
    this.raster("now").paint(this.everything(), this.source("now"));
  }

  /** Recolours what an edit changed. */
  refresh(dirty: Rect): void {
    for (const [view, raster] of this.rasters) {
      if (view === "opened") continue;
      // An outline also depends on the neighbours.
      const isOutline = view === "difference" || this.mode === "outline";
      raster.paint(isOutline ? growRect(dirty, 1) : dirty, this.source(view));
    }
  }

  raster(view: LabelView): TiledRaster {
    const known = this.rasters.get(view);
    if (known !== undefined) return known;
    const made = new TiledRaster(this.labels.width, this.labels.height, this.lost);
    this.rasters.set(view, made);
    if (view !== "now") made.paint(this.everything(), this.source(view));
    return made;
  }

  /** Forgets views that are not shown: of a large image each takes as much memory as the label's colours. */
  keepOnly(...views: LabelView[]): void {
    for (const view of this.rasters.keys()) if (view !== "now" && !views.includes(view)) this.rasters.delete(view);
  }

  private everything(): Rect {
    return { x: 0, y: 0, width: this.labels.width, height: this.labels.height };
  }

  private source(view: LabelView): PixelSource {
    if (view === "difference") return changedPixels(this.labels, this.original, this.palette);
    const labels = view === "now" ? this.labels : this.original;
    return this.mode === "fill" ? filledLabels(labels, this.palette) : outlinedLabels(labels, this.palette);
  }
}
