import { brushStroke } from "../../core/brush";
import type { Point } from "../../core/point";
import type { Region } from "../../core/region";
import type { Edit, OpenEdit } from "../../document/types";
import type { SuggestionSet } from "../../review/types";
import type { Tool, ToolContext, ToolPointer } from "./types";

/** What one freehand stroke does: its name in the history and the change each stretch of it makes. */
export interface Stroke {
  readonly name: string;
  apply(edit: Edit<SuggestionSet>, region: Region): void;
  /** What to say when the stroke is done. */
  done(): string;
}

/** A brush: every stretch is applied at once, the whole stroke is one history entry. */
export function createStrokeTool(start: (context: ToolContext, ctrl: boolean) => Stroke): Tool {
  let stroke: Stroke | null = null;
  let step: OpenEdit<SuggestionSet> | null = null;
  let last: Point | null = null;

  function extend({ document, brushSize }: ToolContext, points: readonly Point[]): void {
    if (step === null || stroke === null || points.length === 0) return;
    const clip = { x: 0, y: 0, width: document.width, height: document.height };
    const path = last === null ? points : [last, ...points];
    stroke.apply(step.edit, brushStroke(path, brushSize, clip));
    last = points[points.length - 1];
  }

  function finish(): void {
    step = null;
    stroke = null;
    last = null;
  }

  return {
    usesBrush: true,
    drags: true,
    cursor: "none",
    down(context, at) {
      stroke = start(context, at.ctrl);
      step = context.document.begin(stroke.name);
      extend(context, [at.point]);
    },
    move(context, at: readonly ToolPointer[]) {
      extend(
        context,
        at.map((one) => one.point),
      );
    },
    up(context) {
      if (step === null || stroke === null) return;
      step.commit();
      context.announce(stroke.done());
      finish();
    },
    cancel() {
      step?.cancel();
      finish();
    },
    shape: () => null,
  };
}
