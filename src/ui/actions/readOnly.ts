import { whyReadOnly } from "../../app/guard";
import { announce } from "../../app/tell";
import type { Action } from "./types";

type Table = Readonly<Record<string, Action>>;

/** These actions edit, but for those named: they say why not while another tab edits the data set. */
export function editing<T extends Table>(table: T, ...reading: readonly (keyof T)[]): T {
  return editingOnly(table, ...Object.keys(table).filter((name) => !reading.includes(name)));
}

/** Of these actions only those named edit. */
export function editingOnly<T extends Table>(table: T, ...edits: readonly (keyof T)[]): T {
  const change = ([name, action]: [string, Action]) => [name, edits.includes(name) ? checked(action) : action];
  return Object.fromEntries(Object.entries(table).map(change)) as T;
}

function checked(action: Action): Action {
  return {
    ...action,
    isEnabled: (app) => app.session.getState().readOnly === null && (action.isEnabled?.(app) ?? true),
    whyNot(app) {
      const { readOnly } = app.session.getState();
      return readOnly !== null ? whyReadOnly(readOnly) : (action.whyNot?.(app) ?? "Not possible now.");
    },
    run(app, code) {
      const { readOnly } = app.session.getState();
      return readOnly === null ? action.run(app, code) : announce(app.session, whyReadOnly(readOnly));
    },
  };
}
