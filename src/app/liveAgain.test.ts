import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { createLabelMap } from "../core/labelMap";
import { rectRegion } from "../core/region";
import { createDocument } from "../document/document";
import { suggestionTraits } from "../review/suggestions";
import type { OpenDocument } from "../review/types";
import { answer, classes, clientOf, livePage } from "./fixtures/livePage";
import { openInSession } from "./fixtures/openInSession";
import { createLive, strokeDelayMs } from "./live";
import { createSession } from "./session";

describe("an image whose mask has no answer", () => {
  beforeEach(() => vi.useFakeTimers());
  afterEach(() => vi.useRealTimers());

  it("asks again on coming back to an image whose answer was dropped by leaving it, not where Esc stopped it", async () => {
    const { calls, document, session, live, mask } = livePage();
    const other = createDocument({ key: "b", labels: createLabelMap(32, 32), traits: suggestionTraits });
    const leaveAndComeBack = async (): Promise<void> => {
      openInSession(session, other, classes);
      openInSession(session, document, classes);
      await vi.advanceTimersByTimeAsync(strokeDelayMs);
    };
    mask(4);
    live.strokeEnded();
    await leaveAndComeBack();
    void live.run();
    await leaveAndComeBack();
    expect(calls.map(({ request, signal }) => [request.imageKey, signal?.aborted])).toEqual([
      ["a", true],
      ["a", true],
      ["a", false],
    ]);
    live.cancel();
    await leaveAndComeBack();
    expect(calls).toHaveLength(3);
  });

  it("asks for what was cut off by a reload, when the image is opened first and answers are live", async () => {
    const { calls, session, settings } = livePage();
    const masked = (key: string): OpenDocument => {
      const document = createDocument({ key, labels: createLabelMap(32, 32), traits: suggestionTraits });
      document.edit("mask", (edit) => edit.setMask(rectRegion({ x: 4, y: 4, width: 8, height: 8 }), true));
      return document;
    };
    const open = async (document: OpenDocument): Promise<readonly string[]> => {
      openInSession(session, document, classes);
      await vi.advanceTimersByTimeAsync(strokeDelayMs);
      return calls.map(({ request }) => request.imageKey);
    };
    const [half, none, late] = ["half", "none", "late"].map(masked);
    expect(await open(half)).toEqual(["half"]);
    calls[0].preview(answer(calls[0].request, 1));
    calls[0].finish(answer(calls[0].request, 2));
    expect(await open(none)).toEqual(["half", "none"]);
    calls[1].preview(answer(calls[1].request, 1));
    // As at a later visit: the page knows of no request.
    const again = createSession();
    const live = createLive(clientOf(calls), again, settings);
    openInSession(again, none, classes);
    await vi.advanceTimersByTimeAsync(strokeDelayMs);
    expect(calls).toHaveLength(3);
    live.cancel();
    openInSession(again, half, classes);
    openInSession(again, none, classes);
    settings.setState({ live: false });
    openInSession(again, late, classes);
    await vi.advanceTimersByTimeAsync(strokeDelayMs);
    expect(calls).toHaveLength(3);
  });
});
