import type { StoreApi } from "zustand/vanilla";
import type { DecidedAct } from "../project/decidedActs";
import { isDoubtful } from "../review/doubt";
import { type BulkOutcome, byImage, decideIn, nothingDone, othersText, plus, previewIn } from "./bulkDecisions";
import { inEachImage, stands, takeActBack, tellOfAct, troublesOf, whyNotMany } from "./bulkRun";
import type { DecisionLog, OpenAct } from "./decisionLog";
import { createLatest } from "./latest";
import type { Live } from "./live";
import type { QueueImages } from "./queueImages";
import { pairId, type QueueEntry } from "./queueList";
import type { QueueState, Wall } from "./queueState";
import { pairText } from "./rowText";
import { classesOf, type SessionStore } from "./session";
import type { SettingsStore } from "./settings";
import { imageCount, pixels } from "./summary";
import { announce, showInfo } from "./tell";
import type { Work } from "./work";

export interface QueueWall {
  openWall(pair: string): void;
  closeWall(): void;
  toggle(id: string): void;
  /** Chooses all, or none. */
  chooseAll(chosen: boolean): void;
  /** Accepts what is chosen, or rejects what is not; one undo step an image. */
  decideWall(decision: "accepted" | "rejected"): Promise<void>;
}

interface Facts {
  readonly session: SessionStore;
  readonly settings: SettingsStore;
  readonly images: QueueImages;
  readonly store: StoreApi<QueueState>;
  readonly log: DecisionLog;
  readonly live: Pick<Live, "strokeEnded">;
  readonly work: Pick<Work, "current">;
}

interface Counted {
  readonly token: readonly unknown[];
  readonly outcome: BulkOutcome;
}

export function createQueueWall(facts: Facts): QueueWall & { refresh(): void; undo(act: DecidedAct): Promise<void> } {
  const { session, settings, store, log } = facts;
  const counting = createLatest();
  /** Of single images, as long as nothing that it depends on changed. */
  const counted = new Map<string, Counted>();

  function isSure({ confidence, finding }: QueueEntry): boolean {
    return !isDoubtful({ confidence, needsHint: finding.needsHint === true });
  }

  function refresh(): void {
    const { wall, entries: all } = store.getState();
    if (wall === null) return;
    const entries = all.filter((one) => pairId(one) === wall.pair);
    const known = new Map(wall.entries.map((one) => [one.id, one]));
    const isChosen = (one: QueueEntry): boolean =>
      known.get(one.id)?.finding === undefined ? isSure(one) : wall.chosen.has(one.id);
    put(entries, new Set(entries.filter(isChosen).map(({ id }) => id)));
  }

  function put(entries: readonly QueueEntry[], chosen: ReadonlySet<string>): void {
    const { wall } = store.getState();
    if (wall === null) return;
    store.setState({ wall: { ...wall, entries, chosen } });
    if (session.getState().changingMany === null) void count();
  }

  function closeWall(): void {
    counting.abort();
    counted.clear();
    store.setState({ wall: null });
  }

  function chosenOf({ entries, chosen }: Wall): readonly QueueEntry[] {
    return entries.filter(({ id }) => chosen.has(id));
  }

  /** Adds up what accepting would change, one image at a time. */
  async function count(): Promise<void> {
    const signal = counting.start();
    const { wall } = store.getState();
    if (wall === null) return;
    const groups = byImage(chosenOf(wall));
    let sum = nothingDone;
    let done = 0;
    const show = (): void => {
      const now = store.getState().wall;
      if (now !== null && !signal.aborted)
        store.setState({ wall: { ...now, preview: { ...sum, counted: done, of: groups.size } } });
    };
    for (const [key, findings] of groups) {
      const { exclusions, dataset, decided, summaries } = session.getState();
      const { lockedClasses, voidPolicy } = settings.getState();
      const ids = findings.map(({ id }) => id).join();
      const token = [
        ids,
        summaries.get(key)?.findings,
        exclusions,
        dataset?.classes,
        decided,
        lockedClasses,
        voidPolicy,
      ];
      const known = counted.get(key);
      const isKnown = known?.token.every((one, i) => one === token[i]) === true;
      if (!isKnown) show();
      const outcome = isKnown
        ? known.outcome
        : await previewIn(facts, key, findings).catch(() => ({ ...nothingDone, left: findings.length }));
      if (signal.aborted) return;
      counted.set(key, { token, outcome });
      sum = plus(sum, outcome);
      done++;
    }
    show();
    counting.end(signal);
  }

  function textOf(pair: string, count: number): string {
    const [from, to] = pair.split(" ").map(Number);
    return `${count} ${pairText({ from, to }, classesOf(session.getState()))}`;
  }

  async function decideWall(decision: "accepted" | "rejected"): Promise<void> {
    const { wall } = store.getState();
    if (wall === null) return;
    const isChosen = decision === "accepted";
    // What it changes is to be seen before it is done.
    if (isChosen && wall.preview.counted < wall.preview.of)
      return announce(session, "What it changes is still being counted.");
    const entries = wall.entries.filter(({ id }) => wall.chosen.has(id) === isChosen);
    if (entries.length === 0) return announce(session, `Nothing to ${isChosen ? "accept" : "reject"}.`);
    const why = whyNotMany(session);
    if (why !== null) return announce(session, why);
    counting.abort();
    const verb = isChosen ? "Accept" : "Reject";
    const groups = byImage(entries);
    const act = log.begin(`${verb}ed ${textOf(wall.pair, entries.length)}`, groups.size);
    let sum = nothingDone;
    const decide = async (key: string): Promise<void> => {
      const findings = groups.get(key) ?? [];
      const { outcome, part } = await decideIn(facts, key, findings, decision, (count) => textOf(wall.pair, count));
      sum = plus(sum, outcome);
      if (part !== null) act.add(part);
    };
    const outcome = await inEachImage(facts, `${verb}ing`, [...groups.keys()], decide);
    conclude(act, wall.pair, verb, entries.length, sum, troublesOf(outcome));
    if (store.getState().wall?.entries.length === 0) closeWall();
  }

  function conclude(
    open: OpenAct,
    pair: string,
    verb: "Accept" | "Reject",
    wanted: number,
    outcome: BulkOutcome,
    troubles: readonly string[],
  ) {
    const { findings, images: count, pixels: changed } = outcome;
    const text = `${verb}ed ${textOf(pair, findings)}`;
    const where = `in ${imageCount(count)}${verb === "Accept" ? `, ${pixels(changed)}${othersText(outcome)}` : ""}.`;
    const left = findings < wanted ? `${wanted - findings} of ${wanted} stay open.` : "";
    const all = [where, left, ...troubles].filter((one) => one !== "").join(" ");
    const act = open.end(text);
    if (act === null) return showInfo(session, `Nothing ${verb.toLowerCase()}ed`, all);
    store.setState(({ decided }) => ({ decided: decided + findings }));
    tellOfAct(session, text, all, () => void undo(act), stands(log, act));
  }

  async function undo(act: DecidedAct): Promise<void> {
    const findings = await takeActBack(facts, log, act, () => void undo(act));
    if (findings !== null) store.setState(({ decided }) => ({ decided: Math.max(0, decided - findings) }));
  }

  session.subscribe((now, before) => {
    if (before.changingMany !== null && now.changingMany === null) void count();
  });

  return {
    refresh,
    undo,
    openWall(pair) {
      const entries = store.getState().entries.filter((one) => pairId(one) === pair);
      counted.clear();
      const preview = { ...nothingDone, counted: 0, of: 1 };
      store.setState({ wall: { pair, entries, chosen: new Set(), preview } });
      put(entries, new Set(entries.filter(isSure).map(({ id }) => id)));
    },
    closeWall,
    toggle(id) {
      const { wall } = store.getState();
      if (wall === null) return;
      const chosen = new Set(wall.chosen);
      if (!chosen.delete(id)) chosen.add(id);
      put(wall.entries, chosen);
    },
    chooseAll(isChosen) {
      const { wall } = store.getState();
      if (wall !== null) put(wall.entries, new Set(isChosen ? wall.entries.map(({ id }) => id) : []));
    },
    decideWall,
  };
}
