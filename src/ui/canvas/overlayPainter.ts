import type { Point } from "../../core/point";
import { clipRect, emptyRect, isEmptyRect, type Rect, unionRects } from "../../core/rect";
import type { Suggestion, SuggestionSet } from "../../review/types";
import type { OpenDocument, ToolShape } from "../tools/types";
import { drawBrush, drawToolShape } from "./overlayShapes";
import { openSuggestions, proposalPixels, suggestionsRect } from "./proposalPixels";
import { outlinePath } from "./regionOutline";
import { dotPattern, drawThroughStencil, hatchPattern, maskPixels, Scratch } from "./stencil";
import { TiledRaster } from "./tiledRaster";
import type { Viewport } from "./viewport";

export interface OverlayFrame {
  readonly view: Viewport;
  readonly pixelRatio: number;
  readonly selected: number | null;
  readonly shape: ToolShape | null;
  /** Where the brush would draw, image coordinates; null hides it. */
  readonly brush: { readonly at: Point; readonly size: number } | null;
}

/** Mask (hatched), hints (dotted), the proposal in place and what the tool is drawing. */
export class OverlayPainter {
  private readonly mask: TiledRaster;
  private readonly hints: TiledRaster;
  private readonly proposal: TiledRaster;
  private readonly scratch = new Scratch();
  private patterns: { ratio: number; hatch: CanvasPattern; dots: CanvasPattern } | null = null;
  private shown: readonly Suggestion[] = [];
  private painted: Rect = emptyRect;

  constructor(private readonly image: OpenDocument) {
    this.mask = new TiledRaster(image.width, image.height);
    this.hints = new TiledRaster(image.width, image.height);
    this.proposal = new TiledRaster(image.width, image.height);
    const { maskedPixels, hintPixels } = image.store.getState();
    if (maskedPixels > 0 || hintPixels > 0) this.refresh({ x: 0, y: 0, width: image.width, height: image.height });
  }

  refresh(dirty: Rect): void {
    this.mask.paint(dirty, maskPixels(this.image.mask));
    if (this.image.store.getState().hintPixels > 0 || !this.hints.isBlank()) {
      this.hints.paint(dirty, maskPixels(this.image.hints));
    }
  }

  showProposal(set: SuggestionSet | null, palette: Uint32Array): void {
    this.shown = openSuggestions(set);
    const rect = suggestionsRect(this.shown);
    const area = unionRects(rect, this.painted);
    if (!isEmptyRect(area)) {
      this.proposal.paint(area, set === null ? () => undefined : proposalPixels(set, this.shown, palette));
    }
    this.painted = rect;
  }

  /** Draws `part` of the overlay (device pixels; null: all of it). */
  draw(context: CanvasRenderingContext2D, frame: OverlayFrame, part: Rect | null): void {
    const { view, pixelRatio, shape, brush } = frame;
    const { width, height } = context.canvas;
    const area = part === null ? { x: 0, y: 0, width, height } : clipRect(part, width, height);
    const { hatch, dots } = this.patternsFor(pixelRatio);
    // Under a proposal the stripes step back, or its colours could not be read.
    context.globalAlpha = this.shown.length > 0 ? 0.4 : 1;
    drawThroughStencil(context, this.scratch, this.mask, view, pixelRatio, hatch, area);
    context.globalAlpha = 1;
    this.proposal.draw(context, view, pixelRatio, false, area);
    drawThroughStencil(context, this.scratch, this.hints, view, pixelRatio, dots, area);
    this.drawOutlines(context, frame);
    if (shape !== null) drawToolShape(context, shape, view, pixelRatio);
    if (brush !== null) drawBrush(context, brush, view, pixelRatio);
  }

  private patternsFor(ratio: number) {
    if (this.patterns?.ratio !== ratio) this.patterns = { ratio, hatch: hatchPattern(ratio), dots: dotPattern(ratio) };
    return this.patterns;
  }

  private drawOutlines(context: CanvasRenderingContext2D, { view, pixelRatio, selected }: OverlayFrame): void {
    const scale = view.scale * pixelRatio;
    context.save();
    context.setTransform(scale, 0, 0, scale, view.x * pixelRatio, view.y * pixelRatio);
    for (const { id, region } of this.shown) {
      const path = outlinePath(region);
      const strong = id === selected;
      context.lineWidth = ((strong ? 3.5 : 2) * pixelRatio) / scale;
      context.strokeStyle = "rgba(0, 0, 0, 0.75)";
      context.stroke(path);
      context.lineWidth = ((strong ? 1.75 : 1) * pixelRatio) / scale;
      context.strokeStyle = strong ? "#ffe066" : "rgba(255, 255, 255, 0.9)";
      context.stroke(path);
    }
    context.restore();
  }
}
