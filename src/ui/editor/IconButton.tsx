import { ActionIcon, Tooltip } from "@mantine/core";
import type { ReactNode } from "react";
import type { ActionInUse } from "../actions/useAction";

interface IconButtonProps {
  readonly action: ActionInUse;
  /** Instead of the action's own. */
  readonly tip?: string;
  readonly small?: boolean;
  readonly pressed?: boolean;
  readonly children: ReactNode;
}

/** An action as an icon with a tooltip. */
export function IconButton({ action, tip, small = false, pressed, children }: IconButtonProps) {
  return (
    <Tooltip label={tip ?? action.tip}>
      <ActionIcon
        size={small ? "sm" : "md"}
        aria-label={action.label}
        {...(pressed === undefined ? {} : { "aria-pressed": pressed })}
        disabled={!action.enabled}
        onClick={action.run}
      >
        {children}
      </ActionIcon>
    </Tooltip>
  );
}
