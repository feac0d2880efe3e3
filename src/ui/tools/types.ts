import type { Point } from "../../core/point";
import type { Rect } from "../../core/rect";
import type { Superpixels } from "../../core/superpixels";
import type { OpenDocument } from "../../review/types";

/** What a tool may use. Tools change the document by its commands only; the rest of the app is out of their reach. */
export interface ToolContext {
  readonly document: OpenDocument;
  /** Brush diameter, image px. */
  readonly brushSize: number;
  readonly growBy: number;
  /** How far a boundary band reaches on either side, px. */
  readonly bandWidth: number;
  readonly classId: number;
  /** Superpixels of the photograph, about as wide as the brush; null where there is none. */
  superpixels(): Superpixels | null;
  /** A class' name as the user sees it now. */
  nameOf(id: number): string;
  /** Takes a class from the image for painting. */
  pickClass(id: number): void;
  /** Says to screen readers (and the status line) what happened. */
  announce(text: string): void;
}

/** A pointer position in image coordinates: fractional, pixel (x, y) covers [x, x + 1) x [y, y + 1). */
export interface ToolPointer {
  readonly point: Point;
  readonly ctrl: boolean;
}

/** What a tool shows on the overlay while it works, in image coordinates. */
export type ToolShape =
  | { readonly kind: "rect"; readonly rect: Rect }
  /** `marks` are drawn as dots: the points that were clicked. */
  | { readonly kind: "path"; readonly points: readonly Point[]; readonly marks?: readonly Point[] };

/**
 * A tool: from `down` to `up` it makes one history entry; `cancel` takes back what it did since `down`.
 * `move` gets every position the pointer passed since the last call, so that fast strokes stay smooth.
 */
export interface Tool {
  /** Draws the brush's footprint at the pointer. */
  readonly usesBrush: boolean;
  /** Draws while it is moved; others act on a press. */
  readonly drags: boolean;
  readonly cursor: "none" | "crosshair" | "pointer";
  down(context: ToolContext, at: ToolPointer): void;
  move(context: ToolContext, at: readonly ToolPointer[]): void;
  up(context: ToolContext): void;
  cancel(): void;
  shape(): ToolShape | null;
  /** What a tool of several clicks has: `down` to `up` adds one, nothing is in the history before `close`. */
  readonly steps?: ToolSteps;
}

export interface ToolSteps {
  /** Whether it waits for more clicks. */
  isOpen(): boolean;
  /** The pointer moved, or left (null), with no button held. */
  hover(point: Point | null): void;
  /** Takes back the last click. */
  back(context: ToolContext): void;
  /** Makes the one history entry; false when that takes more clicks. */
  close(context: ToolContext): boolean;
}
