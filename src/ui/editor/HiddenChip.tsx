import { Button, Text } from "@mantine/core";
import { EyeOff } from "lucide-react";
import { classesOf } from "../../app/session";
import { announce } from "../../app/tell";
import { focusCanvas } from "../canvas/focus";
import { useApp, useSession, useSettings } from "../context";
import classes from "./editor.module.css";

const most = 3;

/** Says over the picture which classes are not drawn: a label that seems to lack them is easily painted over. */
export function HiddenChip() {
  const { settings, session } = useApp();
  const hidden = useSettings((state) => state.hiddenClasses);
  const table = useSession(classesOf);
  const names = table.filter(({ id }) => hidden.has(id)).map(({ name }) => name);
  if (names.length === 0) return null;
  const more = names.length > most ? ` and ${names.length - most} more` : "";
  const showAll = (): void => {
    settings.setState({ hiddenClasses: new Set() });
    announce(session, "All classes are shown");
    focusCanvas();
  };
  return (
    <div className={classes.chip} data-testid="hidden-classes">
      <EyeOff size={13} aria-hidden style={{ flex: "none" }} />
      <Text span size="xs" truncate title={names.join(", ")}>
        Hidden: {names.slice(0, most).join(", ")}
        {more}
      </Text>
      <Button variant="subtle" size="compact-xs" flex="none" onClick={showAll}>
        Show all
      </Button>
    </div>
  );
}
