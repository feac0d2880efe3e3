import { classNameOf } from "../core/classTable";
import { counted } from "../core/counted";
import { emptyRect, unionRects } from "../core/rect";
import { accept, acceptAll, reject, skip, whyNothing } from "../review/decisions";
import { shownPercent } from "../review/doubt";
import { type Feedback, ranked } from "../review/feedback";
import { changesSome, openRows, rowMembers, rowsToDecide } from "../review/queue";
import { shownSet } from "../review/sets";
import type { Suggestion, SuggestionSet } from "../review/types";
import { feedbackOn } from "./feedbackOn";
import { hintsTakenBack, keptHintsText } from "./hintsTakenBack";
import { type Live, rebuildAfter } from "./live";
import { restSentence, rowShares } from "./rowShares";
import { areaOf, keptSentences, rowText } from "./rowText";
import { classesOf, type SessionStore, standing, standingRule } from "./session";
import type { SettingsStore } from "./settings";
import { pixels } from "./summary";
import { announce } from "./tell";

export type Verdict = "accept" | "reject" | "skip";

export interface Reviewing {
  /** Decides the selected row. */
  decide(verdict: Verdict): void;
  /** Accepts the selected row's region with a class of the user's choice. */
  acceptAs(classId: number): void;
  /** Opens or closes the selected row's menu of classes. */
  chooseClass(open: boolean): void;
  /** Accepts what the model proposes at or above the confidence threshold. */
  acceptAll(): void;
  /** Drops the list that is looked at, with what is undecided in it: one undo step. */
  dropList(): void;
  /** Selects a row as the user's choice. */
  select(id: number | null): void;
  /** Selects the next (1) or previous (-1) open suggestion; false when there is none in that direction. */
  step(direction: 1 | -1): boolean;
}

const decisions = { accept, reject, skip } as const;
const done = { accept: "Accepted", reject: "Rejected", skip: "Skipped" } as const;

const whyKept = {
  locked: "the class is locked. Unlock it in the class list.",
  void: "it is void, and void is kept. Choose Fill to have it filled.",
  excluded: "the area is excluded from finding. Remove exclusions in the menu of the lists.",
} as const;

/** Why a decision changed nothing, in the user's words. */
export const refusals = {
  stale: "The label changed since this was proposed. Reconstruct again.",
  locked: `Nothing changed: ${whyKept.locked}`,
  void: `Nothing changed: ${whyKept.void}`,
  excluded: `Nothing changed: ${whyKept.excluded}`,
  nothing: "Nothing to decide.",
} as const;

/** Why accepting a row would change nothing, as a sentence; null where it would. @param members as they stand. */
export function whyNotAccept(members: readonly Suggestion[]): string | null {
  if (changesSome(members)) return null;
  const why = whyNothing(members);
  return `Nothing to change: ${why === "nothing" ? "the label is as proposed already." : whyKept[why]}`;
}

/** @param live told when a decision outdates what it rebuilt. */
export function createReviewing(
  session: SessionStore,
  settings: SettingsStore,
  live: Pick<Live, "strokeEnded">,
): Reviewing {
  /** As decisions rank it. */
  const ranking = (): SuggestionSet | null => {
    const set = proposal();
    return set === null ? null : ranked(set, feedback(set));
  };
  const open = (): readonly Suggestion[] => openRows(ranking());
  /** Of these, where accepting would change something. */
  const toDecide = (): readonly Suggestion[] =>
    rowsToDecide(standing(session.getState(), settings.getState(), proposal()));
  const proposal = (): SuggestionSet | null => {
    const document = session.getState().image?.document;
    return document === undefined ? null : shownSet(document.store.getState());
  };

  const feedback = (set: SuggestionSet): Feedback | null => {
    const document = session.getState().image?.document;
    return document === undefined ? null : feedbackOn(document, set, session.getState(), settings.getState());
  };

  const rule = () => standingRule(session.getState(), settings.getState());

  function select(id: number | null): void {
    session.setState({ selected: id, selectedByUser: id !== null, choosingClass: false });
    lookAtSelected();
  }

  /** Only where the user goes from one to the next: a list that arrives by itself must not move the view. */
  function lookAtSelected(): void {
    const set = ranking();
    const row = open().find((one) => one.id === session.getState().selected);
    if (set === null || row === undefined) return;
    const all = rowMembers(set, row).reduce((rect, { region }) => unionRects(rect, region.rect), emptyRect);
    session.setState({ lookAt: { ...all } });
  }

  function decide(verdict: Verdict, as?: number): void {
    const document = session.getState().image?.document;
    const set = proposal();
    const row = open().find((one) => one.id === session.getState().selected);
    session.setState({ choosingClass: false });
    if (document === undefined || set === null || row === undefined) {
      announce(session, refusals.nothing);
      return;
    }
    const now = standing(session.getState(), settings.getState(), set) ?? set;
    const members = rowMembers(now, now.suggestions.find(({ id }) => id === row.id) ?? row);
    const before = { rows: toDecide().length, decisions: document.store.getState().decisions.length };
    const classes = classesOf(session.getState());
    const rest = restSentence(rowShares(document.labels, members), classes);
    const what = as === undefined ? rowText(members, classes) : `as ${classNameOf(classes, as)}`;
    const how = { rule: rule(), feedback: feedback(set), what, ...(as === undefined ? {} : { as }) };
    const { outcome, taken, locked } = hintsTakenBack(document, () =>
      rebuildAfter(live, document, () => decisions[verdict](document, set, row.id, how)),
    );
    if (outcome !== "done") {
      announce(session, refusals[outcome]);
      return;
    }
    const said = as === undefined ? done[verdict] : `Accepted as ${classNameOf(classes, as)}`;
    const left = toDecide().filter((one) => verdict === "skip" || one.id !== row.id).length;
    const written = document.store.getState().decisions.slice(before.decisions);
    const area = verdict === "accept" ? written.reduce((sum, one) => sum + one.area, 0) : areaOf(members);
    const kept = verdict === "accept" && as === undefined ? keptSentences(members) + rest : "";
    const back = verdict === "reject" && taken > 0 ? ` ${pixels(taken)} of hints taken back.` : "";
    const stay = verdict === "reject" && locked > 0 ? ` ${keptHintsText(locked)}.` : "";
    const others = verdict === "accept" ? before.rows - 1 - left : 0;
    const same = others > 0 ? ` ${others} more said the same.` : "";
    announce(
      session,
      `${said}: ${rowText(members, classes)}, ${pixels(area)}.${kept}${back}${stay}${same} ${left} left.`,
    );
    lookAtSelected();
  }

  return {
    decide: (verdict) => decide(verdict),
    acceptAs: (classId) => decide("accept", classId),
    chooseClass(opened) {
      if (opened && !open().some((one) => one.id === session.getState().selected)) {
        return announce(session, refusals.nothing);
      }
      session.setState({ choosingClass: opened });
    },
    select,
    acceptAll() {
      const document = session.getState().image?.document;
      const set = proposal();
      const before = toDecide().length;
      if (document === undefined || set === null || open().length === 0) {
        announce(session, refusals.nothing);
        return;
      }
      const { threshold } = settings.getState();
      const outcome = rebuildAfter(live, document, () =>
        acceptAll(document, set, threshold, { rule: rule(), feedback: feedback(set) }),
      );
      const left = toDecide();
      if (outcome === "nothing") {
        const percent = shownPercent(threshold);
        return announce(session, `Nothing to accept: the model is sure of none at ${percent} % or above.`);
      }
      if (outcome !== "done") {
        announce(session, refusals[outcome]);
        return;
      }
      announce(session, `Accepted ${before - left.length} of ${counted(before, "suggestion")}. ${left.length} left.`);
    },
    dropList() {
      const document = session.getState().image?.document;
      const set = proposal();
      if (document === undefined || set === null) return announce(session, refusals.nothing);
      const { length } = open();
      document.edit("Clear list", (edit) => edit.dropProposal(set.name));
      announce(session, `List cleared: ${length} undecided dropped. Undo brings them back.`);
    },
    step(direction) {
      const list = open();
      const at = list.findIndex((one) => one.id === session.getState().selected);
      const next = list[at < 0 ? (direction > 0 ? 0 : list.length - 1) : at + direction];
      if (next === undefined) return false;
      select(next.id);
      const set = ranking();
      const members = set === null ? [next] : rowMembers(set, next);
      const classes = classesOf(session.getState());
      const labels = session.getState().image?.document.labels;
      const rest = labels === undefined ? "" : restSentence(rowShares(labels, members), classes);
      const text = `${rowText(members, classes)}${rest === "" ? "" : `.${rest}`}`;
      announce(session, `Suggestion ${list.indexOf(next) + 1} of ${list.length}: ${text}`);
      return true;
    },
  };
}
