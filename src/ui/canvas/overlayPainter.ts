import type { Marks } from "../../app/session";
import type { Point } from "../../core/point";
import { clipRect, emptyRect, isEmptyRect, type Rect, unionRects } from "../../core/rect";
import { type PixelMask, type Region, regionFromMask } from "../../core/region";
import { isDoubtful } from "../../review/doubt";
import { openSuggestions } from "../../review/queue";
import type { OpenDocument, Suggestion, SuggestionSet } from "../../review/types";
import type { ToolShape } from "../tools/types";
import { heatPixels } from "./heatPixels";
import { drawBrush, drawCrosshair, drawToolShape } from "./overlayShapes";
import { proposalPixels, suggestionsRect } from "./proposalPixels";
import { outlinePath } from "./regionOutline";
import { drawHalf } from "./splitLine";
import { dotPattern, drawThroughStencil, excludedPattern, hatchPattern, maskPixels, Scratch } from "./stencil";
import { TiledRaster } from "./tiledRaster";
import type { Viewport } from "./viewport";

export interface OverlayFrame {
  readonly view: Viewport;
  readonly pixelRatio: number;
  readonly selected: number | null;
  /** What a rule of the checks would change. */
  readonly marks: Marks | null;
  /** Show how suspicious every pixel is, where the proposal says so. */
  readonly heat: boolean;
  readonly shape: ToolShape | null;
  /** Device pixels left of this show the label as opened: no proposal and no heat there. */
  readonly from: number;
  /** Where the brush would draw, image coordinates; null hides it. */
  readonly brush: { readonly at: Point; readonly size: number } | null;
  /** The pixel it stands on. */
  readonly crosshair: { readonly x: number; readonly y: number; readonly penDown: boolean } | null;
}

/** What is excluded (greyed), heat, mask (hatched), hints (dotted), the proposal in place and what the tool is drawing. */
export class OverlayPainter {
  private readonly mask: TiledRaster;
  private readonly hints: TiledRaster;
  private readonly proposal: TiledRaster;
  private readonly scratch = new Scratch();
  private patterns: ReturnType<typeof patternsAt> | null = null;
  private excluded: { readonly raster: TiledRaster; readonly outline: Region } | null = null;
  private set: SuggestionSet | null = null;
  /** Made when first shown: of a large image it takes as much memory as the label's colours. */
  private heat: { readonly of: Uint8Array; readonly raster: TiledRaster } | null = null;
  private shown: readonly Suggestion[] = [];
  private painted: Rect = emptyRect;

  /** @param lost The browser lost pixels of it: it has to be made anew. */
  constructor(
    private readonly image: OpenDocument,
    private readonly lost: () => void,
  ) {
    this.mask = new TiledRaster(image.width, image.height, lost);
    this.hints = new TiledRaster(image.width, image.height, lost);
    this.proposal = new TiledRaster(image.width, image.height, lost);
    const { maskedPixels, hintPixels } = image.store.getState();
    if (maskedPixels > 0 || hintPixels > 0) this.refresh({ x: 0, y: 0, width: image.width, height: image.height });
  }

  refresh(dirty: Rect): void {
    this.mask.paint(dirty, maskPixels(this.image.mask));
    if (this.image.store.getState().hintPixels > 0 || !this.hints.isBlank()) {
      this.hints.paint(dirty, maskPixels(this.image.hints));
    }
  }

  /** What is not judged in this image. */
  showExcluded(mask: PixelMask | null): void {
    this.excluded = null;
    if (mask === null) return;
    const raster = new TiledRaster(mask.width, mask.height, this.lost);
    const outline = regionFromMask(mask);
    raster.paint(outline.rect, maskPixels(mask));
    this.excluded = { raster, outline };
  }

  showProposal(set: SuggestionSet | null, palette: Uint32Array): void {
    this.set = set;
    if (set?.heat === undefined) this.heat = null;
    this.shown = openSuggestions(set);
    const rect = suggestionsRect(this.shown);
    const area = unionRects(rect, this.painted);
    if (!isEmptyRect(area)) {
      // Where the model is not sure the old label stays in sight, inside an outline.
      const sure = this.shown.filter((one) => !isDoubtful(one));
      this.proposal.paint(area, set === null ? () => undefined : proposalPixels(set, sure, palette));
    }
    this.painted = rect;
  }

  /** Draws `part` of the overlay (device pixels; null: all of it). */
  draw(context: CanvasRenderingContext2D, frame: OverlayFrame, part: Rect | null): void {
    const { view, pixelRatio, shape, brush, crosshair } = frame;
    const { width, height } = context.canvas;
    const area = part === null ? { x: 0, y: 0, width, height } : clipRect(part, width, height);
    const { hatch, dots, grey } = this.patternsFor(pixelRatio);
    const heat = frame.heat ? this.heatRaster() : null;
    if (this.excluded !== null) {
      drawThroughStencil(context, this.scratch, this.excluded.raster, view, pixelRatio, grey, area);
    }
    if (heat !== null) drawHalf(context, "right", frame.from, () => heat.draw(context, view, pixelRatio, false, area));
    // Under a proposal the stripes step back, or its colours could not be read.
    context.globalAlpha = this.shown.length > 0 ? 0.4 : 1;
    drawThroughStencil(context, this.scratch, this.mask, view, pixelRatio, hatch, area);
    context.globalAlpha = 1;
    // Their outlines stay: filled they would hide the heat where it matters.
    if (heat === null)
      drawHalf(context, "right", frame.from, () => this.proposal.draw(context, view, pixelRatio, false, area));
    drawThroughStencil(context, this.scratch, this.hints, view, pixelRatio, dots, area);
    this.drawOutlines(context, frame);
    if (shape !== null) drawToolShape(context, shape, view, pixelRatio);
    if (brush !== null) drawBrush(context, brush, view, pixelRatio);
    if (crosshair !== null) drawCrosshair(context, crosshair, brush?.size ?? 0, view, pixelRatio);
  }

  private patternsFor(ratio: number) {
    if (this.patterns?.ratio !== ratio) this.patterns = patternsAt(ratio);
    return this.patterns;
  }

  private heatRaster(): TiledRaster | null {
    const heat = this.set?.heat;
    if (heat === undefined) return null;
    if (this.heat?.of !== heat) {
      const { width, height } = this.image;
      this.heat = { of: heat, raster: new TiledRaster(width, height, this.lost) };
      this.heat.raster.paint({ x: 0, y: 0, width, height }, heatPixels(heat, width));
    }
    return this.heat.raster;
  }

  private drawOutlines(context: CanvasRenderingContext2D, { view, pixelRatio, selected, marks }: OverlayFrame): void {
    const scale = view.scale * pixelRatio;
    context.save();
    context.setTransform(scale, 0, 0, scale, view.x * pixelRatio, view.y * pixelRatio);
    if (this.excluded !== null) {
      context.lineWidth = pixelRatio / scale;
      context.strokeStyle = "rgba(225, 228, 232, 0.8)";
      context.stroke(outlinePath(this.excluded.outline));
    }
    const isFolded = this.shown.some((one) => one.id === selected && one.folded);
    const outline = (region: Region, strong: boolean): void => {
      const path = outlinePath(region);
      context.lineWidth = ((strong ? 3.5 : 2) * pixelRatio) / scale;
      context.strokeStyle = "rgba(0, 0, 0, 0.75)";
      context.stroke(path);
      context.lineWidth = ((strong ? 1.75 : 1) * pixelRatio) / scale;
      context.strokeStyle = strong ? "#ffe066" : "rgba(255, 255, 255, 0.9)";
      context.stroke(path);
    };
    for (const { id, region, folded } of this.shown) outline(region, id === selected || (isFolded && folded === true));
    for (const region of marks?.regions ?? []) outline(region, false);
    if (marks !== null && marks.current !== null) outline(marks.current, true);
    context.restore();
  }
}

function patternsAt(ratio: number) {
  return { ratio, hatch: hatchPattern(ratio), dots: dotPattern(ratio), grey: excludedPattern(ratio) };
}
