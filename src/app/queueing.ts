import { createStore, type StoreApi } from "zustand/vanilla";
import { classNameOf } from "../core/classTable";
import type { DecidedAct } from "../project/decidedActs";
import { accept, reject, skip } from "../review/decisions";
import { shownPercent } from "../review/doubt";
import { findingsOf } from "../review/imageSummary";
import { isUndecided } from "../review/queue";
import { FOUND } from "../review/sets";
import type { Suggestion } from "../review/types";
import { decidedNow } from "./decided";
import type { DecisionLog } from "./decisionLog";
import { feedbackOn } from "./feedbackOn";
import { createLatest } from "./latest";
import { type Live, rebuildAfter } from "./live";
import { classesIn, type LentImage, type QueueImages, sessionWith } from "./queueImages";
import {
  isSameFinding,
  kindOf,
  nextEntry,
  openCount,
  openEntries,
  pairGroups,
  type QueueEntry,
  type QueueTab,
  suggestionOf,
  whatWaits,
} from "./queueList";
import { emptyQueue, type QueueState } from "./queueState";
import { createQueueWall, type QueueWall } from "./queueWall";
import { refusals, type Verdict } from "./reviewing";
import { restSentence, rowShares } from "./rowShares";
import { keptSentences, rowText } from "./rowText";
import { type OpenImage, type SessionStore, standing, standingRule } from "./session";
import type { SettingsStore } from "./settings";
import type { Summaries } from "./summaries";
import { pixels } from "./summary";
import { announce, showInfo } from "./tell";
import type { Work } from "./work";

export interface Queueing extends QueueWall {
  readonly store: StoreApi<QueueState>;
  /** Shows the queue in place of what is shown; by default the tab of finds that was shown last. */
  open(tab?: QueueTab): void;
  /** Shows again what was shown before. */
  close(): void;
  choose(kind: QueueTab): void;
  select(id: string): void;
  /** Goes to the next (1) or previous (-1) one; false when there is none in that direction. */
  step(direction: 1 | -1): boolean;
  /** Decides on what is shown; `as`: accepts it with a class of the user's choice. */
  decide(verdict: Verdict, as?: number): void;
  /** What was decided here and at earlier visits, by press. */
  readonly acts: DecisionLog["store"];
  /** Takes back the newest decision of reviews, wherever it was. */
  undo(): Promise<void>;
  /** Takes back what one press decided. */
  takeBack(act: DecidedAct): Promise<void>;
  /** Uses an image for a moment, for example to draw what was found in it. */
  visit(key: string, use: (image: OpenImage) => void | Promise<void>): Promise<void>;
}

/** So many images after the one shown are opened before they are wanted. */
const PRELOADED = 3;

const decisions = { accept, reject, skip } as const;
const done = { accept: "Accepted", reject: "Rejected", skip: "Skipped" } as const;

/** One finding at a time across the images of the data set, and all of a pair of classes at once. */
export function createQueueing(
  session: SessionStore,
  settings: SettingsStore,
  images: QueueImages,
  summaries: Pick<Summaries, "note">,
  live: Pick<Live, "strokeEnded">,
  work: Pick<Work, "current">,
  log: DecisionLog,
): Queueing {
  const store = createStore<QueueState>(() => emptyQueue);
  const opening = createLatest();
  const wall = createQueueWall({ session, settings, images, store, log, live, work });
  let held: LentImage | null = null;
  let came: "dataset" | "editor" = "editor";
  let datasetId: string | null = null;
  /** What was just decided, spoken together with what is shown next. */
  let said = "";
  /** The current one is being opened. */
  let opens = false;
  let isDeciding = false;

  function release(): void {
    opening.abort();
    opens = false;
    held?.release();
    held = null;
    images.keep([]);
  }

  function refresh(): void {
    if (session.getState().view !== "queue" || isDeciding) return;
    const before = store.getState();
    const all = openEntries(session.getState(), settings.getState());
    const entries = all.filter((one) => kindOf(one) === before.kind);
    const boundaries = all.filter((one) => kindOf(one) === "boundaries").length;
    const current = nextEntry(before.entries, before.current, entries);
    const counts = { objects: all.length - boundaries, boundaries };
    const skipped = all.filter(({ finding }) => finding.decision === "skipped").length;
    store.setState({ entries, groups: pairGroups(entries), counts, skipped });
    go(current);
    wall.refresh();
  }

  /** Makes an entry the current one; what is shown follows. */
  function go(current: QueueEntry | null): void {
    const { shown, current: before } = store.getState();
    if (current === null) {
      release();
      store.setState({ current, shown: null, problem: null });
      return;
    }
    const isShown = shown?.entry.id === current.id && isSameFinding(shown.entry.finding, current.finding);
    if (isShown && images.isKept(shown.image)) {
      if (opens) opening.abort();
      opens = false;
      store.setState({ current, shown: { entry: current, image: shown.image } });
      return;
    }
    store.setState({ current });
    const isOpening = before?.id === current.id && isSameFinding(before.finding, current.finding) && opens;
    if (!isOpening) void show(current);
  }

  async function show(entry: QueueEntry): Promise<void> {
    const signal = opening.start();
    opens = true;
    const following = nextImages(entry);
    images.keep([entry.key, ...following]);
    try {
      const lent = await images.lend(entry.key);
      if (signal.aborted) return lent.release();
      held?.release();
      held = lent;
      const { image } = lent;
      const suggestion = suggestionIn(image, entry);
      opens = false;
      if (suggestion === null) return drop(entry, image);
      store.setState({ shown: { entry, image }, problem: null });
      speak(entry, suggestion, image);
      // One after the other: the next is wanted first.
      for (const key of following) {
        if (signal.aborted) return;
        (await images.lend(key).catch(() => null))?.release();
      }
    } catch (error) {
      if (signal.aborted) return;
      opens = false;
      const problem = error instanceof Error ? error.message : String(error);
      store.setState({ shown: null, problem });
      announce(session, `${images.nameOf(entry.key)} could not be opened: ${problem}`);
    } finally {
      opening.end(signal);
    }
  }

  function nextImages({ id, key }: QueueEntry): readonly string[] {
    const { entries } = store.getState();
    const after = entries.slice(1 + entries.findIndex((one) => one.id === id), 200 + PRELOADED);
    return [...new Set(after.map((one) => one.key))].filter((one) => one !== key).slice(0, PRELOADED);
  }

  function suggestionIn({ document }: OpenImage, { finding }: QueueEntry): Suggestion | null {
    const found = suggestionOf(document.store.getState().proposals[FOUND]?.suggestions, finding);
    return found !== undefined && isUndecided(found) ? found : null;
  }

  /** What is known of the image was of another label: what is true now takes its place, and the list with it. */
  function drop({ key, finding }: QueueEntry, { document }: OpenImage): void {
    const { proposals } = document.store.getState();
    const isDecided = suggestionOf(proposals[FOUND]?.suggestions, finding) !== undefined;
    if (!isDecided) {
      const text = `A finding in ${images.nameOf(key)} was dropped: the label under it changed since it was found.`;
      showInfo(session, "Review", text);
    }
    summaries.note([key], { findings: findingsOf(proposals[FOUND], document.labels) });
  }

  function speak(entry: QueueEntry, suggestion: Suggestion, image: OpenImage): void {
    const { entries } = store.getState();
    const place = `${1 + entries.findIndex(({ id }) => id === entry.id)} of ${entries.length}`;
    const classes = classesIn(session, image);
    const text = `${rowText([suggestion], classes)}, ${shownPercent(entry.confidence)} %`;
    const rest = restSentence(rowShares(image.document.labels, [suggestion]), classes);
    announce(session, `${said} ${place}: ${text}, in ${image.item.name}${rest === "" ? "" : `.${rest}`}`.trim());
    said = "";
  }

  function decide(verdict: Verdict, as?: number) {
    const { current, shown } = store.getState();
    if (current === null) return announce(session, refusals.nothing);
    if (shown?.entry.id !== current.id) return announce(session, "It is still being opened.");
    const { image } = shown;
    if (!images.isKept(image)) {
      void show(current);
      return announce(session, "It is being opened again.");
    }
    const { document } = image;
    const suggestion = suggestionIn(image, current);
    const set = document.store.getState().proposals[FOUND];
    if (suggestion === null || set === undefined) return drop(current, image);
    if (verdict === "skip" && suggestion.decision === "skipped") {
      if (!step(1)) announce(session, "It is skipped already, and the last one.");
      return;
    }
    const classes = classesIn(session, image);
    const now = standing(sessionWith(session, image), settings.getState(), set)?.suggestions ?? [];
    const members = [now.find(({ id }) => id === suggestion.id) ?? suggestion];
    const what = as === undefined ? rowText(members, classes) : `as ${classNameOf(classes, as)}`;
    const how = {
      rule: standingRule(sessionWith(session, image), settings.getState()),
      feedback: feedbackOn(document, set, { decided: decidedNow(session.getState()) }, settings.getState()),
      what,
      alone: true,
      ...(as === undefined ? {} : { as }),
    };
    const before = document.store.getState().decisions.length;
    const verb = as === undefined ? done[verdict] : `Accepted as ${classNameOf(classes, as)}`;
    const rest = restSentence(rowShares(document.labels, members), classes);
    const kept = verdict === "accept" && as === undefined ? keptSentences(members) + rest : "";
    const change = () => decisions[verdict](document, set, suggestion.id, how);
    const isOpen = session.getState().image?.document === document;
    // What a decision changes is told in parts: the list is to follow all of them, not one after the other.
    const outcome = inOne(() => (isOpen ? rebuildAfter(live, document, change) : change()));
    refresh();
    if (outcome !== "done") return announce(session, refusals[outcome]);
    const record = document.store.getState().decisions[before];
    const text = `${verb}: ${rowText(members, classes)}`;
    const area = verdict === "accept" ? record.area : members[0].area;
    say(`${text} in ${image.item.name}, ${pixels(area)}.${kept}`);
    const act = log.begin(text, 1);
    act.add({ key: current.key, record, findings: 1 });
    act.end(text);
    // What is skipped is left for later.
    if (verdict !== "skip") store.setState(({ decided }) => ({ decided: decided + 1 }));
  }

  function inOne<T>(change: () => T): T {
    isDeciding = true;
    try {
      return change();
    } finally {
      isDeciding = false;
    }
  }

  /** Together with what is shown next, which is being opened by now. */
  function say(text: string): void {
    if (opens) said = text;
    else announce(session, store.getState().current === null ? `${text} ${whatWaits(store.getState())}`.trim() : text);
  }

  function select(id: string): void {
    const entry = store.getState().entries.find((one) => one.id === id);
    if (entry !== undefined) go(entry);
  }

  function step(direction: 1 | -1): boolean {
    const { entries, current } = store.getState();
    const at = entries.findIndex(({ id }) => id === current?.id);
    const next = entries[at + direction];
    if (at < 0 || next === undefined) return false;
    go(next);
    return true;
  }

  async function undo(): Promise<void> {
    for (let act = log.newest(); act !== null; act = log.newest()) {
      const [first] = act.parts;
      if (act.isBulk === true) return wall.undo(act);
      const { gone, touched, failed } = await log.undo(act);
      // Taken back in the editor meanwhile: what was decided before it is meant.
      if (gone.length > 0) continue;
      const name = images.nameOf(first.key);
      if (failed.length > 0) return showInfo(session, "Not undone", `${act.text} stands: ${failed[0]}.`);
      if (touched.length > 0) {
        const text = `${act.text} in ${name} stands: the label there was edited since.`;
        return showInfo(session, "Not undone", text);
      }
      const { record } = first;
      // Of a decision on its own.
      if (typeof record === "string") return;
      if (record.decision !== "skipped") store.setState(({ decided }) => ({ decided: Math.max(0, decided - 1) }));
      const { entries } = store.getState();
      const back = entries.find(({ key, finding }) => key === first.key && isAt(finding.bounds, record.bounds));
      if (back !== undefined) go(back);
      return say(`Undone in ${name}. ${act.text}.`);
    }
    announce(session, "There is no decision of this review to undo.");
  }

  function close(): void {
    release();
    const { kind, undoable } = store.getState();
    store.setState({ ...emptyQueue, kind, undoable });
    session.setState({ view: came });
  }

  const tellUndoable = (): void => store.setState({ undoable: log.newest() !== null });
  log.store.subscribe(tellUndoable);
  tellUndoable();

  session.subscribe((now, before) => {
    if (now.dataset !== before.dataset && (now.dataset?.id ?? null) !== datasetId) {
      datasetId = now.dataset?.id ?? null;
      if (now.view === "queue") close();
    }
    const isKnown = now.summaries === before.summaries && now.decided === before.decided && now.view === before.view;
    if (
      !isKnown ||
      now.dataset !== before.dataset ||
      now.image !== before.image ||
      now.exclusions !== before.exclusions
    )
      refresh();
  });
  settings.subscribe((now, before) => {
    if (now.feedback !== before.feedback) refresh();
    if (now.lockedClasses !== before.lockedClasses || now.voidPolicy !== before.voidPolicy) wall.refresh();
  });

  return {
    ...wall,
    store,
    open(tab) {
      const { view } = session.getState();
      const { kind } = store.getState();
      if (view === "queue") return;
      store.setState({ kind: tab ?? (kind === "lint" ? "objects" : kind) });
      came = view;
      session.setState({ view: "queue" });
      const waiting = openCount(session.getState());
      if (waiting === 0 && tab !== "lint") announce(session, "Nothing waits for a decision.");
    },
    close,
    choose(kind) {
      if (store.getState().kind === kind) return;
      store.setState({ kind, entries: [], groups: [], current: null, shown: null, wall: null });
      refresh();
    },
    select,
    step,
    decide,
    acts: log.store,
    undo,
    takeBack: wall.undo,
    async visit(key, use) {
      const lent = await images.lend(key);
      try {
        await use(lent.image);
      } finally {
        lent.release();
      }
    },
  };
}

function isAt(a: Suggestion["region"]["rect"], b: Suggestion["region"]["rect"]): boolean {
  return a.x === b.x && a.y === b.y && a.width === b.width && a.height === b.height;
}
