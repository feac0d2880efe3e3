import type { KeyBinding, OwnKeys } from "../../app/keyBindings";
import type { View } from "../../app/session";
import { datasetActions } from "./datasetActions";
import { imageActions } from "./imageActions";
import { actionFor, bindingText, type KeyPress } from "./keys";
import { panelActions } from "./panelActions";
import { editing, editingOnly } from "./readOnly";
import { reviewActions } from "./reviewActions";
import { toolActions } from "./toolActions";
import { type Action, isIn, meet } from "./types";
import { viewActions } from "./viewActions";

/** All actions, in the order of the list of keys. */
const table = {
  ...editing(
    reviewActions,
    ...(["next-suggestion", "previous-suggestion", "next-list", "previous-list", "show-live", "show-found"] as const),
    ...(["show-checks", "review-queue", "show-scans", "check-label", "strip", "cancel"] as const),
  ),
  ...editing(toolActions),
  ...viewActions,
  ...panelActions,
  ...editingOnly(imageActions, "turn-picture", "save", "import"),
  ...editingOnly(datasetActions, "mark-reviewed", "exclude-image", "check-labels", "pause-check"),
};

export type ActionName = keyof typeof table;

export const actions: Readonly<Record<ActionName, Action>> = table;

const tables = new WeakMap<OwnKeys, typeof actions>();

/** All actions with the keys the user gave them. The same value as long as `own` is the same. */
export function actionsWith(own: OwnKeys): typeof actions {
  const table = tables.get(own) ?? withOwnKeys(own);
  tables.set(own, table);
  return table;
}

function withOwnKeys(own: OwnKeys): typeof actions {
  if (Object.keys(own).length === 0) return actions;
  const given = Object.entries(actions).flatMap(([name, action]) =>
    (own[name] ?? []).map((one) => ({ action, key: bindingText(one) })),
  );
  const isGiven = (one: KeyBinding, to: Action): boolean =>
    given.some(({ action, key }) => key === bindingText(one) && meet(action, to));
  const change = ([name, action]: [string, Action]): [string, Action] => {
    const keys = own[name];
    if (action.fixedKeys === true) return [name, action];
    // A key that the app came to use later is still the action's that the user gave it to.
    if (keys === undefined) return [name, { ...action, keys: action.keys.filter((one) => !isGiven(one, action)) }];
    const repeats = action.keys.some((one) => one.repeats === true);
    return [name, { ...action, keys: keys.map((one) => ({ ...one, repeats, canvasOnly: belongsToPage(one) })) }];
  };
  return Object.fromEntries(Object.entries(actions).map(change)) as typeof actions;
}

/** Buttons and links want these; on the canvas they are free. */
function belongsToPage({ code = "", ctrl = false }: KeyBinding): boolean {
  return !ctrl && /^(Enter|NumpadEnter|Tab)$/.test(code);
}

/**
 * The action a key press means, or null.
 * @param focused Whether the canvas (or the grid of images) has the focus.
 */
export function actionOf(press: KeyPress, focused: boolean, own: OwnKeys = {}, view: View = "editor"): Action | null {
  const inView = Object.values(actionsWith(own)).filter((one) => isIn(one, view));
  return actionFor(inView, press, focused);
}
