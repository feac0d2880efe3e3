import "@mantine/notifications/styles.css";
import { Button, Text } from "@mantine/core";
import { Notifications, notifications } from "@mantine/notifications";
import { CircleAlert, Info } from "lucide-react";
import { useEffect } from "react";
import type { Message } from "../../app/session";
import { useApp } from "../context";
import classes from "./start.module.css";

/** How long what is no error stays, ms; the pointer on it stops the clock. */
const infoTime = 8000;
/** Further ones would wait unseen: errors stay until they are closed. */
const most = 20;

/** Errors and explanations as they come, in the corner of the tools: buttons and the review stay free. */
export function Toasts() {
  const { session } = useApp();
  useEffect(() => {
    const { message } = session.getState();
    if (message !== null) show(message);
    return session.subscribe((now, before) => {
      if (now.message !== null && now.message !== before.message) show(now.message);
    });
  }, [session]);
  return <Notifications position="bottom-left" limit={most} containerWidth={320} className={classes.toasts} />;
}

function show({ kind, title, text, action }: Message): void {
  const isError = kind === "error";
  // The same again while it is still there is no second toast.
  const id = `${kind} ${title} ${text}`;
  notifications.show({
    id,
    // The announcer speaks it: as an alert it would be spoken twice.
    role: "note",
    "aria-label": title,
    color: isError ? "red" : "cyan",
    icon: isError ? <CircleAlert size={17} /> : <Info size={17} />,
    title,
    message: action === undefined ? text : <WithAction id={id} text={text} action={action} />,
    autoClose: isError || action !== undefined ? false : infoTime,
    withBorder: true,
    closeButtonProps: { "aria-label": "Close message" },
    styles: { root: { whiteSpace: "pre-line" }, description: { color: "var(--mantine-color-text)" } },
  });
}

interface WithActionProps extends Required<Pick<Message, "text" | "action">> {
  readonly id: string;
}

function WithAction({ id, text, action }: WithActionProps) {
  return (
    <>
      <Text size="sm">{text}</Text>
      <Button
        size="compact-xs"
        variant="default"
        mt={6}
        onClick={() => {
          notifications.hide(id);
          action.run();
        }}
      >
        {action.label}
      </Button>
    </>
  );
}
