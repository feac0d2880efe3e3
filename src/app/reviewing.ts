import { classNameOf } from "../core/classTable";
import { accept, acceptAll, reject, skip } from "../review/decisions";
import { openSuggestions } from "../review/queue";
import type { Suggestion } from "../review/types";
import { announce, classesOf, type SessionStore } from "./session";
import type { SettingsStore } from "./settings";
import { pixels } from "./summary";

type Verdict = "accept" | "reject" | "skip";

export interface Reviewing {
  /** Decides the selected suggestion. */
  decide(verdict: Verdict): void;
  /** Accepts what the model proposes at or above the confidence threshold. */
  acceptAll(): void;
  select(id: number | null): void;
  /** Selects the next (1) or previous (-1) open suggestion; false when there is none in that direction. */
  step(direction: 1 | -1): boolean;
}

const decisions = { accept, reject, skip } as const;
const done = { accept: "Accepted", reject: "Rejected", skip: "Skipped" } as const;

/** Why a decision changed nothing, in the user's words. */
const refusals = {
  stale: "The label changed since this was proposed. Reconstruct again.",
  locked: "Nothing changed: the class is locked. Unlock it in the class list.",
  nothing: "Nothing to decide.",
} as const;

export function createReviewing(session: SessionStore, settings: SettingsStore): Reviewing {
  const open = (): readonly Suggestion[] => openSuggestions(proposal());
  const proposal = () => session.getState().image?.document.store.getState().proposal ?? null;

  function select(id: number | null): void {
    session.setState({ selected: id });
    lookAtSelected();
  }

  /** Only where the user goes from one to the next: a list that arrives by itself must not move the view. */
  function lookAtSelected(): void {
    const one = open().find(({ id }) => id === session.getState().selected);
    if (one !== undefined) session.setState({ lookAt: { ...one.region.rect } });
  }

  function nameOf(id: number): string {
    return classNameOf(classesOf(session.getState()), id);
  }

  function decide(verdict: Verdict): void {
    const document = session.getState().image?.document;
    const set = proposal();
    const before = open();
    const at = before.findIndex((one) => one.id === session.getState().selected);
    if (document === undefined || set === null || at < 0) {
      announce(session, refusals.nothing);
      return;
    }
    const { from, to, area } = before[at];
    const outcome = decisions[verdict](document, set, before[at].id);
    if (outcome !== "done") {
      announce(session, refusals[outcome]);
      return;
    }
    const left = open().filter((one) => one.id !== before[at].id).length;
    announce(session, `${done[verdict]}: ${nameOf(from)} to ${nameOf(to)}, ${pixels(area)}. ${left} left.`);
    lookAtSelected();
  }

  return {
    decide,
    select,
    acceptAll() {
      const document = session.getState().image?.document;
      const set = proposal();
      const before = open().length;
      if (document === undefined || set === null || before === 0) {
        announce(session, refusals.nothing);
        return;
      }
      const { threshold } = settings.getState();
      const outcome = acceptAll(document, set, threshold);
      const left = open();
      if (outcome === "nothing") {
        const percent = Math.round(threshold * 100);
        const lint = open().some((one) => one.lint !== undefined) ? " Specks and pinholes are decided one by one." : "";
        return announce(session, `Nothing to accept: none is at ${percent} % or above without needing a hint.${lint}`);
      }
      if (outcome !== "done") {
        announce(session, refusals[outcome]);
        return;
      }
      announce(session, `Accepted ${before - left.length} of ${before} suggestions. ${left.length} left.`);
    },
    step(direction) {
      const list = open();
      const at = list.findIndex((one) => one.id === session.getState().selected);
      const next = list[at < 0 ? (direction > 0 ? 0 : list.length - 1) : at + direction];
      if (next === undefined) return false;
      select(next.id);
      announce(
        session,
        `Suggestion ${list.indexOf(next) + 1} of ${list.length}: ${nameOf(next.from)} to ${nameOf(next.to)}`,
      );
      return true;
    },
  };
}
