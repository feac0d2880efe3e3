import { maskSummary } from "../../app/summary";
import { growRegion } from "../../core/morphology";
import type { Point } from "../../core/point";
import { emptyRegion, hasPixel, type Region } from "../../core/region";
import { type Superpixels, superpixelAt } from "../../core/superpixels";
import type { OpenEdit } from "../../document/types";
import type { SuggestionSet } from "../../review/types";
import type { Tool, ToolContext } from "./types";

/**
 * Masks the superpixels of the photograph that it passes over, widened by "Grow mask". They are about as wide as the
 * brush. With Ctrl held at the start it erases.
 */
export function createMaskWand(): Tool {
  let step: OpenEdit<SuggestionSet> | null = null;
  let on = true;
  let superpixels: Superpixels | null = null;
  let newest: Region = emptyRegion;
  let last: Point | null = null;

  function take({ document, growBy }: ToolContext, point: Point): void {
    const { width, height } = document;
    const [x, y] = [Math.floor(point.x), Math.floor(point.y)];
    if (superpixels === null || step === null || x < 0 || y < 0 || x >= width || y >= height) return;
    if (hasPixel(newest, x, y)) return;
    newest = superpixelAt(superpixels, x, y, width, height);
    step.edit.setMask(growRegion(newest, growBy, { x: 0, y: 0, width, height }), on);
  }

  function finish(): void {
    step = null;
    superpixels = null;
    newest = emptyRegion;
    last = null;
  }

  return {
    usesBrush: false,
    drags: true,
    cursor: "pointer",
    down(context, { point, ctrl }) {
      superpixels = context.superpixels();
      if (superpixels === null) return context.announce("This image has no photograph to find superpixels in");
      on = !ctrl;
      step = context.document.begin(on ? "Mask wand" : "Erase with mask wand");
      take(context, point);
      last = point;
    },
    move(context, at) {
      for (const { point } of at) {
        for (const between of path(last ?? point, point)) take(context, between);
        last = point;
      }
    },
    up(context) {
      if (step === null) return;
      step.commit();
      context.announce(maskSummary(context.document));
      finish();
    },
    cancel() {
      step?.cancel();
      finish();
    },
    shape: () => null,
  };
}

/** The way from a (left out) to b in steps of a pixel: a fast stroke leaves no superpixel out. */
function path(a: Point, b: Point): Point[] {
  const steps = Math.max(1, Math.ceil(Math.max(Math.abs(b.x - a.x), Math.abs(b.y - a.y))));
  return Array.from({ length: steps }, (_, i) => {
    const t = (i + 1) / steps;
    return { x: a.x + t * (b.x - a.x), y: a.y + t * (b.y - a.y) };
  });
}
