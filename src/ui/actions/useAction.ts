import { useCallback, useSyncExternalStore } from "react";
import { useApp, useSession, useSettings } from "../context";
import { type ActionName, actionsWith } from ".";
import { keysText } from "./keys";

/** An action as a button, a menu item or a tooltip needs it. */
export interface ActionInUse {
  readonly label: string;
  /** Its keys, as in aria-keyshortcuts and after a menu item; empty when it has none. */
  readonly keys: string;
  /** Its keys after its name: " (Ctrl+Z)". */
  readonly inBrackets: string;
  /** Label, keys and what it is good for, or why it cannot be done now. */
  readonly tip: string;
  readonly enabled: boolean;
  /** Why it cannot be done now, as a sentence; null when it can. */
  readonly whyNot: string | null;
  run(): void;
}

/** The action by its name, always as it stands. */
export function useAction(name: ActionName): ActionInUse {
  const app = useApp();
  const document = useSession((state) => state.image?.document ?? null);
  const subscribe = useCallback(
    (changed: () => void) => {
      const stores = [
        app.session,
        app.settings,
        app.strip.store,
        app.queueing.acts,
        app.lintWall.acts,
        app.removing.acts,
        document?.store,
      ];
      const stops = stores.map((store) => store?.subscribe(changed));
      return () => {
        for (const stop of stops) stop?.();
      };
    },
    [app, document],
  );
  const action = actionsWith(useSettings((state) => state.keys))[name];
  const enabled = useSyncExternalStore(subscribe, () => action.isEnabled?.(app) ?? true);
  const reason = useSyncExternalStore(subscribe, () => (enabled ? null : (action.whyNot?.(app) ?? null)));
  const whyNot = enabled ? null : (reason ?? "Not possible now.");
  const { label, what } = action;
  const keys = keysText(action);
  const inBrackets = keys === "" ? "" : ` (${keys})`;
  const about = whyNot ?? what;
  const tip = `${label}${inBrackets}${about === undefined ? "" : `: ${about}`}`;
  return { label, keys, inBrackets, tip, enabled, whyNot, run: () => void action.run(app) };
}
