import { intersectRegions, regionArea } from "../core/region";
import { openSuggestions } from "../review/queue";
import { type Suggestion, type SuggestionSet, speaksOfLabel } from "../review/types";
import { followDocument } from "./followDocument";
import type { SessionStore } from "./session";

/** Keeps the selection where `nextSelection` says, whatever changes the open document's suggestions. */
export function followSelection(session: SessionStore): void {
  const select = (selected: number | null): void => {
    if (selected !== session.getState().selected) session.setState({ selected });
  };
  followDocument(session, {
    opened: (document) => select(nextSelection(null, null, document?.store.getState().proposal ?? null)),
    changed(now, before) {
      if (now.proposal === before.proposal) return;
      select(nextSelection(before.proposal, session.getState().selected, now.proposal));
    },
  });
}

/**
 * The id of the suggestion to select when `after` takes the place of `before`, in which `selected` was; null when none is
 * open. Within one set: what undo gave back, else the same as before, else the next after one that was decided or skipped.
 * In a refined set: what took the place of the selected one. In any other: the first.
 */
export function nextSelection(
  before: SuggestionSet | null,
  selected: number | null,
  after: SuggestionSet | null,
): number | null {
  const open = openSuggestions(after);
  const chosen = openSuggestions(before).find(({ id }) => id === selected);
  if (before !== null && open.some((one) => twinOf(before, one) !== undefined)) {
    const back = open.find(
      (one) => one.decision === "pending" && (twinOf(before, one)?.decision ?? "pending") !== "pending",
    );
    return (back ?? nextOf(openSuggestions(before), chosen, open))?.id ?? null;
  }
  const isRefined = before !== null && after !== null && !speaksOfLabel(before) && !speaksOfLabel(after);
  const successor = isRefined && chosen !== undefined ? successorOf(chosen, open) : undefined;
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
  const met = open
    .map((one) => ({ one, shared: regionArea(intersectRegions(one.region, chosen.region)) }))
    .filter(({ shared }) => shared > 0);
  const sameClass = met.filter(({ one }) => one.to === chosen.to);
  return (sameClass.length > 0 ? sameClass : met).sort((a, b) => b.shared - a.shared)[0]?.one;
}
