import type { SessionStore } from "../../app/session";
import { announce } from "../../app/tell";
import type { Point } from "../../core/point";
import type { Tool, ToolContext, ToolShape, ToolSteps } from "../tools/types";
import { shapeBounds } from "./overlayShapes";
import type { SceneLayers } from "./sceneLayers";

/** What a pen draws with and on. */
export interface PenHost {
  readonly layers: SceneLayers;
  /** The chosen tool. */
  tool(): Tool;
  /** Null while no image is open. */
  toolContext(): ToolContext | null;
  /** A stroke is over, done or taken back. */
  lifted(): void;
  /** A stroke (or click) ended, changed something and is in the history. */
  strokeEnded(): unknown;
}

/** The stroke being made: from the press of a button or key to its release, or over several clicks. */
export class Pen {
  private active: Tool | null = null;
  /** The document's version before the stroke. */
  private versionBefore = -1;

  constructor(
    private readonly host: PenHost,
    private readonly session: SessionStore,
  ) {}

  shape(): ToolShape | null {
    return this.active?.shape() ?? null;
  }

  /** The tool begins at a point of the image. A stroke that still goes on is done. */
  down(point: Point, ctrl: boolean): void {
    this.up();
    const context = this.host.toolContext();
    if (context === null) return;
    this.versionBefore = context.document.store.getState().version;
    this.active = this.host.tool();
    this.active.down(context, { point, ctrl });
    this.host.layers.redraw("overlay");
  }

  move(points: readonly Point[], ctrl: boolean): void {
    const context = this.host.toolContext();
    if (context === null || this.active === null) return;
    const before = this.active.shape();
    this.active.move(
      context,
      points.map((point) => ({ point, ctrl })),
    );
    this.redrawShape(before);
  }

  up(): void {
    const context = this.host.toolContext();
    if (context === null || this.active === null) return;
    this.active.up(context);
    if (!this.isBetweenClicks()) this.ended(context);
  }

  /** Ends what is being drawn: a stroke is done, a shape of several clicks given up. */
  finish(): void {
    this.up();
    this.cancel();
  }

  /** Whether a tool that takes several clicks waits for more. */
  isBetweenClicks(): boolean {
    return this.active?.steps?.isOpen() ?? false;
  }

  /** The pointer moves between two clicks of such a tool. */
  hover(point: Point | null): void {
    if (this.isBetweenClicks()) this.changeShape((steps) => steps.hover(point));
  }

  /**
   * Ends a shape made of several clicks; false when there is none.
   * @param byDoubleClick Its second press added a point that is not meant.
   */
  closeShape(byDoubleClick: boolean): boolean {
    const context = this.host.toolContext();
    if (context === null || !this.isBetweenClicks()) return false;
    this.changeShape((steps) => {
      if (byDoubleClick) steps.back(context);
      // Strokes that were undone meanwhile are none of its.
      this.versionBefore = context.document.store.getState().version;
      if (steps.close(context)) this.ended(context);
    });
    return true;
  }

  /** Takes back the last click of such a shape; false when there is none. */
  removePoint(): boolean {
    const context = this.host.toolContext();
    if (context === null || !this.isBetweenClicks()) return false;
    this.changeShape((steps) => steps.back(context));
    if (!this.isBetweenClicks()) this.active = null;
    return true;
  }

  /** Takes back the stroke being made; false when there is none. */
  cancel(): boolean {
    if (this.active === null) return false;
    // Clicks that are lost must not be lost without a word.
    if (this.isBetweenClicks()) announce(this.session, "Polygon given up");
    else if (this.active.drags) announce(this.session, "Stroke taken back");
    this.active.cancel();
    this.lift();
    return true;
  }

  private ended({ document }: ToolContext): void {
    this.lift();
    // A new reconstruction would throw away a review under way: not for picking a class or a click beside the image.
    if (document.store.getState().version !== this.versionBefore) this.host.strokeEnded();
  }

  private lift(): void {
    this.active = null;
    this.host.lifted();
    this.host.layers.redraw("overlay");
  }

  private changeShape(change: (steps: ToolSteps) => void): void {
    const before = this.shape();
    if (this.active?.steps !== undefined) change(this.active.steps);
    this.redrawShape(before);
  }

  /** What the shape covered and what it covers now. */
  private redrawShape(before: ToolShape | null): void {
    for (const shape of [before, this.shape()]) {
      if (shape !== null) this.host.layers.redrawPart("overlay", shapeBounds(shape));
    }
  }
}
