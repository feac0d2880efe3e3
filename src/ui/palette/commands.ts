import { digitOrder } from "../../app/classRows";
import { classesOf } from "../../app/session";
import { announce } from "../../app/tell";
import { actionsWith } from "../actions";
import { keysText } from "../actions/keys";
import { isIn } from "../actions/types";
import { type ColorScheme, colorSchemes } from "../colorSchemes";
import type { UiApp } from "../context";

/** One line of the command palette. */
export interface Command {
  readonly id: string;
  readonly group: string;
  readonly label: string;
  /** What it is good for; while it cannot be run, why not. */
  readonly description: string;
  /** Its keys; empty when it has none. */
  readonly keys: string;
  readonly enabled: boolean;
  run(): void;
}

/**
 * All actions of the view as they stand, but for those that mean nothing without their key, the themes, and the classes to paint with.
 * @param setColorScheme Only the interface's framework can change the theme.
 */
export function commands(app: UiApp, setColorScheme: (scheme: ColorScheme) => void): readonly Command[] {
  const { view } = app.session.getState();
  const fromActions = Object.entries(actionsWith(app.settings.getState().keys))
    .filter(([name, one]) => one.byKeyOnly !== true && name !== "command-palette" && isIn(one, view))
    .map(([id, action]) => {
      const enabled = action.isEnabled?.(app) ?? true;
      const description = enabled ? action.what : (action.whyNot?.(app) ?? "Not possible now.");
      return {
        id,
        group: action.group,
        label: action.label,
        description: description ?? "",
        keys: keysText(action),
        enabled,
        run: () => void action.run(app),
      };
    });
  const paint = digitOrder(classesOf(app.session.getState()), app.settings.getState().pinnedClasses).map(
    ({ id, name, ignored }, place) => ({
      id: `class ${id}`,
      group: "Classes",
      label: `Paint with ${name}`,
      description: ignored ? "void" : "",
      keys: place < 9 ? String(place + 1) : "",
      enabled: true,
      run: () => app.editing.paintWith(id),
    }),
  );
  const themes = colorSchemes.map(({ value, label }) => ({
    id: `theme ${value}`,
    group: "View",
    label: `Theme: ${label.toLowerCase()}`,
    description: "",
    keys: "",
    enabled: true,
    run() {
      setColorScheme(value);
      announce(app.session, `Theme: ${label.toLowerCase()}`);
    },
  }));
  return [...fromActions, ...themes, ...(view === "editor" ? paint : [])];
}
