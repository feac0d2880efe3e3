import { openRows } from "../review/queue";
import { speaksOfLabel } from "../review/types";
import { followDocument } from "./followDocument";
import { type SessionStore, showInfo } from "./session";

/**
 * Says so when an edit takes undecided rows of lint or of a search for errors away: they spoke of the label as it was
 * there, or the mask lies in the area around them.
 */
export function tellOfDroppedRows(session: SessionStore): void {
  followDocument(session, {
    changed(now, before) {
      if (before.proposal === null || now.proposal !== null || !speaksOfLabel(before.proposal)) return;
      const { length } = openRows(before.proposal);
      if (length === 0) return;
      const rows = `${length} undecided ${length === 1 ? "row" : "rows"}`;
      // An edit leaves nothing to redo; after an undo the rows are in no step.
      const remedy = now.canRedo ? "Check the label or find errors again." : "Undo (Ctrl+Z) brings them back.";
      showInfo(session, "Review list emptied", `${rows} did not outlast this change. ${remedy}`);
    },
  });
}
