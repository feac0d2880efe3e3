import { ActionIcon, Tooltip } from "@mantine/core";
import type { ReactNode } from "react";
import { announce } from "../../app/tell";
import { reasonProps } from "../a11y/ReasonButton";
import type { ActionInUse } from "../actions/useAction";
import { useApp } from "../context";

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
  const { session } = useApp();
  return (
    <Tooltip label={action.enabled ? (tip ?? action.tip) : action.tip}>
      <ActionIcon
        size={small ? "sm" : "md"}
        aria-label={action.label}
        {...(pressed === undefined ? {} : { "aria-pressed": pressed })}
        {...reasonProps(action.whyNot)}
        onClick={() => (action.whyNot === null ? action.run() : announce(session, action.whyNot))}
      >
        {children}
      </ActionIcon>
    </Tooltip>
  );
}
