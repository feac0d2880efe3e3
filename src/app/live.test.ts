import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { createLabelMap } from "../core/labelMap";
import { rectRegion } from "../core/region";
import { createDocument } from "../document/document";
import { accept, skip } from "../review/decisions";
import { LIVE } from "../review/sets";
import { suggestionTraits } from "../review/suggestions";
import type { SuggestionSet } from "../review/types";
import { IGNORED, KNOWN, MASKED } from "../window/resample";
import { createEditing } from "./editing";
import { answer, classes, livePage } from "./fixtures/livePage";
import { openInSession } from "./fixtures/openInSession";
import { rebuildAfter, strokeDelayMs } from "./live";
import { createReviewing } from "./reviewing";
import { standing } from "./session";
import { lastRunText } from "./times";

describe("live reconstruction", () => {
  beforeEach(() => vi.useFakeTimers());
  afterEach(() => vi.useRealTimers());

  it("has the model look at the picture before it asks, where the request will look", async () => {
    const { calls, seen, document, live, mask, settings } = livePage();
    live.strokeEnded();
    expect(seen).toEqual([]);
    mask(4);
    document.setLocked(new Set([1]));
    live.strokeEnded();
    expect([seen.length, calls.length]).toEqual([1, 0]);
    await vi.advanceTimersByTimeAsync(strokeDelayMs);
    const [{ request }] = calls;
    expect(seen).toEqual([{ imageKey: request.imageKey, windows: request.windows }]);
    settings.setState({ live: false });
    live.strokeEnded();
    expect(seen).toHaveLength(1);
  });

  it("asks again once a class is unlocked that the answer left out, not where nothing is masked or it is not live", async () => {
    const { calls, document, live, mask, settings } = livePage();
    document.setLocked(new Set([0]));
    mask(4);
    live.strokeEnded();
    await vi.advanceTimersByTimeAsync(strokeDelayMs);
    calls[0].finish(answer(calls[0].request, 2));
    await vi.advanceTimersByTimeAsync(strokeDelayMs);
    document.setLocked(new Set([0, 1]));
    await vi.advanceTimersByTimeAsync(strokeDelayMs);
    expect(calls).toHaveLength(1);
    document.setLocked(new Set());
    await vi.advanceTimersByTimeAsync(strokeDelayMs);
    expect(calls.map(({ request }) => request.lockedIds)).toEqual([[0], []]);
    calls[1].finish(answer(calls[1].request, 2));
    await vi.advanceTimersByTimeAsync(strokeDelayMs);
    settings.setState({ live: false });
    document.setLocked(new Set([0]));
    document.setLocked(new Set());
    await vi.advanceTimersByTimeAsync(strokeDelayMs);
    settings.setState({ live: true });
    document.edit("clear", (edit) => edit.setMask(rectRegion({ x: 0, y: 0, width: 32, height: 32 }), false));
    document.setLocked(new Set([0]));
    document.setLocked(new Set());
    await vi.advanceTimersByTimeAsync(strokeDelayMs);
    expect(calls).toHaveLength(2);
  });

  it("asks once, 100 ms after the last stroke", async () => {
    const { calls, live, mask } = livePage();
    mask(4);
    live.strokeEnded();
    await vi.advanceTimersByTimeAsync(strokeDelayMs - 1);
    live.strokeEnded();
    await vi.advanceTimersByTimeAsync(strokeDelayMs - 1);
    expect(calls).toHaveLength(0);
    await vi.advanceTimersByTimeAsync(1);
    expect(calls).toHaveLength(1);
  });

  it("does not ask without a mask, nor when live is off", async () => {
    const { calls, live, mask, settings } = livePage();
    live.strokeEnded();
    mask(4);
    settings.setState({ live: false });
    live.strokeEnded();
    await vi.advanceTimersByTimeAsync(1000);
    expect(calls).toHaveLength(0);
  });

  it("shows the preview, then the final result, and selects the first suggestion", async () => {
    const { calls, live, mask, proposal, session } = livePage();
    mask(4);
    const run = live.run();
    calls[0].preview(answer(calls[0].request, 1));
    expect(proposal()?.passesDone).toBe(1);
    expect(session.getState().selected).toBe(0);
    calls[0].finish(answer(calls[0].request, 3));
    await run;
    expect(proposal()).toMatchObject({ passesDone: 3, suggestions: [{ from: 0, to: 1, area: 64 }] });
    expect(session.getState().lastRun).toEqual({ firstMs: 12, totalMs: 36, passes: 3 });
  });

  it("stopped at a preview whose rows stay, tells how far it came, and nothing where none came or they are gone", async () => {
    const { calls, document, live, mask, proposal, session } = livePage();
    const status = () => lastRunText(session.getState().lastRun);
    expect(status()).toBe("no times yet");
    mask(4);
    void live.run();
    live.cancel();
    await vi.advanceTimersByTimeAsync(0);
    expect(status()).toBe("no times yet");
    void live.run();
    const { request, preview } = calls[1];
    preview(answer(request, 1));
    preview(answer(request, 2));
    live.cancel();
    await vi.advanceTimersByTimeAsync(0);
    expect(proposal()?.suggestions).toHaveLength(1);
    expect(session.getState().lastRun).toEqual({ firstMs: 12, totalMs: 24, passes: 2, stoppedOf: request.passes });
    expect(status()).toBe(`stopped after pass 2 of ${request.passes}`);

    const whole = live.run();
    calls[2].finish(answer(calls[2].request, 3));
    await whole;
    expect(status()).toBe("last 36 ms");
    void live.run();
    calls[3].preview(answer(calls[3].request, 1));
    document.edit("paint", (edit) => edit.setLabel(rectRegion({ x: 6, y: 6, width: 1, height: 1 }), 0));
    mask(16);
    await vi.advanceTimersByTimeAsync(0);
    expect(proposal()).toBeUndefined();
    expect(status()).toBe("last 36 ms");

    void live.run();
    calls[4].preview(answer(calls[4].request, 1));
    calls[4].fail(new Error("The engine was lost"));
    await vi.advanceTimersByTimeAsync(0);
    expect(status()).toBe(`stopped after pass 1 of ${request.passes}`);
    void live.run();
    calls[5].preview(answer(calls[5].request, 3));
    void live.run();
    await vi.advanceTimersByTimeAsync(0);
    expect(status()).toBe(`stopped after pass 1 of ${request.passes}`);
  });

  it("says how many void pixels are kept, and asks anew when they are to be filled, with live off too", async () => {
    const { calls, document, live, mask, proposal, session, settings } = livePage();
    document.edit("void", (edit) => edit.setLabel(rectRegion({ x: 4, y: 4, width: 8, height: 4 }), 255));
    mask(4);
    settings.setState({ live: false });
    const run = live.run();
    calls[0].finish(answer(calls[0].request, 2));
    await run;
    expect(proposal()?.suggestions).toMatchObject([{ from: 0, to: 1, area: 32 }]);
    expect(session.getState().announcement.text).toBe("Final: 1 suggestion. 32 void pixels under the mask are kept");

    settings.setState({ voidPolicy: "fill" });
    await vi.advanceTimersByTimeAsync(strokeDelayMs);
    calls[1].finish(answer(calls[1].request, 2));
    await vi.advanceTimersByTimeAsync(0);
    expect(proposal()?.suggestions).toMatchObject([{ to: 1, area: 64 }]);
    expect(session.getState().announcement.text).toBe("Final: 1 suggestion");

    document.edit("drop", (edit) => edit.dropProposal(LIVE));
    settings.setState({ voidPolicy: "keep" });
    await vi.advanceTimersByTimeAsync(strokeDelayMs);
    expect(calls).toHaveLength(2);
  });

  it("says what of the rows of a cleared mask the switch keeps as void from now on", async () => {
    const { calls, document, live, mask, session, settings } = livePage();
    document.edit("void", (edit) => edit.setLabel(rectRegion({ x: 4, y: 4, width: 8, height: 4 }), 255));
    mask(4);
    settings.setState({ voidPolicy: "fill" });
    live.cancel();
    const run = live.run();
    calls[0].finish(answer(calls[0].request, 2));
    await run;
    createEditing(session, settings, live).clearMask();
    const row = () => standing(session.getState(), settings.getState(), document.store.getState().proposals.live);
    expect(row()?.suggestions).toMatchObject([{ area: 64 }]);
    settings.setState({ voidPolicy: "keep" });
    expect(session.getState().announcement.text).toBe(
      "Void under the mask: keep. 32 pixels stay void, as the switch says.",
    );
    expect(row()?.suggestions).toMatchObject([{ from: 0, area: 32, kept: { locked: 0, void: 32, excluded: 0 } }]);
    createReviewing(session, settings, live).decide("accept");
    expect(document.labels.data.filter((id) => id === 1)).toHaveLength(32);
    expect(document.labels.data.filter((id) => id === 255)).toHaveLength(32);
  });

  it("keeps what Esc left undecided beside the next answer, says so, and selects the newest", async () => {
    const { calls, document, live, mask, proposal, session, settings } = livePage();
    mask(4);
    const first = live.run();
    calls[0].finish(answer(calls[0].request, 2));
    await first;
    createEditing(session, settings, live).clearMask();
    mask(18);
    const second = live.run();
    calls[1].preview(answer(calls[1].request, 1));
    calls[1].finish(answer(calls[1].request, 2));
    await second;
    expect(proposal()?.suggestions.map(({ region }) => region.rect.x)).toEqual([18, 4]);
    expect(session.getState().selected).toBe(proposal()?.suggestions[0].id);
    expect(session.getState().announcement.text).toBe("Final: 1 suggestion. 1 undecided of masks cleared before stays");
    document.undo();
    expect(proposal()?.suggestions.map(({ region }) => region.rect.x)).toEqual([4]);
  });

  it("keeps the selection on its region when a refined set is ordered otherwise", async () => {
    const { calls, live, mask, proposal, session } = livePage();
    mask(4);
    mask(16);
    const run = live.run();
    const { request } = calls[0];
    calls[0].preview(answer(request, 1));
    session.setState({ selected: 1, selectedByUser: true });
    const refined = answer(request, 3);
    for (let y = 4; y < 8; y++) refined.ids.fill(0, y * 32 + 4, y * 32 + 12);
    calls[0].finish(refined);
    await run;
    const { selected } = session.getState();
    expect(proposal()?.suggestions.find(({ id }) => id === selected)?.region.rect.x).toBe(16);
  });

  it("drops a result that an edit has overtaken", async () => {
    const { calls, document, live, mask, proposal } = livePage();
    mask(4);
    const run = live.run();
    document.edit("erase", (edit) => edit.setMask(rectRegion({ x: 8, y: 4, width: 8, height: 8 }), false));
    expect(calls[0].signal?.aborted).toBe(true);
    calls[0].preview(answer(calls[0].request, 1));
    calls[0].finish(answer(calls[0].request, 3));
    await run;
    expect(proposal()).toBeUndefined();
  });

  it("lets the newest request win", async () => {
    const { calls, live, mask, proposal } = livePage();
    mask(4);
    const first = live.run();
    mask(16);
    const second = live.run();
    expect(calls.map(({ signal }) => signal?.aborted)).toEqual([true, false]);
    calls[1].finish(answer(calls[1].request, 3));
    await Promise.all([first, second]);
    expect(proposal()?.documentVersion).toBe(calls[1].request.documentVersion);
  });

  it("cancels what runs and what waits", async () => {
    const { calls, live, mask, session } = livePage();
    expect(live.cancel()).toBe(false);
    mask(4);
    live.strokeEnded();
    expect(live.cancel()).toBe(true);
    await vi.advanceTimersByTimeAsync(1000);
    expect(calls).toHaveLength(0);
    const run = live.run();
    expect(live.cancel()).toBe(true);
    expect(calls[0].signal?.aborted).toBe(true);
    await run;
    expect(live.cancel()).toBe(false);
    expect(session.getState().message).toBeNull();
  });

  it.each<[string, (made: ReturnType<typeof livePage>, set: SuggestionSet) => void]>([
    ["another image is open", ({ session }) => session.setState({ image: null })],
    ["a stroke changes the mask", ({ mask }) => mask(16)],
    ["a suggestion is decided", ({ document }, set) => void accept(document, set, 0)],
    ["a suggestion is skipped", ({ document }, set) => void skip(document, set, 0)],
    ["a step is undone", ({ document }) => void document.undo()],
    ["the list is cleared", ({ document }) => document.edit("Clear", (edit) => edit.dropProposal("live"))],
  ])("stops what runs or waits once %s", async (_, change) => {
    for (const waits of [false, true]) {
      const made = livePage();
      const { calls, live, mask, proposal, session } = made;
      mask(4);
      void live.run();
      calls[0].preview(answer(calls[0].request, 1));
      if (waits) {
        calls[0].finish(answer(calls[0].request, 3));
        await vi.advanceTimersByTimeAsync(0);
        live.strokeEnded();
      }
      change(made, proposal() as SuggestionSet);
      expect(live.cancel()).toBe(false);
      expect(calls[0].signal?.aborted).toBe(!waits);
      const [before, said] = [proposal(), session.getState().announcement];
      await vi.advanceTimersByTimeAsync(1000);
      expect(calls).toHaveLength(1);
      expect(proposal()).toBe(before);
      expect(session.getState().announcement).toBe(said);
    }
  });

  it("shows a failure, but not one of a cancelled request", async () => {
    const { calls, live, mask, session } = livePage();
    mask(4);
    const first = live.run();
    live.cancel();
    calls[0].fail(new Error("late"));
    await first;
    expect(session.getState().message).toBeNull();
    const second = live.run();
    calls[1].fail(new Error("The device was lost"));
    await second;
    expect(session.getState().message).toMatchObject({ kind: "error", text: "The device was lost" });
  });

  it("asks for the mask alone up to the share that is masked already, void not counted", () => {
    const { calls, document, live, session, settings } = livePage();
    settings.setState({ ratio: 0.3 });
    document.edit("mask", (edit) => edit.setMask(rectRegion({ x: 0, y: 0, width: 32, height: 16 }), true));
    void live.run();
    document.edit("void", (edit) => edit.setLabel(rectRegion({ x: 0, y: 24, width: 32, height: 8 }), 1));
    openInSession(session, document, [classes[0], { ...classes[1], ignored: true }]);
    void live.run();
    settings.setState({ ratio: 0.66 });
    void live.run();
    settings.setState({ ratio: 0.8 });
    void live.run();
    expect(calls.map(({ request }) => request.ratio)).toEqual([0, 0, 0, 0.8]);
  });

  it("hides no context at the slider's least, however small the hole", () => {
    const { calls, live, mask, settings } = livePage();
    mask(4);
    void live.run();
    expect(calls[0].request).toMatchObject({ ratio: 0, passes: settings.getState().passes });
  });

  it("names classes made void since the document was opened", () => {
    const { calls, live, mask, session, document } = livePage();
    openInSession(session, document, [classes[0], { ...classes[1], ignored: true }]);
    document.edit("paint", (edit) => edit.setLabel(rectRegion({ x: 20, y: 20, width: 2, height: 2 }), 1));
    mask(4);
    void live.run();
    const { windows, windowLabels } = calls[0].request;
    expect(windows).toEqual([{ x: 0, y: 0, side: 32, size: 224 }]);
    // A pixel of the image is 7 px wide.
    const kindsAt = [4, 20, 22].map((x) => windowLabels[0].kinds[((x === 4 ? 4 : 20) * 7 + 3) * 224 + x * 7 + 3]);
    expect(kindsAt).toEqual([MASKED, IGNORED, KNOWN]);
  });
});

it("rebuilds the mask after a change of the label that takes its rows away, and only then", () => {
  const document = createDocument({ key: "a", labels: createLabelMap(8, 8), traits: suggestionTraits });
  const strokeEnded = vi.fn();
  const region = rectRegion({ x: 0, y: 0, width: 4, height: 4 });
  const paint = () => document.edit("paint", (edit) => edit.setLabel(region, 1));
  rebuildAfter({ strokeEnded }, document, paint);
  expect(strokeEnded).not.toHaveBeenCalled();
  const confidence = { rect: region.rect, data: new Uint8Array(16) };
  const set = { ...{ name: LIVE, model: "m", ratio: 0, passes: 1, passesDone: 1, suggestions: [] }, confidence };
  expect(document.propose({ ...set, documentVersion: document.store.getState().version })).toBe(true);
  rebuildAfter({ strokeEnded }, document, () => document.undo());
  expect(strokeEnded).toHaveBeenCalledTimes(1);
});
