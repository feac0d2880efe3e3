import {
  Eraser,
  Highlighter,
  Lasso,
  type LucideIcon,
  MousePointerClick,
  PaintBucket,
  Paintbrush,
  Pipette,
  SquareDashed,
} from "lucide-react";
import type { ToolName } from "../../app/settings";

export interface ToolButton {
  readonly tool: ToolName;
  readonly name: string;
  readonly keyName: string;
  readonly what: string;
  readonly Icon: LucideIcon;
}

/** Tools that say what is wrong. */
export const maskTools: readonly ToolButton[] = [
  { tool: "mask-brush", name: "Mask brush", keyName: "B", what: "mark what is wrong; Ctrl erases", Icon: Highlighter },
  { tool: "mask-eraser", name: "Mask eraser", keyName: "E", what: "take pixels out of the mask", Icon: Eraser },
  { tool: "mask-rectangle", name: "Mask rectangle", keyName: "R", what: "drag a box; Ctrl erases", Icon: SquareDashed },
  { tool: "mask-lasso", name: "Mask lasso", keyName: "L", what: "draw around it; Ctrl erases", Icon: Lasso },
  {
    tool: "select-region",
    name: "Select region",
    keyName: "C",
    what: "mask the region under the click, plus the grow margin",
    Icon: MousePointerClick,
  },
];

/** Tools that write labels. */
export const labelTools: readonly ToolButton[] = [
  {
    tool: "class-brush",
    name: "Class brush",
    keyName: "K",
    what: "paint the chosen class; inside the mask it is a hint",
    Icon: Paintbrush,
  },
  { tool: "fill", name: "Fill", keyName: "G", what: "give the clicked region the chosen class", Icon: PaintBucket },
  { tool: "pick-class", name: "Pick class", keyName: "I", what: "take the class under the click", Icon: Pipette },
];
