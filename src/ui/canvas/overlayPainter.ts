import type { Point } from "../../core/point";
import { isEmptyRect, type Rect, unionRects } from "../../core/rect";
import type { Suggestion, SuggestionSet } from "../../review/types";
import type { OpenDocument, ToolShape } from "../tools/types";
import { drawBrush, drawToolShape } from "./overlayShapes";
import { openSuggestions, proposalPixels, suggestionsRect } from "./proposalPixels";
import { outlinePath } from "./regionOutline";
import { dotPattern, drawThroughStencil, hatchPattern, maskPixels } from "./stencil";
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
  private readonly still = document.createElement("canvas").getContext("2d");
  private readonly scratch = document.createElement("canvas").getContext("2d");
  private stillKey = "";
  private patterns: { ratio: number; hatch: CanvasPattern; dots: CanvasPattern } | null = null;
  private shown: readonly Suggestion[] = [];
  private painted: Rect = { x: 0, y: 0, width: 0, height: 0 };

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
    this.stillKey = "";
  }

  showProposal(set: SuggestionSet | null, palette: Uint32Array): void {
    this.shown = openSuggestions(set);
    const rect = suggestionsRect(this.shown);
    const area = unionRects(rect, this.painted);
    if (!isEmptyRect(area)) {
      this.proposal.paint(area, set === null ? () => undefined : proposalPixels(set, this.shown, palette));
    }
    this.painted = rect;
    this.stillKey = "";
  }

  draw(context: CanvasRenderingContext2D, frame: OverlayFrame): void {
    this.drawStill(context.canvas, frame);
    if (this.still !== null && !this.isBlank()) context.drawImage(this.still.canvas, 0, 0);
    this.drawOutlines(context, frame);
    if (frame.shape !== null) drawToolShape(context, frame.shape, frame.view, frame.pixelRatio);
    if (frame.brush !== null) drawBrush(context, frame.brush, frame.view, frame.pixelRatio);
  }

  private isBlank(): boolean {
    return this.mask.isBlank() && this.hints.isBlank() && this.proposal.isBlank();
  }

  /** Everything that does not follow the pointer, kept as one picture of the canvas' size. */
  private drawStill(target: HTMLCanvasElement, { view, pixelRatio }: OverlayFrame): void {
    const { still, scratch } = this;
    if (still === null || scratch === null || this.isBlank()) return;
    const key = `${target.width} ${target.height} ${view.x} ${view.y} ${view.scale} ${pixelRatio}`;
    if (key === this.stillKey) return;
    for (const { canvas } of [still, scratch]) {
      if (canvas.width !== target.width) canvas.width = target.width;
      if (canvas.height !== target.height) canvas.height = target.height;
    }
    still.clearRect(0, 0, target.width, target.height);
    const { hatch, dots } = this.patternsFor(pixelRatio);
    still.globalAlpha = this.shown.length > 0 ? 0.4 : 1;
    drawThroughStencil(still, scratch, this.mask, view, pixelRatio, hatch);
    still.globalAlpha = 1;
    this.proposal.draw(still, view, pixelRatio, false);
    drawThroughStencil(still, scratch, this.hints, view, pixelRatio, dots);
    this.stillKey = key;
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
