import { isUndecided, openSuggestions, rowsOf } from "../review/queue";
import { isSameRun, LIVE } from "../review/sets";
import type { OpenDocument, Suggestion, SuggestionSet } from "../review/types";
import { followDocument } from "./followDocument";
import type { SessionStore } from "./session";
import { showInfo } from "./tell";

/**
 * Says so, once a step, when it takes undecided rows away: the label under them changed. Rows for the mask that stands are not
 * counted: they are rebuilt with it. Rows of masks cleared before are, since nothing rebuilds them.
 */
export function tellOfDroppedRows(session: SessionStore): void {
  let open: OpenDocument | null = null;
  /** As they were before a step that is still being made, with what came since. */
  const sets = new Map<string, SuggestionSet>();
  let version = 0;
  const note = (proposals: Readonly<Record<string, SuggestionSet>>): void => {
    for (const set of Object.values(proposals)) {
      if (!isSameRun(set, sets.get(set.name) ?? null)) sets.set(set.name, set);
    }
  };
  const restart = (document: OpenDocument | null): void => {
    open = document;
    sets.clear();
    version = document?.store.getState().version ?? 0;
    note(document?.store.getState().proposals ?? {});
  };
  restart(session.getState().image?.document ?? null);
  followDocument(session, {
    opened: restart,
    changed(now, before) {
      if (now.steps === before.steps && open?.isDrawing()) return note(now.proposals);
      const isStep = now.steps !== before.steps && now.version !== version;
      const dropped = isStep
        ? [...sets.values()].reduce((sum, set) => sum + droppedRows(set, now.proposals[set.name] ?? null), 0)
        : 0;
      restart(open);
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
 * A new search replaces the rows of the one before: these are not dropped by a step. A new answer for the mask keeps those of
 * masks cleared before. A decision on rows of the set takes only those with it that said the same, and says so itself.
 */
function droppedRows(before: SuggestionSet, now: SuggestionSet | null): number {
  const isLive = before.name === LIVE;
  if ((!isLive && !isSameRun(before, now)) || isDecision(before, now)) return 0;
  const left = new Set(now?.suggestions.flatMap(bitsOf));
  const isGone = (one: Suggestion): boolean =>
    (!isLive || one.released === true) && !bitsOf(one).some((bits) => left.has(bits));
  return rowsOf(openSuggestions(before).filter(isGone)).length;
}

/** What tells a row: one that a newer answer covers in part is whole again without it. */
function bitsOf({ region, whole }: Suggestion): readonly Uint8Array[] {
  return whole === undefined ? [region.bits] : [region.bits, whole.region.bits];
}

function isDecision(before: SuggestionSet, now: SuggestionSet | null): boolean {
  const isDecided = (one: Suggestion): boolean => !one.covered && !isUndecided(one);
  const decided = new Set(before.suggestions.filter(isDecided).map(({ id }) => id));
  return now?.suggestions.some((one) => isDecided(one) && !decided.has(one.id)) ?? false;
}
