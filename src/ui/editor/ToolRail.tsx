import { ActionIcon, Tooltip } from "@mantine/core";
import {
  Eraser,
  Highlighter,
  Keyboard,
  Lasso,
  Layers,
  type LucideIcon,
  MousePointerClick,
  PaintBucket,
  Paintbrush,
  Pentagon,
  Pipette,
  Spline,
  SquareDashed,
  Wand,
} from "lucide-react";
import type { MouseEvent } from "react";
import type { ToolName } from "../../app/settings";
import { reasonProps } from "../a11y/ReasonButton";
import { useAction } from "../actions/useAction";
import { focusCanvas } from "../canvas/focus";
import { useSettings } from "../context";
import classes from "./editor.module.css";

/** Tools that say what is wrong, then those that write labels. */
const maskTools: readonly (readonly [ToolName, LucideIcon])[] = [
  ["mask-brush", Highlighter],
  ["mask-eraser", Eraser],
  ["mask-rectangle", SquareDashed],
  ["mask-lasso", Lasso],
  ["mask-polygon", Pentagon],
  ["mask-wand", Wand],
  ["select-region", MousePointerClick],
  ["select-class", Layers],
  ["mask-boundary", Spline],
];
const labelTools: readonly (readonly [ToolName, LucideIcon])[] = [
  ["class-brush", Paintbrush],
  ["fill", PaintBucket],
  ["pick-class", Pipette],
];

/** The column of tools. */
export function ToolRail() {
  const showKeys = useAction("show-keys");
  return (
    <nav className={classes.rail} aria-label="Tools">
      {maskTools.map(([tool, Icon]) => (
        <ToolButton key={tool} tool={tool} Icon={Icon} />
      ))}
      <div className={classes.rule} />
      {labelTools.map(([tool, Icon]) => (
        <ToolButton key={tool} tool={tool} Icon={Icon} />
      ))}
      <div style={{ flex: 1 }} />
      <Tooltip label={showKeys.tip} position="right">
        <ActionIcon size={32} aria-label="Keyboard keys" onClick={showKeys.run}>
          <Keyboard size={18} />
        </ActionIcon>
      </Tooltip>
    </nav>
  );
}

function ToolButton({ tool, Icon }: { readonly tool: ToolName; readonly Icon: LucideIcon }) {
  const { label, keys, tip, whyNot, run } = useAction(tool);
  const chosen = useSettings((state) => state.tool === tool);
  const choose = (event: MouseEvent): void => {
    run();
    // Chosen with the mouse, the next key (Space to pan, Enter) is meant for the picture, not for this button.
    if (event.detail > 0) focusCanvas();
  };
  return (
    <Tooltip label={tip} position="right">
      <ActionIcon
        size={32}
        variant={chosen ? "filled" : "subtle"}
        color={chosen ? "cyan" : "gray"}
        aria-label={label}
        aria-pressed={chosen}
        aria-keyshortcuts={keys}
        {...reasonProps(whyNot)}
        onClick={choose}
      >
        <Icon size={18} />
      </ActionIcon>
    </Tooltip>
  );
}
