import { Anchor, Button, Popover, Stack, Text } from "@mantine/core";
import { CircleAlert, Info } from "lucide-react";
import { useStore } from "zustand";
import { useApp } from "../context";
import classes from "./start.module.css";
import { WithAction } from "./Toasts";

/** What was told so far, for whoever wants to read it again; nothing where nothing was. */
export function MessageList() {
  const { messages } = useApp();
  const told = useStore(messages.store, (state) => state.told);
  if (told.length === 0) return null;
  // All of it is in the list, which a toast would cover.
  const putToastsAway = (): void => {
    for (const { id, isShown } of told) if (isShown) messages.putAway(id);
  };
  const errors = told.filter(({ message }) => message.kind === "error").length;
  const errorText = errors === 0 ? "" : `, ${errors} ${errors === 1 ? "error" : "errors"}`;
  return (
    <Popover position="top-start" width={420} withinPortal trapFocus returnFocus onOpen={putToastsAway}>
      <Popover.Target>
        <Anchor component="button" inherit title="What the app said, the newest first">
          {`${told.length} ${told.length === 1 ? "message" : "messages"}${errorText}`}
        </Anchor>
      </Popover.Target>
      <Popover.Dropdown>
        <Stack gap={10} mah="50vh" className={classes.told}>
          {[...told].reverse().map(({ id, message: { kind, title, text, action }, at }) => (
            <article key={id} className={classes.message} data-kind={kind} aria-label={title}>
              {kind === "error" ? <CircleAlert size={16} aria-label="Error" /> : <Info size={16} aria-hidden />}
              <div>
                <Text size="sm" fw={600}>
                  {title}{" "}
                  <Text span inherit c="dimmed" fw={400}>
                    {new Date(at).toLocaleTimeString("en", { timeStyle: "short" })}
                  </Text>
                </Text>
                {action === undefined ? (
                  <Text size="sm">{text}</Text>
                ) : (
                  <WithAction id={id} text={text} action={action} />
                )}
              </div>
            </article>
          ))}
        </Stack>
        <Button variant="default" size="compact-xs" mt={10} onClick={messages.clear}>
          Forget all
        </Button>
      </Popover.Dropdown>
    </Popover>
  );
}
