import { openSuggestions, rowsOf } from "../review/queue";
import { isSameRun, LIVE } from "../review/sets";
import type { SuggestionSet } from "../review/types";
import { followDocument } from "./followDocument";
import type { SessionStore } from "./session";
import { showInfo } from "./tell";

/**
 * Says so, once a step, when it takes undecided rows away: the label under them changed. Rows for the mask are not counted: they
 * come and go with it.
 */
export function tellOfDroppedRows(session: SessionStore): void {
  /** As they were before a step that is still being made, with what came since. */
  const sets = new Map<string, SuggestionSet>();
  const note = (proposals: Readonly<Record<string, SuggestionSet>>): void => {
    for (const set of Object.values(proposals)) {
      if (set.name !== LIVE && !isSameRun(set, sets.get(set.name) ?? null)) sets.set(set.name, set);
    }
  };
  followDocument(session, {
    opened(document) {
      sets.clear();
      note(document?.store.getState().proposals ?? {});
    },
    changed(now, before) {
      if (now.steps === before.steps) return note(now.proposals);
      const dropped = [...sets.values()].reduce(
        (sum, set) => sum + droppedRows(set, now.proposals[set.name] ?? null),
        0,
      );
      sets.clear();
      note(now.proposals);
      if (dropped === 0) return;
      const isUndo = now.redoName !== null && now.redoName === before.undoName;
      const rows = `${dropped} undecided ${dropped === 1 ? "row was" : "rows were"} dropped`;
      const remedy = isUndo ? "Redo (Ctrl+Y) brings" : "Undo (Ctrl+Z) brings";
      const them = dropped === 1 ? "it" : "them";
      showInfo(session, "Review list", `${rows}: the label under ${them} changed. ${remedy} ${them} back.`);
    },
  });
}

/**
 * A new search replaces the rows of the one before: these are not dropped by a step. A decision on rows of the set takes only
 * those with it that said the same, and says so itself.
 */
function droppedRows(before: SuggestionSet, now: SuggestionSet | null): number {
  const decidedIn = (set: SuggestionSet | null): number => (set?.suggestions.length ?? 0) - openSuggestions(set).length;
  if (!isSameRun(before, now) || decidedIn(before) !== decidedIn(now)) return 0;
  const left = new Set(now?.suggestions.map(({ region }) => region.bits));
  return rowsOf(openSuggestions(before).filter((one) => !left.has(one.region.bits))).length;
}
