import { intersectRegions, regionArea } from "../core/region";
import type { DocumentState } from "../document/types";
import { ranked } from "../review/feedback";
import { openRows } from "../review/queue";
import { isSameRun, LIVE } from "../review/sets";
import type { Suggestion, SuggestionSet } from "../review/types";
import { feedbackOn } from "./feedbackOn";
import { followDocument } from "./followDocument";
import type { Session, SessionStore } from "./session";
import type { SettingsStore } from "./settings";

type Selection = Pick<Session, "selected" | "selectedByUser">;

const nothing: Selection = { selected: null, selectedByUser: false };

/**
 * Keeps the selection of every set where `nextSelection` says, whatever changes the open document's suggestions or their
 * order. That of the set that is looked at is the session's.
 */
export function followSelection(session: SessionStore, settings: SettingsStore): void {
  const selections = new Map<string, Selection>();

  /** A set as decisions rank it, in a state of the open document. */
  function ranking({ proposals, decisions }: DocumentState<SuggestionSet>, name: string): SuggestionSet | null {
    const document = session.getState().image?.document;
    const set = proposals[name] ?? null;
    if (document === undefined || set === null) return set;
    return ranked(set, feedbackOn(document, set, session.getState(), settings.getState(), decisions));
  }

  /** What is ranked otherwise without a change of the document: a row that is folded by now cannot stay selected. */
  function reselect(): void {
    const state = session.getState().image?.document.store.getState();
    if (state === undefined) return;
    const shown = state.shown ?? LIVE;
    for (const name of Object.keys(state.proposals)) {
      const { selected, selectedByUser } = name === shown ? session.getState() : (selections.get(name) ?? nothing);
      const rows = openRows(ranking(state, name));
      if (selected === null || rows.some(({ id }) => id === selected))
        selections.set(name, { selected, selectedByUser });
      else selections.set(name, { selected: rows[0]?.id ?? null, selectedByUser: false });
    }
    const next = selectionIn(selections, shown);
    if (next.selected !== session.getState().selected) session.setState({ ...next, choosingClass: false });
  }
  settings.subscribe((now, before) => {
    if (now.feedback !== before.feedback) reselect();
  });
  session.subscribe((now, before) => {
    if (now.decided !== before.decided && now.image === before.image) reselect();
  });

  followDocument(session, {
    opened: (document) => {
      selections.clear();
      const state = document?.store.getState();
      for (const name of Object.keys(state?.proposals ?? {})) {
        if (state !== undefined) selections.set(name, followed(null, ranking(state, name), nothing));
      }
      session.setState({ ...selectionIn(selections, state?.shown ?? null), choosingClass: false });
    },
    changed(now, before) {
      if (now.proposals === before.proposals && now.shown === before.shown) return;
      const { selected, selectedByUser } = session.getState();
      selections.set(before.shown ?? LIVE, { selected, selectedByUser });
      for (const name of new Set([...Object.keys(before.proposals), ...Object.keys(now.proposals)])) {
        const [old, set] = [ranking(before, name), ranking(now, name)];
        if (old !== set) selections.set(name, followed(old, set, selections.get(name) ?? nothing));
      }
      const next = selectionIn(selections, now.shown);
      const [old, one] = [
        itemOf(ranking(before, before.shown ?? LIVE), selected),
        itemOf(ranking(now, now.shown ?? LIVE), next.selected),
      ];
      session.setState(isSame(old, one) ? next : { ...next, choosingClass: false });
    },
  });
}

function selectionIn(selections: ReadonlyMap<string, Selection>, shown: string | null): Selection {
  return selections.get(shown ?? LIVE) ?? nothing;
}

function followed(
  before: SuggestionSet | null,
  after: SuggestionSet | null,
  { selected, selectedByUser }: Selection,
): Selection {
  const next = nextSelection(before, selected, after, selectedByUser);
  return {
    selected: next,
    selectedByUser: selectedByUser && isSame(itemOf(before, selected), itemOf(after, next)),
  };
}

function isSame(a: Suggestion | undefined, b: Suggestion | undefined): boolean {
  return a !== undefined && b !== undefined && sharedArea(a, b) > 0;
}

function itemOf(set: SuggestionSet | null, id: number | null): Suggestion | undefined {
  return set?.suggestions.find((one) => one.id === id);
}

function sharedArea(a: Suggestion, b: Suggestion): number {
  return regionArea(intersectRegions(a.region, b.region));
}

/**
 * The id of the row to select when `after` takes the place of `before`, in which `selected` was; null when none is open.
 * Within one set: what undo gave back, else the same as before, else what takes the place of one that was decided, or the
 * next after one that was skipped. In a
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
  // What was left of masks cleared before goes on from run to run, behind the rows of the newest.
  const isOneSet = isSameRun(before, after) || !open.some(({ released }) => released);
  if (before !== null && isOneSet && open.some((one) => twinOf(before, one) !== undefined)) {
    const back = open.find(
      (one) => one.decision === "pending" && (twinOf(before, one)?.decision ?? "pending") !== "pending",
    );
    return (back ?? nextOf(openRows(before), chosen, open))?.id ?? null;
  }
  const isRefined = before?.name === LIVE && after?.name === LIVE;
  const successor = byUser && isRefined && chosen !== undefined ? successorOf(chosen, open) : undefined;
  return (successor ?? open[0])?.id ?? null;
}

/** A decision replaces the suggestion but not its pixels. */
function twinOf(set: SuggestionSet, { region }: Suggestion): Suggestion | undefined {
  return set.suggestions.find((one) => one.region.bits === region.bits);
}

function nextOf(
  before: readonly Suggestion[],
  chosen: Suggestion | undefined,
  open: readonly Suggestion[],
): Suggestion | undefined {
  if (chosen === undefined) return open[0];
  const left = open.filter(({ id, decision }) => id !== chosen.id || decision === chosen.decision);
  const same = left.find(({ id }) => id === chosen.id);
  // In its place, not the one that followed: a decision may rank the others anew, and the likeliest come first.
  const passed = before.slice(0, before.indexOf(chosen)).filter(({ id }) => left.some((one) => one.id === id));
  return same ?? left[passed.length] ?? left[0];
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
