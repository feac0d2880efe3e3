import { whyReadOnly } from "../../app/guard";
import { classesOf, type OpenImage, type SessionStore } from "../../app/session";
import type { Settings, SettingsStore } from "../../app/settings";
import { announce } from "../../app/tell";
import type { Point } from "../../core/point";
import type { Rect } from "../../core/rect";
import { shownSet } from "../../review/sets";
import { createTools } from "../tools";
import type { ToolContext } from "../tools/types";
import { Crosshair } from "./crosshair";
import { clearForDrawing, deviceRect } from "./damage";
import type { LabelView } from "./labelPainter";
import type { OverlayFrame } from "./overlayPainter";
import { crosshairArm } from "./overlayShapes";
import { Pen } from "./pen";
import { drawPhoto } from "./photoPainter";
import { PhotoSuperpixels } from "./photoSuperpixels";
import { renderStats } from "./renderStats";
import { type LayerName, SceneLayers } from "./sceneLayers";
import { ScenePainters } from "./scenePainters";
import { drawHalf, splitAtDevice, splitStrip } from "./splitLine";
import { toolContextOf } from "./toolContext";
import {
  centredOn,
  fitViewport,
  panBy,
  resized,
  type Size,
  scrolledTo,
  showRect,
  toImage,
  type Viewport,
  zoomTo,
} from "./viewport";

/** CSS px around a changed rectangle that smoothing and outlines may touch. */
const edgeMargin = 4;

/** How much more than a suggestion is in sight when the view goes to it, times its width and height. */
const suggestionContext = 2.5;

/**
 * The canvas without React: it owns the view, turns edits into dirty rectangles of colour and asks only the layers
 * that changed to draw. Pointer positions come in CSS px of the canvas.
 */
export class CanvasController {
  private view: Viewport = { scale: 1, x: 0, y: 0 };
  private size: Size = { width: 1, height: 1 };
  /** Until the user moves the view it stays fitted, whatever the canvas' size. */
  private fitted = true;
  private image: OpenImage | null = null;
  private hover: Point | null = null;
  private readonly tools = createTools();
  private readonly superpixels = new PhotoSuperpixels();
  readonly layers = new SceneLayers();
  private readonly painters: ScenePainters;
  readonly crosshair: Crosshair;
  private readonly pen: Pen;
  private stops: (() => void)[] = [];

  constructor(
    private readonly settings: SettingsStore,
    private readonly session: SessionStore,
    /** A stroke (or click) of a tool ended, changed something and is in the history. */
    private readonly strokeEnded: () => void,
  ) {
    this.painters = new ScenePainters(this.layers, settings, session);
    this.crosshair = new Crosshair(this, session);
    this.pen = new Pen(
      {
        layers: this.layers,
        tool: () => this.tools[settings.getState().tool],
        toolContext: () => this.toolContext(),
        lifted: () => this.crosshair.penLifted(),
        // One that another image ends is none of that image's.
        strokeEnded: () => this.image === this.session.getState().image && this.strokeEnded(),
      },
      session,
    );
  }

  /** Starts following the stores; returns what stops it. */
  start(): () => void {
    const stops = [
      this.settings.subscribe((now, before) => this.settingsChanged(now, before)),
      this.session.subscribe((now, before) => {
        if (now.readOnly !== before.readOnly) this.letGo();
        if (now.image !== before.image) this.open(now.image);
        else if (classesOf(now) !== classesOf(before)) this.painters.restyle();
        if (now.exclusions !== before.exclusions) this.painters.showExcluded();
        if (now.previewed !== before.previewed) this.painters.showProposal();
        if (now.lookAt !== before.lookAt && now.lookAt !== null) this.lookAt(now.lookAt);
        if (now.selected !== before.selected || now.marks !== before.marks) this.layers.redraw("overlay");
      }),
    ];
    this.open(this.session.getState().image);
    return () => {
      this.pen.finish();
      for (const stop of [...stops, ...this.stops]) stop();
      this.stops = [];
    };
  }

  /** The browser lost what its canvases held: all of it is drawn anew from the document. */
  picturesLost(): void {
    this.painters.lost();
  }

  resize(size: Size): void {
    const before = this.size;
    this.size = size;
    if (this.image === null) return;
    this.look(
      this.fitted ? fitViewport(this.image.document, size) : resized(this.view, before, size, this.image.document),
      this.fitted,
    );
  }

  /** Draws one layer into its canvas, in device pixels. Called by the Konva shapes. */
  drawLayer(name: LayerName, context: CanvasRenderingContext2D, pixelRatio: number): void {
    const { image, view } = this;
    if (image === null) {
      context.clearRect(0, 0, context.canvas.width, context.canvas.height);
      return;
    }
    renderStats.layerDraws[name] += 1;
    const damage = this.layers.take(name, context.canvas);
    const part = damage === null ? null : deviceRect(damage, view, pixelRatio, edgeMargin * pixelRatio);
    context.save();
    context.setTransform(1, 0, 0, 1, 0, 0);
    clearForDrawing(context, part);
    const { labelsHidden, originalShown } = this.settings.getState();
    if (name === "image") drawPhoto(context, image, view, pixelRatio);
    if (name === "labels" && !labelsHidden) this.drawLabels(context, pixelRatio, part);
    if (name === "overlay" && !originalShown) this.painters.overlay?.draw(context, this.overlayFrame(pixelRatio), part);
    context.restore();
  }

  private drawLabels(context: CanvasRenderingContext2D, pixelRatio: number, part: Rect | null): void {
    const { labelOpacity, originalShown, compare } = this.settings.getState();
    const draw = (view: LabelView): void =>
      this.painters.labels?.raster(view).draw(context, this.view, pixelRatio, false, part);
    const column = this.splitColumn(pixelRatio);
    context.globalAlpha = compare === "difference" && !originalShown ? 1 : labelOpacity;
    if (column !== null) {
      drawHalf(context, "left", column, () => draw("opened"));
      drawHalf(context, "right", column, () => draw("now"));
    } else draw(originalShown ? "opened" : compare === "difference" ? "difference" : "now");
  }

  /** Where the label as opened ends and the label now begins, device pixels; null while only one of them is shown. */
  private splitColumn(pixelRatio: number): number | null {
    const { originalShown, labelsHidden, compare, splitAt } = this.settings.getState();
    if (compare !== "split" || originalShown || labelsHidden) return null;
    return splitAtDevice(splitAt, this.size, pixelRatio);
  }

  fit(): void {
    if (this.image !== null) this.look(fitViewport(this.image.document, this.size), true);
  }

  /** One image pixel = one CSS px, around `at` (default: the middle). */
  actualSize(): void {
    this.zoom(1 / this.view.scale);
  }

  zoom(factor: number, at: Point = { x: this.size.width / 2, y: this.size.height / 2 }): void {
    if (this.image === null) return;
    this.look(zoomTo(this.view, this.view.scale * factor, at, this.image.document, this.size), false);
  }

  pan(dx: number, dy: number): void {
    if (this.image !== null) this.look(panBy(this.view, dx, dy, this.image.document, this.size), false);
  }

  /** Brings an image point to the middle of the canvas when it is out of sight. */
  reveal(point: Point): void {
    if (this.image === null) return;
    const x = point.x * this.view.scale + this.view.x;
    const y = point.y * this.view.scale + this.view.y;
    if (x >= 0 && y >= 0 && x < this.size.width && y < this.size.height) return;
    this.look(centredOn(this.view, point, this.image.document, this.size), false);
  }

  private lookAt(rect: Rect): void {
    if (this.image === null || !this.settings.getState().zoomToSelected) return;
    this.look(showRect(rect, suggestionContext, this.image.document, this.size), false);
  }

  hoverAt(at: Point | null): void {
    this.redrawBrush(this.hover);
    this.hover = at === null ? null : toImage(this.view, at);
    this.redrawBrush(this.hover);
    this.pen.hover(this.hover);
    if (this.image !== null) {
      const { width, height } = this.image.document;
      const x = Math.floor(this.hover?.x ?? -1);
      const y = Math.floor(this.hover?.y ?? -1);
      this.session.setState({ pointer: x >= 0 && y >= 0 && x < width && y < height ? { x, y } : null });
    }
  }

  document(): OpenImage["document"] | null {
    return this.image?.document ?? null;
  }

  startingPoint(): Point {
    return this.hover ?? toImage(this.view, { x: this.size.width / 2, y: this.size.height / 2 });
  }

  scrollTo(point: Point): void {
    if (this.image === null) return;
    const view = scrolledTo(this.view, point, this.image.document, this.size);
    if (view !== this.view) this.look(view, false);
  }

  drags(): boolean {
    return this.tools[this.settings.getState().tool].drags;
  }

  strokeStart(at: Point, ctrl: boolean): void {
    this.penDown(toImage(this.view, at), ctrl);
  }

  strokeMove(at: readonly Point[], ctrl: boolean): void {
    this.penMove(
      at.map((one) => toImage(this.view, one)),
      ctrl,
    );
  }

  /** As `strokeStart`, at a point of the image. A stroke by keys that still goes on is done. */
  penDown(point: Point, ctrl: boolean): void {
    const { readOnly } = this.session.getState();
    if (readOnly === null) this.pen.down(point, ctrl);
    else announce(this.session, whyReadOnly(readOnly));
  }

  penMove(points: readonly Point[], ctrl: boolean): void {
    this.pen.move(points, ctrl);
  }

  strokeEnd(): void {
    this.pen.up();
  }

  isBetweenClicks(): boolean {
    return this.pen.isBetweenClicks();
  }

  closeShape(byDoubleClick = false): boolean {
    return this.pen.closeShape(byDoubleClick);
  }

  removePoint(): boolean {
    return this.pen.removePoint();
  }

  cancelStroke(): boolean {
    return this.pen.cancel();
  }

  /** Ends the stroke being made, by pointer or keys, as far as it got: it is done. A shape of several clicks goes on. */
  finishStroke(): void {
    this.crosshair.lift();
    this.pen.up();
  }

  /** Another tab takes over: what is being drawn is done as far as it got, where it can still be kept. */
  private letGo(): void {
    if (this.image?.document.mayEdit() === true) this.pen.finish();
    else this.pen.cancel();
  }

  private toolContext(): ToolContext | null {
    return this.image === null ? null : toolContextOf(this.image, this.settings, this.session, this.superpixels);
  }

  private open(image: OpenImage | null): void {
    this.pen.finish();
    for (const stop of this.stops) stop();
    this.stops = [];
    this.superpixels.clear();
    this.image = image;
    if (image !== null) {
      const { document } = image;
      this.stops = [
        document.onDirty((rect) => this.painters.refresh(rect)),
        document.store.subscribe((now, before) => {
          if (shownSet(now) !== shownSet(before) || now.locked !== before.locked) this.painters.showProposal();
        }),
      ];
      this.look(fitViewport(document, this.size), true);
    }
    this.crosshair.imageChanged();
    this.painters.open(image);
  }

  private settingsChanged(now: Settings, before: Settings): void {
    const styles = ["hiddenClasses", "labelMode", "safeColors"] as const;
    if (styles.some((name) => now[name] !== before[name])) this.painters.restyle();
    if (now.voidPolicy !== before.voidPolicy) this.painters.showProposal();
    if (now.tool !== before.tool) this.pen.finish();
    if (now.labelOpacity !== before.labelOpacity) this.layers.redraw("labels");
    if (now.labelsHidden !== before.labelsHidden)
      this.layers.redraw("labels", ...(now.compare === "split" ? (["overlay"] as const) : []));
    if (now.originalShown !== before.originalShown) this.layers.redraw("labels", "overlay");
    this.compareChanged(now, before);
    if (now.tool !== before.tool || now.brushSize !== before.brushSize || now.heatShown !== before.heatShown)
      this.layers.redraw("overlay");
  }

  private compareChanged(now: Settings, before: Settings): void {
    if (now.compare !== before.compare) {
      this.painters.labels?.keepOnly(
        ...(now.compare === "difference" ? (["difference"] as const) : (["opened"] as const)),
      );
      this.layers.redraw("labels", "overlay");
    } else if (now.compare === "split" && now.splitAt !== before.splitAt && this.image !== null) {
      const strip = splitStrip(before.splitAt, now.splitAt, this.size, this.view, this.image.document);
      this.layers.redrawPart("labels", strip);
      this.layers.redrawPart("overlay", strip);
    }
  }

  private overlayFrame(pixelRatio: number): OverlayFrame {
    const { tool, brushSize, heatShown: heat } = this.settings.getState();
    const at = this.crosshair.point ?? this.hover;
    const brush = at !== null && this.tools[tool].usesBrush ? { at, size: brushSize } : null;
    const { crosshair } = this.session.getState();
    const shape = this.pen.shape();
    const { previewed, marks, ...session } = this.session.getState();
    const selected = previewed === null ? session.selected : null;
    const from = this.splitColumn(pixelRatio) ?? 0;
    return { view: this.view, pixelRatio, selected, marks, heat, shape, brush, crosshair, from };
  }

  private redrawBrush(at: Point | null): void {
    if (at !== null && this.tools[this.settings.getState().tool].usesBrush) this.redrawAround(at);
  }

  /** The brush or the crosshair was or is here. */
  redrawAround(at: Point): void {
    const reach = this.settings.getState().brushSize / 2 + 1 + crosshairArm / this.view.scale;
    this.layers.redrawPart("overlay", { x: at.x - reach, y: at.y - reach, width: 2 * reach, height: 2 * reach });
  }

  private look(view: Viewport, fitted: boolean): void {
    this.view = view;
    this.fitted = fitted;
    this.session.setState({ zoom: view.scale });
    this.layers.redraw("image", "labels", "overlay");
  }
}
