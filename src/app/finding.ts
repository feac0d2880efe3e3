import { counted } from "../core/counted";
import type { LabelMap } from "../core/labelMap";
import type { FindRequest, FindResult, FindSteps } from "../find/types";
import { shownPercent } from "../review/doubt";
import { excludedIn } from "../review/exclusions";
import { findSuggestions } from "../review/found";
import { labelQuality } from "../review/labelQuality";
import { makeFindRequest } from "../review/request";
import { FOUND } from "../review/sets";
import type { OpenDocument, SuggestionSet } from "../review/types";
import type { EngineStatus } from "../worker/inferenceClient";
import { awaitSupport, type Learnt } from "./awaitSupport";
import { followDocument } from "./followDocument";
import { createLatest } from "./latest";
import { createPace } from "./pace";
import type { Services } from "./services";
import { classesOf, type OpenImage, type SessionStore } from "./session";
import type { SettingsStore } from "./settings";
import type { Summaries } from "./summaries";
import { imageCount, noModel } from "./summary";
import type { Support } from "./support";
import { announce, showError, showInfo } from "./tell";
import { leftText } from "./timeLeft";

/** With fewer images to learn from the user is told that more would help. */
const enoughExamples = 5;

export interface Finding {
  /** Looks for errors in the open image's label; resolves when the result is in place, or the search ended without. */
  find(): Promise<void>;
  /** Stops what runs; false when nothing did. */
  cancel(): boolean;
}

/** Why errors cannot be looked for now, in the user's words; null when they can. */
export function whyNotFind(engine: EngineStatus, image: OpenImage | null): string | null {
  if (image === null) return "No image is open.";
  if (image.photo === null) return "There is no picture to judge the label by.";
  switch (engine.state) {
    case "loading":
      return "The model is still being loaded.";
    case "restarting":
      return "The model is restarting.";
    case "failed":
      return noModel;
    default:
      return engine.engine.finds ? null : `The model ${engine.engine.model} came without rules for finding errors.`;
  }
}

/**
 * Looks for errors in the background, once it is known what the data set's classes look like. Masking
 * goes on meanwhile; a label that changes makes the search pointless and ends it.
 */
export function createFinding(
  { client }: Pick<Services, "client">,
  session: SessionStore,
  settings: SettingsStore,
  support: Pick<Support, "includes">,
  summaries: Pick<Summaries, "note">,
): Finding {
  const latest = createLatest();

  followDocument(session, { opened: () => stop("Another image was opened.") });

  /** Ends what runs; false when nothing ran. */
  function end(): boolean {
    if (!latest.abort()) return false;
    session.setState({ finding: null });
    return true;
  }

  /** The same, shown: nobody asked for it, and a list of before would pass for the result. */
  function stop(reason: string): void {
    if (end()) showInfo(session, "Find errors stopped", reason);
  }

  async function run(signal: AbortSignal, image: OpenImage): Promise<void> {
    const { document } = image;
    const show = (text: string, share: number): void => {
      if (signal.aborted) return;
      // The first line of each part is spoken, the rest is there to be looked at.
      const { finding } = session.getState();
      if (finding?.text.split(":")[0] !== text.split(":")[0]) announce(session, `Find errors. ${text}`);
      session.setState({ finding: { text, share } });
    };
    session.setState({ finding: { text: "Looking at the data set", share: 0 } });
    const learnt = await awaitSupport(session, settings, support, image, signal, show);

    const excluded = excludedIn(session.getState().exclusions, document);
    const request = makeFindRequest(document, classesOf(session.getState()), excluded);
    const isSame = labelGuard(document.labels, request, () => document.store.getState().version);
    const started = performance.now();
    show("Scanning: the first window", 0);
    const pace = createPace();
    let looks = 0;
    let last = { done: 0, at: started };
    const onProgress = ({ done, total, scan }: FindSteps): void => {
      looks = total;
      const at = performance.now();
      // Choosing what to verify is no look, and what need not be verified takes no time.
      if (last.done !== scan) pace.add(at - last.at);
      last = { done, at };
      if (!isSame()) {
        stop(changed);
        return;
      }
      const left =
        done === scan && done < total
          ? ", choosing what to verify"
          : leftText(pace.leftMs(total - done), done < scan ? "up to" : "about");
      show(`Scanning: ${done} of ${counted(total, "window")}${left}`, done / total);
      if (done === Math.ceil(total / 2) && total > 3) announce(session, `Find errors: ${done} of ${total} windows`);
    };
    const result = await client.find(request, { signal, onProgress });
    session.setState({ lastSearch: { totalMs: performance.now() - started, looks } });
    if (!isSame()) return stop(changed);
    conclude(document, result, learnt);
  }

  /** Puts the result into the document and says what came of it. */
  function conclude(document: OpenDocument, result: FindResult, learnt: Learnt): void {
    const set = findSuggestions(document, result);
    document.propose(set);
    summaries.note([document.key], { score: labelQuality(result), scan: null, failure: null });
    document.show(FOUND);
    const said = [countText(set.suggestions.length), ...adviceText(set), learntText(learnt)];
    const aside = skippedText(learnt);
    if (aside.length > 0) showInfo(session, "Find errors", [...said, ...aside].join(" "));
    else announce(session, `Find errors: ${said.join(" ")}`);
  }

  return {
    async find() {
      const { engine, image } = session.getState();
      const reason = whyNotFind(engine, image);
      if (image === null || reason !== null) {
        return announce(session, `Errors cannot be looked for: ${reason}`);
      }
      const signal = latest.start();
      try {
        await run(signal, image);
      } catch (error) {
        if (!signal.aborted) showError(session, "Find errors stopped", error);
      } finally {
        if (!signal.aborted) session.setState({ finding: null });
        latest.end(signal);
      }
    },
    cancel() {
      const isEnded = end();
      if (isEnded) announce(session, "Find errors cancelled");
      return isEnded;
    },
  };
}

const changed = "The label was changed meanwhile. Start it again for a new list.";

/** Tells whether the label is still the request's; looks only when there was an edit since the last time. */
function labelGuard(
  { data }: LabelMap,
  { labels, documentVersion }: FindRequest,
  version: () => number,
): () => boolean {
  let seen = documentVersion;
  return () => {
    const now = version();
    if (now === seen) return true;
    const isSame = data.every((id, i) => id === labels[i]);
    if (isSame) seen = now;
    return isSame;
  };
}

function countText(found: number): string {
  return `${found === 0 ? "no" : found} suspicious ${found === 1 ? "region" : "regions"}.`;
}

/** The threshold is the user's to set. */
function adviceText({ advisedThreshold }: SuggestionSet): string[] {
  if (advisedThreshold === undefined) return [];
  return [`The model advises to accept from ${shownPercent(advisedThreshold)} % on.`];
}

function learntText({ images, reason }: Learnt): string {
  if (images === null) return `Not learnt from ${reason}.`;
  if (images === 0) return "There was no other image to learn from: with more images the classes are known better.";
  if (images < enoughExamples) return `Learnt from only ${imageCount(images)}: with more the classes are known better.`;
  return `Learnt from ${counted(images, "other image")}.`;
}

function skippedText({ skipped }: Learnt): string[] {
  if (skipped.length === 0) return [];
  const others = skipped.length > 1 ? ` (And ${skipped.length - 1} more.)` : "";
  return [`Nothing was learnt from ${skipped[0]}${others}`];
}
