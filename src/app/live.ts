import type { ReconstructionResult } from "../reconstruct/types";
import { askedOf } from "../review/asked";
import { openRows, openSuggestions } from "../review/queue";
import { isOfMask, withReleased } from "../review/released";
import { makeRequest, windowsToRebuild } from "../review/request";
import { LIVE } from "../review/sets";
import { buildSuggestions } from "../review/suggestions";
import type { Asked, OpenDocument, SuggestionSet } from "../review/types";
import { voidUnderMask } from "../review/voidUnderMask";
import type { InferenceClient } from "../worker/inferenceClient";
import { followDocument } from "./followDocument";
import { createLatest } from "./latest";
import { leastRatio } from "./leastRatio";
import { keptSentences } from "./rowText";
import { classesOf, type SessionStore, standing } from "./session";
import type { SettingsStore } from "./settings";
import { keptVoidText } from "./summary";
import { announce, showError } from "./tell";

/** Time between the end of a stroke and the request: a second stroke begun within it joins the first. */
export const strokeDelayMs = 100;

export interface Live {
  /** A stroke ended: reconstruct soon, when "live" is on and something is masked. */
  strokeEnded(): void;
  /** Reconstruct now; resolves when the final result is in place, or the request was dropped. */
  run(): Promise<void>;
  /** Stops what runs or waits; false when nothing did. */
  cancel(): boolean;
  /** Whether one runs or is about to. */
  isAsked(): boolean;
  /** Calls `listener` whenever one is asked for, and whenever one ended, however it did. */
  subscribe(listener: () => void): void;
}

/**
 * Sends the open document to the model and shows what comes back, newest request first. What waits or runs is aborted as soon
 * as another document is open (and asked for again once the first is back), its pixels change, or suggestions for the mask are
 * decided on: a result would describe labels that are gone, or take the place of what came since.
 */
export function createLive(client: InferenceClient, session: SessionStore, settings: SettingsStore): Live {
  const latest = createLatest();
  const listeners: (() => void)[] = [];
  /** The set that was proposed from here last. */
  let shown: SuggestionSet | null = null;
  let open = session.getState().image?.document ?? null;
  /** Images by key whose answer was dropped when another one was opened: it is asked for again when they are back. */
  const dropped = new Set<string>();
  /** Images of the data set that were open since the page was. */
  const seen = new Set<string>();

  followDocument(session, {
    opened(document) {
      if (latest.abort() && open !== null) dropped.add(open.key);
      open = document;
      if (document === null) return;
      const { dataset, engine, readOnly } = session.getState();
      const isDropped = dropped.delete(document.key);
      const image = `${dataset?.id} ${document.key}`;
      // A page that went before the end of an answer could not note that it is owed one.
      const isCutOff = !seen.has(image) && settings.getState().live && isUnanswered(document);
      seen.add(image);
      if ((isDropped || isCutOff) && readOnly === null && engine.state !== "failed") runSoon();
    },
    changed(now, before) {
      const set = now.proposals[LIVE];
      const isOurs = set === before.proposals[LIVE] || set === shown;
      if (now.version !== before.version || !isOurs) latest.abort();
      // An answer says nothing of what was locked when it was asked for.
      const isUnlocked = [...before.locked].some((id) => !now.locked.has(id));
      if (isUnlocked && settings.getState().live && isOfMask(set)) runSoon();
    },
  });

  function tell(): void {
    for (const listener of listeners) listener();
  }

  function show(
    document: OpenDocument,
    result: ReconstructionResult,
    asked: Asked,
    kept: string,
    first: boolean,
    final: boolean,
  ): void {
    const before = document.store.getState().proposals[LIVE];
    const rows = buildSuggestions(document, classesOf(session.getState()), result, asked.voidPolicy);
    const answer = { ...rows, asked };
    shown = withReleased(answer, before, document.mask);
    if (!document.propose(shown)) return;
    // Only once: who turned to another set meanwhile is not called back by a refinement.
    if (first) document.show(LIVE);
    const { length } = openRows(answer);
    const left = openRows(shown).length - length;
    const stage = final ? "Final" : `Preview ${result.passesDone} of ${result.passes}`;
    announce(
      session,
      `${stage}: ${length} ${length === 1 ? "suggestion" : "suggestions"}${kept && `. ${kept}`}${leftText(left)}`,
    );
  }

  /** Whether the rows under review are those of a result. */
  function isShown(document: OpenDocument, result: ReconstructionResult | undefined): boolean {
    return result !== undefined && document.store.getState().proposals[LIVE]?.confidence.data === result.confidence;
  }

  /** @param results the previews, and the final one where it was not stopped before. */
  function noteTimes(results: readonly ReconstructionResult[], isStopped: boolean): void {
    const [first, last] = [results[0], results[results.length - 1]];
    const { passesDone: passes, passes: asked, elapsedMs: totalMs } = last;
    const stopped = isStopped ? { stoppedOf: asked } : {};
    session.setState({ lastRun: { firstMs: first.elapsedMs, totalMs, passes, ...stopped } });
  }

  async function run(): Promise<void> {
    const { image } = session.getState();
    if (image === null) return;
    const { document } = image;
    if (document.store.getState().maskedPixels === 0) {
      announce(session, "Nothing is masked. Mark what is wrong with a mask tool first.");
      return;
    }
    const classes = classesOf(session.getState());
    const { ratio: wanted, passes, voidPolicy } = settings.getState();
    // The least ratio is rounded up: asked for as such it would hide a little context, where the mask alone is meant.
    const ratio = wanted <= leastRatio(document, classes, voidPolicy) ? 0 : wanted;
    const request = makeRequest(document, classes, { ratio, passes, voidPolicy });
    const asked = askedOf(request, voidPolicy);
    const kept = keptVoidText(voidUnderMask(document, classes, voidPolicy).kept);
    const signal = latest.start();
    tell();
    const previews: ReconstructionResult[] = [];
    const onPreview = (preview: ReconstructionResult): void => {
      show(document, preview, asked, kept, previews.length === 0, false);
      previews.push(preview);
    };
    try {
      const result = await client.reconstruct(request, { signal, onPreview });
      show(document, result, asked, kept, previews.length === 0, true);
      noteTimes([...previews, result], false);
    } catch (error) {
      // Where another is under way already, the times are its own.
      const isLast = !latest.isUnderWay() || !signal.aborted;
      if (isLast && isShown(document, previews.at(-1))) noteTimes(previews, true);
      if (!signal.aborted) showError(session, "Reconstruction failed", error);
    } finally {
      latest.end(signal);
      tell();
    }
  }

  function runSoon(): void {
    const { image } = session.getState();
    if (image === null || image.document.store.getState().maskedPixels === 0) return;
    const { document } = image;
    const signal = latest.start();
    // The model looks at the picture meanwhile.
    const windows = windowsToRebuild(document, classesOf(session.getState()), settings.getState().voidPolicy);
    client.lookAhead(document.key, windows);
    const timer = setTimeout(() => {
      latest.end(signal);
      void run();
    }, strokeDelayMs);
    signal.addEventListener("abort", () => clearTimeout(timer), { once: true });
    tell();
  }

  // What is on show, or asked for, was made for another policy: accepted, it would fill what is to be kept.
  settings.subscribe((now, before) => {
    if (now.voidPolicy === before.voidPolicy) return;
    const isAsked = latest.abort();
    const set = session.getState().image?.document.store.getState().proposals[LIVE];
    if (now.live || isAsked || set !== undefined) runSoon();
    // Where nothing is masked any more, the rows stay as they are but for that.
    const kept = keptSentences(openSuggestions(standing(session.getState(), now, set ?? null)));
    if (kept !== "") announce(session, `Void under the mask: ${now.voidPolicy}.${kept}`);
  });

  return {
    run,
    strokeEnded() {
      if (settings.getState().live) runSoon();
    },
    cancel() {
      const isCancelled = latest.abort();
      if (isCancelled) tell();
      return isCancelled;
    },
    isAsked: latest.isUnderWay,
    subscribe: (listener) => void listeners.push(listener),
  };
}

/** Whether something is masked and has no answer, or only a preview of one. */
function isUnanswered({ store }: OpenDocument): boolean {
  const { maskedPixels, proposals } = store.getState();
  const set = proposals[LIVE];
  return maskedPixels > 0 && !(set !== undefined && isOfMask(set) && set.passesDone >= set.passes);
}

function leftText(rows: number): string {
  return rows > 0 ? `. ${rows} undecided of masks cleared before ${rows === 1 ? "stays" : "stay"}` : "";
}

/** Makes a change; where it takes the rows of the mask away, the mask is rebuilt for the label as it is now. */
export function rebuildAfter<T>(live: Pick<Live, "strokeEnded">, document: OpenDocument, change: () => T): T {
  const before = document.store.getState().proposals[LIVE];
  const outcome = change();
  if (isOfMask(before) && !isOfMask(document.store.getState().proposals[LIVE])) live.strokeEnded();
  return outcome;
}
