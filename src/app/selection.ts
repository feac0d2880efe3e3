import { intersectRegions, regionArea } from "../core/region";
import { openRows } from "../review/queue";
import { type Suggestion, type SuggestionSet, speaksOfLabel } from "../review/types";
import { followDocument } from "./followDocument";
import type { SessionStore } from "./session";

/** Keeps the selection where `nextSelection` says, whatever changes the open document's suggestions. */
export function followSelection(session: SessionStore): void {
  followDocument(session, {
    opened: (document) => {
      const selected = nextSelection(null, null, document?.store.getState().proposal ?? null);
      session.setState({ selected, selectedByUser: false, choosingClass: false });
    },
    changed(now, before) {
      if (now.proposal === before.proposal) return;
      const { selected, selectedByUser } = session.getState();
      const next = nextSelection(before.proposal, selected, now.proposal, selectedByUser);
      const [old, one] = [itemOf(before.proposal, selected), itemOf(now.proposal, next)];
      const isSame = old !== undefined && one !== undefined && sharedArea(old, one) > 0;
      const state = { selected: next, selectedByUser: selectedByUser && isSame };
      session.setState(isSame ? state : { ...state, choosingClass: false });
    },
  });
}

function itemOf(set: SuggestionSet | null, id: number | null): Suggestion | undefined {
  return set?.suggestions.find((one) => one.id === id);
}

function sharedArea(a: Suggestion, b: Suggestion): number {
  return regionArea(intersectRegions(a.region, b.region));
}

/**
 * The id of the row to select when `after` takes the place of `before`, in which `selected` was; null when none is open.
 * Within one set: what undo gave back, else the same as before, else the next after one that was decided or skipped. In a
 * refined set: what took the place of the selected one, where that was the user's choice. In any other: the first.
 */
export function nextSelection(
  before: SuggestionSet | null,
  selected: number | null,
  after: SuggestionSet | null,
  byUser = false,
): number | null {
  const open = openRows(after);
  const chosen = openRows(before).find(({ id }) => id === selected);
  if (before !== null && open.some((one) => twinOf(before, one) !== undefined)) {
    const back = open.find(
      (one) => one.decision === "pending" && (twinOf(before, one)?.decision ?? "pending") !== "pending",
    );
    return (back ?? nextOf(openRows(before), chosen, open))?.id ?? null;
  }
  const isRefined = before !== null && after !== null && !speaksOfLabel(before) && !speaksOfLabel(after);
  const successor = byUser && isRefined && chosen !== undefined ? successorOf(chosen, open) : undefined;
  return (successor ?? open[0])?.id ?? null;
}

/** A decision replaces the suggestion but not its region. */
function twinOf(set: SuggestionSet, { region }: Suggestion): Suggestion | undefined {
  return set.suggestions.find((one) => one.region === region);
}

function nextOf(
  before: readonly Suggestion[],
  chosen: Suggestion | undefined,
  open: readonly Suggestion[],
): Suggestion | undefined {
  if (chosen === undefined) return open[0];
  const left = open.filter(({ id, decision }) => id !== chosen.id || decision === chosen.decision);
  const following = before.slice(before.indexOf(chosen)).map(({ id }) => left.find((one) => one.id === id));
  return following.find((one) => one !== undefined) ?? left[0];
}

/**
 * What took the place of `chosen`: a refined set may be ordered otherwise, and the next key must not decide on another region
 * than the one looked at.
 */
function successorOf(chosen: Suggestion, open: readonly Suggestion[]): Suggestion | undefined {
  const met = open.map((one) => ({ one, shared: sharedArea(one, chosen) })).filter(({ shared }) => shared > 0);
  const sameClass = met.filter(({ one }) => one.to === chosen.to);
  return (sameClass.length > 0 ? sameClass : met).sort((a, b) => b.shared - a.shared)[0]?.one;
}
