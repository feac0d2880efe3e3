import type { Tool, ToolContext } from "./types";

/** A tool that acts on the pixel that was pressed. Presses outside the image do nothing. */
export function createClickTool(
  cursor: Tool["cursor"],
  press: (context: ToolContext, x: number, y: number, ctrl: boolean) => void,
): Tool {
  return {
    usesBrush: false,
    drags: false,
    cursor,
    down(context, { point, ctrl }) {
      const x = Math.floor(point.x);
      const y = Math.floor(point.y);
      if (x < 0 || y < 0 || x >= context.document.width || y >= context.document.height) return;
      press(context, x, y, ctrl);
    },
    move: () => undefined,
    up: () => undefined,
    cancel: () => undefined,
    shape: () => null,
  };
}
