import { ActionIcon, Tooltip } from "@mantine/core";
import { Keyboard } from "lucide-react";
import type { MouseEvent } from "react";
import { focusCanvas } from "../canvas/focus";
import { useApp, useSettings } from "../context";
import classes from "./editor.module.css";
import { labelTools, maskTools, type ToolButton } from "./tools";

/** The column of tools. */
export function ToolRail() {
  const { session } = useApp();
  return (
    <nav className={classes.rail} aria-label="Tools">
      {maskTools.map((one) => (
        <ToolIcon key={one.tool} {...one} />
      ))}
      <div className={classes.rule} />
      {labelTools.map((one) => (
        <ToolIcon key={one.tool} {...one} />
      ))}
      <div style={{ flex: 1 }} />
      <Tooltip label="List of keys (?)" position="right">
        <ActionIcon size={32} aria-label="Keyboard keys" onClick={() => session.setState({ dialog: "keys" })}>
          <Keyboard size={18} />
        </ActionIcon>
      </Tooltip>
    </nav>
  );
}

function ToolIcon({ tool, name, keyName, what, Icon }: ToolButton) {
  const { settings } = useApp();
  const chosen = useSettings((state) => state.tool === tool);
  const choose = (event: MouseEvent): void => {
    settings.setState({ tool });
    // Chosen with the mouse, the next key (Space to pan, Enter) is meant for the picture, not for this button.
    if (event.detail > 0) focusCanvas();
  };
  return (
    <Tooltip label={`${name} (${keyName}): ${what}`} position="right">
      <ActionIcon
        size={32}
        variant={chosen ? "filled" : "subtle"}
        color={chosen ? "cyan" : "gray"}
        aria-label={name}
        aria-pressed={chosen}
        aria-keyshortcuts={keyName}
        onClick={choose}
      >
        <Icon size={18} />
      </ActionIcon>
    </Tooltip>
  );
}
