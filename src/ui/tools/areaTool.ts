import { maskSummary } from "../../app/summary";
import type { Point } from "../../core/point";
import type { Rect } from "../../core/rect";
import { type Region, regionArea } from "../../core/region";
import type { Tool, ToolContext, ToolShape } from "./types";

/** A mask tool that shows an area while dragged and masks it on release. With Ctrl held at the start it erases. */
export interface AreaKind {
  readonly name: string;
  /** The area of the pointer's path so far. */
  region(path: readonly Point[], clip: Rect): Region;
  shape(path: readonly Point[], clip: Rect): ToolShape;
  /** Points the path needs to keep. */
  readonly keepsPath: boolean;
}

export function createAreaTool(kind: AreaKind): Tool {
  let path: Point[] = [];
  let on = true;
  let clip: Rect = { x: 0, y: 0, width: 0, height: 0 };

  function commit({ document, announce }: ToolContext): void {
    const region = kind.region(path, clip);
    if (regionArea(region) === 0) return;
    document.edit(on ? kind.name : `Erase with ${kind.name.toLowerCase()}`, (edit) => edit.setMask(region, on));
    announce(maskSummary(document));
  }

  return {
    usesBrush: false,
    drags: true,
    cursor: "crosshair",
    down(context, at) {
      clip = { x: 0, y: 0, width: context.document.width, height: context.document.height };
      on = !at.ctrl;
      path = [at.point];
    },
    move(_context, at) {
      const points = at.map((one) => one.point);
      path = kind.keepsPath ? [...path, ...points] : [path[0], ...points.slice(-1)];
    },
    up(context) {
      if (path.length > 0) commit(context);
      path = [];
    },
    cancel() {
      path = [];
    },
    shape: () => (path.length === 0 ? null : kind.shape(path, clip)),
  };
}
