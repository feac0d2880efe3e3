import { imageActions } from "./imageActions";
import { actionFor, type KeyPress } from "./keys";
import { panelActions } from "./panelActions";
import { reviewActions } from "./reviewActions";
import { toolActions } from "./toolActions";
import type { Action } from "./types";
import { viewActions } from "./viewActions";

/** All actions, in the order of the list of keys. */
const table = { ...reviewActions, ...toolActions, ...viewActions, ...panelActions, ...imageActions };

export type ActionName = keyof typeof table;

export const actions: Readonly<Record<ActionName, Action>> = table;

/** The action a key press means, or null. */
export function actionOf(press: KeyPress, canvasFocused: boolean): Action | null {
  return actionFor(Object.values(actions), press, canvasFocused);
}
