import { createStore, type StoreApi } from "zustand/vanilla";
import type { ClassTable } from "../core/classTable";
import { passesOfMaskAlone } from "../reconstruct/types";
import { type Agreement, agreementOf, meanConfidence } from "../review/agreement";
import { askedOf, isOfThisMask } from "../review/asked";
import { acceptAgreed } from "../review/decisions";
import { isUndecided } from "../review/queue";
import { withReleased } from "../review/released";
import { makeRequest } from "../review/request";
import { isSameRun, LIVE } from "../review/sets";
import { buildSuggestions } from "../review/suggestions";
import type { OpenDocument, SuggestionSet } from "../review/types";
import type { VoidPolicy } from "../review/voidUnderMask";
import type { InferenceClient } from "../worker/inferenceClient";
import { followDocument } from "./followDocument";
import { createLatest } from "./latest";
import { hiddenShare } from "./leastRatio";
import { type Live, rebuildAfter } from "./live";
import { refusals } from "./reviewing";
import { classesOf, type SessionStore, standingRule } from "./session";
import { ratioLimits, type SettingsStore } from "./settings";
import { chosenTile, costOf, isOfTile, type PlannedTile, percentOf, planTiles } from "./stripPlan";
import { pixels } from "./summary";
import { announce } from "./tell";

/** Nothing is counted or asked before the pen has rested so long, ms. */
export const calmMs = 200;

/** A candidate: the answer for the mask at one mask ratio. */
export interface StripTile extends PlannedTile {
  /** "idle": it is not there, and nothing that runs or waits brings it. */
  readonly state: "waiting" | "running" | "done" | "failed" | "barred" | "idle";
  /** Why it failed. */
  readonly reason: string | null;
  readonly set: SuggestionSet | null;
  /** Mean over the pixels to rebuild, 0..1; null where there is no answer, also since the model sees no class around the mask. */
  readonly confidence: number | null;
}

export interface StripState {
  /** From the lowest ratio up; none while nothing is masked. */
  readonly tiles: readonly StripTile[];
  /** Index of the tile whose rows are under review, or will be. */
  readonly chosen: number;
  /** The mask or the label changed: the tiles are of before, and cannot be picked. Newer ones are to come. */
  readonly isStale: boolean;
  /** Once all tiles that can be had are there, and at least two. */
  readonly agreement: Agreement | null;
}

/** Candidates for the mask at several mask ratios. */
export interface Strip {
  readonly store: StoreApi<StripState>;
  /** Candidates are computed only while somebody sees them. */
  setShown(isShown: boolean): void;
  /** Makes a candidate's ratio the chosen one and its rows those under review; asks for it where it is not there. */
  pick(index: number): void;
  /** Shows a candidate, or what all agree on, on the canvas in place of the rows under review; null: no more. */
  preview(what: number | "agreed" | null): void;
  /** Accepts what all candidates agree on. */
  acceptAgreed(): void;
}

/** What the candidates depend on. */
interface Basis {
  readonly document: OpenDocument;
  readonly version: number;
  readonly locked: ReadonlySet<number>;
  readonly classes: ClassTable;
  readonly voidPolicy: VoidPolicy;
  readonly passes: number;
}

const empty: StripState = { tiles: [], chosen: -1, isStale: false, agreement: null };

/**
 * The answer at the chosen ratio is the live one and comes first; once it is final the others are computed one after the other,
 * the cheapest first, and kept until the mask, the label or what they depend on changes.
 */
export function createStrip(
  client: InferenceClient,
  session: SessionStore,
  settings: SettingsStore,
  live: Pick<Live, "strokeEnded" | "run" | "isAsked" | "subscribe">,
): Strip {
  const store = createStore<StripState>(() => empty);
  const latest = createLatest();
  const known = new Map<number, SuggestionSet>();
  const failed = new Map<number, string>();
  let basis: Basis | null = null;
  let least = 0;
  let isShown = false;
  let running: PlannedTile | null = null;
  let timer: ReturnType<typeof setTimeout> | undefined;

  function basisNow(): Basis | null {
    const { image } = session.getState();
    if (image === null) return null;
    const { version, locked, maskedPixels } = image.document.store.getState();
    if (maskedPixels === 0) return null;
    const { voidPolicy, passes } = settings.getState();
    return { document: image.document, version, locked, classes: classesOf(session.getState()), voidPolicy, passes };
  }

  function isCurrent(): boolean {
    const now = basisNow();
    if (basis === null || now === null) return false;
    return (Object.keys(now) as (keyof Basis)[]).every((name) => now[name] === basis?.[name]);
  }

  /** Whatever changed: what is out of date goes at once, what is to come is looked at when there is calm. */
  function follow(): void {
    const isMasked = basisNow() !== null;
    if (basis !== null && !isCurrent()) {
      latest.abort();
      basis = null;
      running = null;
      known.clear();
      failed.clear();
      preview(null);
      const tiles = store
        .getState()
        .tiles.map((tile) => (isRunning(tile) ? { ...tile, state: "waiting" as const } : tile));
      store.setState({ tiles, isStale: true, agreement: null });
    }
    // Also where they were of before already. While it is folded none is to come.
    if (!isMasked || (!isShown && store.getState().isStale)) store.setState(empty, true);
    stopTimer();
    if (isShown && isMasked) timer = setTimeout(settle, calmMs);
  }

  function stopTimer(): void {
    clearTimeout(timer);
    timer = undefined;
  }

  /** The live answer, where it is final and speaks of the mask as it is: the rows of a smaller one stay while it grows. */
  function liveAnswer({ document, classes, voidPolicy }: Basis): SuggestionSet | null {
    const set = document.store.getState().proposals[LIVE];
    if (set === undefined || live.isAsked() || set.passesDone < set.passes) return null;
    return isOfThisMask(document, set, classes, voidPolicy) ? set : null;
  }

  function settle(): void {
    stopTimer();
    const now = basisNow();
    if (!isShown || now === null) return;
    const answer = liveAnswer(now);
    if (answer === null) {
      // Its end calls this again; where none was asked for, nothing is to come.
      if (basis === null && !live.isAsked()) store.setState(empty, true);
      else publish();
      return;
    }
    if (basis === null) {
      basis = now;
      least = Math.max(ratioLimits.min, hiddenShare(now.document, now.classes, now.voidPolicy));
    }
    // Another than is known: asked for anew.
    if (!isSameRun(known.get(answer.ratio) ?? null, answer)) {
      preview(null);
      // Only of this mask; the document keeps it, so it stands for the label as it is now.
      const suggestions = answer.suggestions.filter((one) => !one.released && isUndecided(one));
      known.set(answer.ratio, { ...answer, suggestions, documentVersion: now.version });
    }
    if (running !== null && isOfTile(running, answer)) {
      latest.abort();
      running = null;
    }
    publish();
    if (running === null) void work(basis);
  }

  function knownOf(tile: PlannedTile): SuggestionSet | null {
    return [...known.values()].find((set) => isOfTile(tile, set)) ?? null;
  }

  function planned(): readonly PlannedTile[] {
    return planTiles(least, settings.getState().ratio);
  }

  /** What becomes of a tile that is not there. */
  function undoneState(tile: PlannedTile, isChosen: boolean): StripTile["state"] {
    if (failed.has(askedRatio(tile))) return "failed";
    if (running !== null && askedRatio(running) === askedRatio(tile)) return "running";
    // The live answer brings the chosen one, and its end calls for the others. What the timer calls tells better.
    const isToCome = live.isAsked() || timer !== undefined || (!isChosen && running !== null);
    return isToCome ? "waiting" : "idle";
  }

  function publish(): void {
    if (basis === null) return;
    const { mask } = basis.document;
    const plan = planned();
    const chosen = chosenTile(plan, least, settings.getState().ratio);
    const before = store.getState();
    const tiles = plan.map((tile, i): StripTile => {
      const set = knownOf(tile);
      const reason = failed.get(askedRatio(tile)) ?? null;
      const state = tile.barred !== null ? "barred" : set !== null ? "done" : undoneState(tile, i === chosen);
      const old = before.tiles.find((one) => set !== null && one.set === set);
      const confidence = set === null ? null : (old?.confidence ?? meanConfidence(mask, set));
      return { ...tile, state, reason, set, confidence };
    });
    const toCome = tiles.some(({ state }) => state === "waiting" || state === "running" || state === "idle");
    const sets = tiles.flatMap(({ set }) => set ?? []);
    const isSame = before.agreement !== null && sets.every((set) => before.tiles.some((one) => one.set === set));
    const agreed = sets.length < 2 || toCome ? null : agreementOf(basis.document, sets);
    const agreement = isSame && before.agreement?.of === sets.length ? before.agreement : agreed;
    store.setState({ tiles, chosen, isStale: false, agreement });
  }

  /** The cheapest that is not there and that the live request does not bring. */
  function next({ passes }: Basis): PlannedTile | undefined {
    const plan = planned();
    const chosen = chosenTile(plan, least, settings.getState().ratio);
    return plan
      .filter((tile, i) => i !== chosen && tile.barred === null && knownOf(tile) === null)
      .filter((tile) => !failed.has(askedRatio(tile)))
      .sort((a, b) => costOf(a, passes, passesOfMaskAlone) - costOf(b, passes, passesOfMaskAlone))[0];
  }

  async function work(of: Basis): Promise<void> {
    const signal = latest.start();
    const { document, classes, voidPolicy, passes } = of;
    for (let tile = next(of); tile !== undefined; tile = next(of)) {
      running = tile;
      publish();
      const request = makeRequest(document, classes, { ratio: askedRatio(tile), passes, voidPolicy });
      const asked = askedOf(request, voidPolicy);
      try {
        const [result] = await client.reconstructLater([request], { signal });
        if (signal.aborted) return;
        const rows = buildSuggestions(document, classes, result, voidPolicy);
        known.set(request.ratio, { ...rows, asked });
      } catch (error) {
        if (signal.aborted) return;
        if (error instanceof DOMException && error.name === "AbortError") {
          // It gave way to the live request, whose end calls it back; where that has ended already, this does.
          follow();
          break;
        }
        failed.set(request.ratio, error instanceof Error ? error.message : String(error));
      }
      running = null;
      if (!isShown) break;
    }
    running = null;
    latest.end(signal);
    publish();
  }

  function preview(what: number | "agreed" | null): void {
    const { tiles, agreement, isStale } = store.getState();
    const document = session.getState().image?.document;
    const shown = document?.store.getState().proposals[LIVE];
    const agreed = shown === undefined || agreement === null ? null : { ...shown, suggestions: agreement.agreed };
    const set = what === null || isStale ? null : what === "agreed" ? agreed : (tiles[what]?.set ?? null);
    if (session.getState().previewed !== set) session.setState({ previewed: set });
  }

  function choose({ ratio, maskAlone }: StripTile): void {
    const { ratio: before } = settings.getState();
    // The lowest ratio is the mask alone, whatever is masked next.
    const ofMask = before <= least ? before : ratioLimits.min;
    settings.setState({ ratio: maskAlone ? ofMask : ratio });
  }

  followDocument(session, { opened: follow, changed: follow });
  settings.subscribe((now, before) => {
    const names = ["ratio", "passes", "voidPolicy"] as const;
    if (names.every((name) => now[name] === before[name])) return;
    follow();
    publish();
  });
  session.subscribe((now, before) => {
    if (classesOf(now) !== classesOf(before)) follow();
  });
  live.subscribe(follow);

  return {
    store,
    preview,
    setShown(shown) {
      isShown = shown;
      if (!shown) {
        latest.abort();
        running = null;
        stopTimer();
        preview(null);
        if (store.getState().isStale) store.setState(empty, true);
        publish();
      } else follow();
    },
    pick(index) {
      const { tiles, isStale, chosen } = store.getState();
      const tile = tiles[index];
      if (tile === undefined || isStale || !isCurrent() || basis === null) {
        return announce(session, "There are no candidates to pick from: reconstruct the mask with the strip open.");
      }
      const name = `${percentOf(tile.ratio)} %`;
      if (tile.barred !== null) return announce(session, `${name} cannot be had: ${tile.barred}.`);
      failed.delete(askedRatio(tile));
      preview(null);
      choose(tile);
      if (tile.set === null) return void live.run();
      const { document } = basis;
      const before = document.store.getState().proposals[LIVE];
      if (index === chosen && isSameRun(before ?? null, tile.set)) return document.show(LIVE);
      if (!document.propose(withReleased(tile.set, before, document.mask))) {
        return announce(session, refusals.stale);
      }
      document.show(LIVE);
      const { length } = tile.set.suggestions;
      announce(session, `Mask ratio ${name}: ${length} ${length === 1 ? "suggestion" : "suggestions"}`);
    },
    acceptAgreed() {
      const { tiles, agreement } = store.getState();
      const set = basis?.document.store.getState().proposals[LIVE];
      if (basis === null || !isCurrent() || agreement === null || set === undefined) {
        return announce(session, "Nothing to accept: the candidates are not all computed.");
      }
      const { document } = basis;
      const { decisions: before } = document.store.getState();
      const ratios = tiles.flatMap((tile) => (tile.set === null ? [] : [askedRatio(tile)]));
      const rule = standingRule(session.getState(), settings.getState());
      preview(null);
      const outcome = rebuildAfter(live, document, () => acceptAgreed(document, set, agreement, ratios, { rule }));
      if (outcome !== "done") return announce(session, refusals[outcome]);
      const { decisions, maskedPixels } = document.store.getState();
      // Less than all agree on where some of it is locked or kept.
      const area = decisions.slice(before.length).reduce((sum, one) => sum + one.area, 0);
      announce(session, acceptedText(area, agreement, maskedPixels));
    },
  };
}

function isRunning({ state }: StripTile): boolean {
  return state === "running";
}

/** As a request has it. */
function askedRatio({ maskAlone, ratio }: PlannedTile): number {
  return maskAlone ? 0 : ratio;
}

function acceptedText(area: number, { of, disputed }: Agreement, masked: number): string {
  const left = disputed.bits.reduce((sum, bit) => sum + bit, 0);
  const stays =
    left === masked ? "differ and stay masked" : `stay masked; on ${left.toLocaleString("en")} of them they differ`;
  return `Accepted ${pixels(area)} where all ${of} ratios agree.${masked > 0 ? ` ${pixels(masked)} ${stays}.` : ""}`;
}

/** Why there is nothing that all candidates agree on, as a sentence. */
export function whyNotAgreed({ tiles, isStale, agreement }: StripState): string {
  if (tiles.length === 0) return "Nothing is masked.";
  if (isStale) return "The mask or the label changed: the candidates are of before.";
  if (agreement !== null) return "All ratios agree with the label, or on nothing.";
  const left = tiles.filter(({ state }) => state === "waiting" || state === "running").length;
  if (left > 0) return `${left} of the candidates ${left === 1 ? "is" : "are"} still to come.`;
  const idle = tiles.filter(({ state }) => state === "idle").length;
  if (idle > 0) return `${idle} of the candidates ${idle === 1 ? "is" : "are"} not computed: click for that.`;
  const failed = tiles.filter(({ state }) => state === "failed").length;
  if (failed > 0) return `${failed} of the candidates failed: click to try again.`;
  return "There is one candidate only.";
}
