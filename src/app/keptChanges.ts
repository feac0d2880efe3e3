import { changesLabels } from "../document/workingState";
import type { Autosave } from "../project/autosave";
import type { SessionStore } from "./session";

/**
 * Finds out whether work changed its label that was kept by versions which did not note that: it is read, one by one.
 * @param isCurrent whether its data set is still the open one.
 */
export async function loadChanged(
  session: SessionStore,
  autosave: Pick<Autosave, "load">,
  keys: readonly string[],
  isCurrent: () => boolean,
): Promise<void> {
  const isUnknown = (key: string) => session.getState().imageStates.get(key)?.changed === null;
  const found = new Map<string, boolean>();
  for (const key of keys.filter(isUnknown)) {
    const working = await autosave.load(key);
    if (!isCurrent()) return;
    if (working !== null) found.set(key, changesLabels(working));
  }
  if (found.size === 0) return;
  // What was opened meanwhile is known by now.
  session.setState(({ imageStates }) => {
    const next = new Map(imageStates);
    for (const [key, changed] of found) {
      const state = next.get(key);
      if (state?.changed === null) next.set(key, { ...state, changed });
    }
    return { imageStates: next };
  });
}
