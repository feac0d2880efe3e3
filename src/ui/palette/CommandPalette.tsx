import "@mantine/spotlight/styles.css";
import { Kbd, useMantineColorScheme } from "@mantine/core";
import { Spotlight, type SpotlightActionData, useSpotlight } from "@mantine/spotlight";
import { useMemo, useRef } from "react";
import { announce } from "../../app/tell";
import { actionOf, actionsWith } from "../actions";
import { focusView } from "../canvas/focus";
import { useApp } from "../context";
import { type Command, commands } from "./commands";
import classes from "./palette.module.css";
import { palette, paletteStore } from "./paletteStore";

/** Finds and runs any command by its name. What cannot be run now says why and stays open. */
export function CommandPalette() {
  const app = useApp();
  const { opened } = useSpotlight(paletteStore);
  const { setColorScheme } = useMantineColorScheme();
  const all = useMemo(() => (opened ? commands(app, setColorScheme) : []), [app, opened, setColorScheme]);
  const chosen = useRef<Command | null>(null);
  const said = useRef("");
  const groups = [...new Set(all.map(({ group }) => group))].map((group) => ({
    group,
    actions: all.filter((one) => one.group === group).map((one) => line(one, choose)),
  }));

  /** The focus stays in the search field: the line that typing or the arrow keys reach is spoken. */
  function sayLine(): void {
    const text = document.querySelector(`[data-action][data-selected][${saidAs}]`)?.getAttribute(saidAs) ?? "";
    if (text !== "" && text !== said.current) announce(app.session, text);
    said.current = text;
  }

  function choose(command: Command): void {
    if (command.enabled) chosen.current = command;
    else announce(app.session, spoken(command));
  }

  /** Only now: a dialog that the command opens must not lose the focus to this one's closing. */
  function closed(): void {
    focusView();
    const command = chosen.current;
    chosen.current = null;
    command?.run();
  }

  return (
    <Spotlight
      store={paletteStore}
      actions={groups}
      nothingFound="No command of this name"
      highlightQuery
      scrollable
      scrollAreaProps={{ viewportProps: { tabIndex: 0 } }}
      shortcut={null}
      title="Command palette"
      classNames={{ header: classes.title }}
      limit={120}
      returnFocus={false}
      transitionProps={{ duration: 0 }}
      overlayProps={{ backgroundOpacity: 0.25, blur: 0 }}
      onSpotlightClose={closed}
      searchProps={{
        size: "md",
        placeholder: "Find a command or a class",
        "aria-label": "Find a command",
        onKeyUp: sayLine,
        // The key that opened it closes it; the browser would print, or go to its address line.
        onKeyDown(event) {
          const { keys } = app.settings.getState();
          if (actionOf(event.nativeEvent, false, keys) !== actionsWith(keys)["command-palette"]) return;
          event.preventDefault();
          palette.close();
        },
      }}
    />
  );
}

/** The attribute of a line that holds how it is spoken. */
const saidAs = "data-said";

function spoken({ label, description, keys, enabled }: Command): string {
  if (!enabled) return `${label}: ${description}`;
  return keys === "" ? label : `${label}, ${keys}`;
}

function line(command: Command, choose: (command: Command) => void): SpotlightActionData {
  const { id, label, description, keys, enabled } = command;
  return {
    id,
    label,
    description,
    "aria-disabled": !enabled,
    ...({ [saidAs]: spoken(command) } as object),
    className: enabled ? undefined : classes.off,
    rightSection: keys === "" ? undefined : <Kbd size="xs">{keys}</Kbd>,
    closeSpotlightOnTrigger: enabled,
    onClick: () => choose(command),
  };
}
