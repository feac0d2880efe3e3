import { Button, type ButtonProps, Tooltip } from "@mantine/core";
import type { ReactNode } from "react";
import { announce } from "../../app/tell";
import { useApp, useWhyReadOnly } from "../context";

interface ReasonButtonProps extends Omit<ButtonProps, "disabled"> {
  /** Why it cannot be pressed now, as a sentence; null when it can. */
  readonly whyNot: string | null;
  /** It cannot be pressed either while another tab edits the data set. */
  readonly edits?: boolean;
  /** What its tooltip says else. */
  readonly tip?: string;
  readonly "aria-label"?: string;
  readonly children: ReactNode;
  onClick(): void;
}

/**
 * A button that says why it cannot be pressed, to the pointer, to screen readers and to whoever presses it: it keeps the focus
 * and its tooltip, which a disabled one has not.
 */
export function ReasonButton({ whyNot: reason, edits = false, tip, onClick, children, ...rest }: ReasonButtonProps) {
  const { session } = useApp();
  const readOnly = useWhyReadOnly();
  const whyNot = edits ? (readOnly ?? reason) : reason;
  const said = whyNot ?? tip;
  return (
    <Tooltip label={said} disabled={said === undefined} multiline maw={300}>
      <Button
        {...rest}
        {...reasonProps(whyNot)}
        onClick={() => (whyNot === null ? onClick() : announce(session, whyNot))}
      >
        {children}
      </Button>
    </Tooltip>
  );
}

/** Looks disabled and says so, with the reason as its description; nothing where there is no reason. */
export function reasonProps(whyNot: string | null) {
  return whyNot === null ? {} : { "data-disabled": true, "aria-disabled": true, "aria-description": whyNot };
}
