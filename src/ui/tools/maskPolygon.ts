import { maskSummary } from "../../app/summary";
import type { Point } from "../../core/point";
import { polygonRegion } from "../../core/polygon";
import { regionArea } from "../../core/region";
import type { Tool, ToolContext } from "./types";

/** Masks what a polygon of clicked points encloses. With Ctrl held at the first point it erases. */
export function createMaskPolygon(): Tool {
  let points: Point[] = [];
  let on = true;
  let hover: Point | null = null;

  function sayPoints({ announce }: ToolContext): void {
    announce(`Polygon: ${points.length} ${points.length === 1 ? "point" : "points"}`);
  }

  function reset(): void {
    points = [];
    hover = null;
  }

  return {
    usesBrush: false,
    drags: false,
    cursor: "crosshair",
    down(context, { point, ctrl }) {
      if (points.length === 0) on = !ctrl;
      points = [...points, point];
      hover = null;
      sayPoints(context);
    },
    // A press that slips moves its point.
    move(_context, at) {
      if (points.length > 0 && at.length > 0) points = [...points.slice(0, -1), at[at.length - 1].point];
    },
    up: () => undefined,
    cancel: reset,
    steps: {
      isOpen: () => points.length > 0,
      hover(point) {
        hover = point;
      },
      back(context) {
        points = points.slice(0, -1);
        if (points.length > 0) sayPoints(context);
        else context.announce("Polygon given up");
      },
      close({ document, announce }) {
        if (points.length < 3) {
          announce("A polygon needs three points");
          return false;
        }
        const region = polygonRegion(points, { x: 0, y: 0, width: document.width, height: document.height });
        reset();
        document.edit(on ? "Mask polygon" : "Erase with mask polygon", (edit) => edit.setMask(region, on));
        announce(regionArea(region) === 0 ? "The polygon holds no pixel of the image" : maskSummary(document));
        return true;
      },
    },
    shape: () =>
      points.length === 0
        ? null
        : { kind: "path", points: hover === null ? points : [...points, hover], marks: points },
  };
}
