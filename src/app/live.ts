import { intersectRegions, regionArea } from "../core/region";
import type { ReconstructionResult } from "../reconstruct/types";
import { openSuggestions } from "../review/queue";
import { makeRequest } from "../review/request";
import { buildSuggestions } from "../review/suggestions";
import type { Suggestion } from "../review/types";
import type { InferenceClient } from "../worker/inferenceClient";
import { leastRatio } from "./leastRatio";
import { announce, classesOf, type SessionStore, showError } from "./session";
import type { SettingsStore } from "./settings";

/** Time between the end of a stroke and the request: a second stroke begun within it joins the first. */
export const strokeDelayMs = 100;

export interface Live {
  /** A stroke ended: reconstruct soon, when "live" is on and something is masked. */
  strokeEnded(): void;
  /** Reconstruct now; resolves when the final result is in place, or the request was dropped. */
  run(): Promise<void>;
  /** Stops what runs or waits; false when nothing did. */
  cancel(): boolean;
}

/**
 * Sends the open document to the model and shows what comes back, newest request first. A result is shown only
 * while the document is still at the version it was asked for: an older one would describe labels that are gone.
 */
export function createLive(client: InferenceClient, session: SessionStore, settings: SettingsStore): Live {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let running: AbortController | null = null;

  function show(result: ReconstructionResult, final: boolean): void {
    const { image } = session.getState();
    const document = image?.document;
    if (document?.key !== result.imageKey || document.store.getState().version !== result.documentVersion) return;
    const { selected } = session.getState();
    const chosen = openSuggestions(document.store.getState().proposal).find(({ id }) => id === selected);
    const set = buildSuggestions(document, classesOf(session.getState()), result);
    if (!document.propose(set)) return;
    const open = openSuggestions(set);
    session.setState({ selected: (successor(chosen, open) ?? open[0])?.id ?? null });
    const stage = final ? "Final" : `Preview ${result.passesDone} of ${result.passes}`;
    announce(session, `${stage}: ${open.length} ${open.length === 1 ? "suggestion" : "suggestions"}`);
  }

  async function run(): Promise<void> {
    clearTimeout(timer);
    timer = undefined;
    const { image } = session.getState();
    if (image === null) return;
    const classes = classesOf(session.getState());
    const { document } = image;
    if (document.store.getState().maskedPixels === 0) {
      announce(session, "Nothing is masked. Mark what is wrong with a mask tool first.");
      return;
    }
    const { ratio: wanted, passes } = settings.getState();
    // The least ratio is rounded up: asked for as such it would hide a little context, where the mask alone is meant.
    const ratio = wanted <= leastRatio(document, classes) ? 0 : wanted;
    const request = makeRequest(document, classes, { ratio, passes });
    running?.abort();
    const mine = new AbortController();
    running = mine;
    try {
      const onPreview = (preview: ReconstructionResult): void => show(preview, false);
      show(await client.reconstruct(request, { signal: mine.signal, onPreview }), true);
      session.setState({ lastMs: client.lastMs() });
    } catch (error) {
      if (!mine.signal.aborted) showError(session, "Reconstruction failed", error);
    } finally {
      if (running === mine) running = null;
    }
  }

  return {
    run,
    strokeEnded() {
      clearTimeout(timer);
      timer = undefined;
      const { image } = session.getState();
      if (!settings.getState().live || image === null || image.document.store.getState().maskedPixels === 0) return;
      timer = setTimeout(() => void run(), strokeDelayMs);
    },
    cancel() {
      const any = running !== null || timer !== undefined;
      clearTimeout(timer);
      timer = undefined;
      running?.abort();
      running = null;
      return any;
    },
  };
}

/**
 * The suggestion of a refined set that took the place of `chosen`: the set may be ordered otherwise, and the next key
 * must not decide on another region than the one looked at.
 */
function successor(chosen: Suggestion | undefined, open: readonly Suggestion[]): Suggestion | undefined {
  if (chosen === undefined) return undefined;
  const met = open
    .map((one) => ({ one, shared: regionArea(intersectRegions(one.region, chosen.region)) }))
    .filter(({ shared }) => shared > 0);
  const sameClass = met.filter(({ one }) => one.to === chosen.to);
  return (sameClass.length > 0 ? sameClass : met).sort((a, b) => b.shared - a.shared)[0]?.one;
}
