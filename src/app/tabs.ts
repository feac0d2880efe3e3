import type { Ownership } from "../project/ownership";
import type { Files } from "./files";
import type { SessionStore } from "./session";
import { imageCount } from "./summary";
import { ask, showError, showInfo } from "./tell";
import type { Work } from "./work";

/** What the user does about a data set that another tab edits. */
export interface Tabs {
  /** Makes this the tab that edits it, with what the other one kept; that one can only look at it from then on. */
  takeOver(): Promise<void>;
  /** Shows what the other tab kept by now; that one edits on. */
  reload(): Promise<void>;
  /**
   * Goes on with what the other tab kept, where that was closed: as soon as this page is in sight and nothing here is cut off.
   * It does so by itself, too.
   */
  goOn(): void;
}

/**
 * @param stop Ends what the model does for the open image.
 * @param isInSight Whether the user sees this page: of several tabs that wait the one in sight goes on.
 */
export function createTabs(
  ownership: Ownership,
  session: SessionStore,
  work: Pick<Work, "current" | "settle">,
  files: Pick<Files, "reopen">,
  stop: () => void,
  isInSight: () => boolean = () => true,
): Tabs {
  let isGoingOn = false;

  /** What must not be cut off. */
  function atWork(): string | null {
    const { exporting, exchange, busy, conflicts, changingMany } = session.getState();
    if (exporting?.verb === "Saving") return exporting.text;
    if (exchange !== null || conflicts !== null) return "An import is under way there";
    if (changingMany !== null) return `${changingMany.text} in ${imageCount(changingMany.total)} is under way there`;
    return busy;
  }

  ownership.onAsked(async () => {
    const busy = atWork();
    if (busy !== null) return `${busy}.`;
    // Ends a stroke that is being drawn: it is kept with the rest.
    session.setState({ readOnly: "elsewhere" });
    stop();
    await work.settle();
    const status = work.current()?.status.getState();
    const { saved, savedDetail } = session.getState();
    if (status?.state !== "failed" && saved !== "failed") return null;
    session.setState({ readOnly: null });
    return status?.state === "failed" ? status.reason : savedDetail;
  });

  ownership.store.subscribe(({ open }, { open: before }) => {
    if (open === null || open.id !== before?.id) return;
    if (open.place === "free") session.setState({ readOnly: "closed" });
    if (open.place !== "elsewhere") return;
    session.setState({ readOnly: "elsewhere" });
    stop();
    const state = work.current()?.status.getState().state;
    // What could not be kept is still here alone.
    if (before.place !== "own" && session.getState().saved === "failed") return;
    if (before.place !== "own" || state === "saved") return session.setState({ saved: "elsewhere", savedDetail: "" });
    session.setState({ saved: "failed", savedDetail: lastLost });
    showError(session, "The last changes here are not kept", lastLost);
  });

  async function takeOver(): Promise<void> {
    session.setState({ busy: "Asking the other tab" });
    let outcome = await ownership.takeOver().finally(() => session.setState({ busy: null }));
    if (!outcome.taken) {
      const text = `${outcome.reason} What is not kept there is lost to this tab, but can still be exported from that one.`;
      const title = "The other tab cannot let go now";
      if (!(await ask(session, { title, text, yes: "Take over all the same" }))) return;
      outcome = await ownership.takeOver(true);
      if (!outcome.taken) return showInfo(session, "Not taken over", outcome.reason);
    }
    await files.reopen();
  }

  function goOn(): void {
    if (isGoingOn || session.getState().readOnly !== "closed" || !isInSight()) return;
    const { saved, exporting, busy, question, dialog } = session.getState();
    // What could not be kept is in this page alone: the user says when to drop it.
    if (saved === "failed" || exporting !== null || busy !== null || question !== null || dialog !== null) return;
    isGoingOn = true;
    void takeOver()
      .then(() => session.getState().readOnly === null && showInfo(session, ...goesOn))
      .finally(() => {
        isGoingOn = false;
      });
  }
  session.subscribe(goOn);

  return {
    takeOver,
    reload: () => (ownership.store.getState().open?.place === "free" ? takeOver() : files.reopen()),
    goOn,
  };
}

const goesOn = [
  "This tab goes on",
  "The other tab with this data set was closed. What it kept is shown, and can be edited here.",
] as const;

const lastLost =
  "Another tab took this data set over before this one could keep its last changes. Export them from here, or do them again there.";

/** Once a visit: it changes nothing about what can be done. */
export function tellOfUnknownTabs(session: SessionStore): void {
  const stop = session.subscribe(({ dataset }) => {
    if (dataset === null) return;
    stop();
    showInfo(
      session,
      "Open each data set in one tab only",
      "This browser cannot tell tabs of one another: two on one data set would overwrite each other's kept work.",
    );
  });
}
