import { describe, expect, it, vi } from "vitest";
import { createLabelMap } from "../core/labelMap";
import { rectRegion } from "../core/region";
import type { Dataset } from "../dataset/types";
import { createDocument } from "../document/document";
import type { FindRequest, FindResult, FoundRegion } from "../find/types";
import { findResult, foundRegion } from "../review/fixtures/found";
import { suggestionTraits } from "../review/suggestions";
import { fakeEngine } from "../worker/fixtures/fakeWorker";
import { EngineRestarted, type EngineStatus, type InferenceClient } from "../worker/inferenceClient";
import { createFinding, whyNotFind } from "./finding";
import { imageOf } from "./fixtures/openInSession";
import { followSelection } from "./selection";
import type { Services } from "./services";
import { createSession, type OpenImage } from "./session";
import { createSettings } from "./settings";
import { noModel } from "./summary";
import type { SupportState } from "./supportState";

const classes = [
  { id: 0, name: "ground", color: [0, 0, 0], ignored: false },
  { id: 1, name: "car", color: [0, 128, 128], ignored: false },
] as const;
const size = 32;
const photo = {} as ImageBitmap;
const ready: EngineStatus = {
  state: "ready",
  engine: { ...fakeEngine, support: "w" },
};
const known = (images: number, ...skipped: string[]): SupportState => ({ state: "known", images, classes: 2, skipped });
const wrong = foundRegion({ x: 2, y: 2, width: 6, height: 6 }, () => 1);

function openImage(key: string): OpenImage {
  const labels = createLabelMap(size, size);
  labels.data.fill(1, 28 * size);
  const document = createDocument({ key, labels, traits: suggestionTraits });
  return { ...imageOf(document), photo };
}

interface Call {
  readonly request: FindRequest;
  readonly progress: (done: number, total: number, scan?: number) => void;
  readonly finish: (result: FindResult) => void;
  readonly signal: AbortSignal | undefined;
  readonly fail: (error: Error) => void;
}

function setUp(support: SupportState | null = known(15), isLearnt = false) {
  const calls: Call[] = [];
  const client = {
    find: (request, { signal, onProgress } = {}) =>
      new Promise<FindResult>((finish, fail) => {
        signal?.addEventListener("abort", () => fail(signal.reason));
        const progress: Call["progress"] = (done, total, scan = total) =>
          void (signal?.aborted || onProgress?.({ done, total, scan }));
        calls.push({ request, progress, finish, fail, signal });
      }),
  } satisfies Pick<InferenceClient, "find">;
  const image = openImage("a");
  const dataset = { id: "d", classes, items: [image.item] } as unknown as Dataset;
  const session = createSession();
  session.setState({ engine: ready, dataset, index: 0, image, support });
  const settings = createSettings();
  const services = { client } as unknown as Services;
  followSelection(session, settings);
  const note = vi.fn();
  const finding = createFinding(services, session, settings, { includes: () => isLearnt }, { note });
  /** Presses the button and waits until the worker is asked. */
  const press = async () => {
    const before = calls.length;
    const done = finding.find();
    await vi.waitFor(() => expect(calls.length).toBe(before + 1));
    const call = calls[before];
    const answer = async (...regions: readonly FoundRegion[]) => {
      call.finish({ ...findResult(image.document, regions), documentVersion: call.request.documentVersion });
      await done;
    };
    return { ...call, done, answer };
  };
  const said = () => session.getState().announcement.text;
  const text = () => session.getState().finding?.text;
  const proposal = () => image.document.store.getState().proposals.found;
  const { document } = image;
  return { calls, document, finding, note, press, proposal, said, session, settings, text };
}

describe("finding errors", () => {
  it("scans with counts, and lists what it found, the first selected", async () => {
    const { note, press, proposal, said, session } = setUp();
    const { progress, request, answer } = await press();
    expect(request).toMatchObject({ imageKey: "a", width: size, height: size });
    progress(4, 8);
    expect(session.getState().finding).toMatchObject({ text: expect.stringMatching(/^Scanning: 4 of 8 windows/) });
    expect(session.getState().finding?.share).toBe(0.5);
    expect(said()).toBe("Find errors: 4 of 8 windows");
    await answer(wrong);
    expect(session.getState().finding).toBeNull();
    expect(proposal()?.suggestions.map(({ found }) => found)).toEqual([true]);
    expect(proposal()?.heat).toHaveLength(size * size);
    expect(session.getState().selected).toBe(0);
    expect(said()).toBe(
      "Find errors: 1 suspicious region. The model advises to accept from 74 % on. Learnt from 15 other images.",
    );
    expect(session.getState().message).toBeNull();
    expect(note.mock.lastCall).toEqual([["a"], { score: expect.any(Number), scan: null, failure: null }]);
  });

  it("says what threshold the model advises only where there is something to accept, and leaves it to the user", async () => {
    const { press, proposal, said } = setUp();
    await (await press()).answer();
    expect(said()).toContain("no suspicious regions.");
    expect(said()).not.toContain("advises");
    expect(proposal()?.advisedThreshold).toBeUndefined();
    await (await press()).answer(wrong);
    expect(said()).toContain("The model advises to accept from 74 % on.");
    expect(proposal()?.advisedThreshold).toBe(0.74);
  });

  it("tells the time left by the windows of late, not by the first, and as a limit until it is known what is verified", async () => {
    const { press, text } = setUp();
    const { answer, progress } = await press();
    vi.useFakeTimers();
    const told = (ms: number, done: number) => {
      vi.advanceTimersByTime(ms);
      progress(done, 170, 150);
      return text();
    };
    expect(told(5000, 1)).toBe("Scanning: 1 of 170 windows");
    expect([2, 3].map((done) => told(300, done))).toEqual(["Scanning: 2 of 170 windows", "Scanning: 3 of 170 windows"]);
    expect(told(300, 4)).toBe("Scanning: 4 of 170 windows, up to 50 s left");
    for (let done = 5; done < 150; done++) told(300, done);
    expect(text()).toBe("Scanning: 149 of 170 windows, up to 7 s left");
    expect(told(300, 150)).toBe("Scanning: 150 of 170 windows, choosing what to verify");
    // That took a while, and it is little.
    expect(told(9000, 166)).toBe("Scanning: 166 of 170 windows, about 2 s left");
    expect(told(300, 170)).toBe("Scanning: 170 of 170 windows");
    vi.useRealTimers();
    await answer();
  });

  it("says when there was little to learn from, and what was passed over", async () => {
    // One of them is the image itself.
    const alone = setUp(known(1), true);
    await (await alone.press()).answer(wrong);
    expect(alone.said()).toContain("There was no other image to learn from");
    const few = setUp(known(2, "b: b.png is damaged.", "c: c.png is damaged."));
    await (await few.press()).answer();
    expect(few.session.getState().message).toMatchObject({ kind: "info", title: "Find errors" });
    expect(few.session.getState().message?.text).toContain("Learnt from only 2 images");
    expect(few.session.getState().message?.text).toContain(
      "Nothing was learnt from b: b.png is damaged. (And 1 more.)",
    );
  });

  it("does not judge what is excluded", async () => {
    const { press, proposal, session } = setUp();
    const data = new Uint8Array(size * size).fill(1, 20 * size, 21 * size);
    session.setState({ exclusions: [{ width: size, height: size, data }] });
    const { request, answer } = await press();
    expect(request.excluded).toEqual(data);
    await answer(wrong);
    expect(proposal()?.suggestions).toHaveLength(1);
  });

  it("lets masking go on meanwhile, and keeps the mask", async () => {
    const { document, press, proposal } = setUp();
    const { progress, answer } = await press();
    document.edit("mask", (edit) => edit.setMask(rectRegion({ x: 0, y: 0, width: 9, height: 9 }), true));
    progress(1, 2);
    await answer(wrong);
    expect(proposal()?.suggestions).toHaveLength(1);
    expect(document.store.getState().maskedPixels).toBe(81);
  });

  it("ends as soon as the label changes under it, with a clear message", async () => {
    const { document, press, proposal, said, session } = setUp();
    const { progress, signal, done } = await press();
    document.edit("paint", (edit) => edit.setLabel(rectRegion({ x: 0, y: 0, width: 2, height: 2 }), 1));
    progress(1, 2);
    expect(said()).toBe("Find errors stopped: The label was changed meanwhile. Start it again for a new list.");
    expect(session.getState().message).toMatchObject({ kind: "info", title: "Find errors stopped" });
    expect(signal?.aborted).toBe(true);
    expect(session.getState().finding).toBeNull();
    await done;
    expect(proposal()).toBeUndefined();
  });

  it("drops a result when the label changed after the last window; an undone change is none", async () => {
    const { document, press, proposal, said } = setUp();
    const paint = () =>
      document.edit("paint", (edit) => edit.setLabel(rectRegion({ x: 0, y: 0, width: 2, height: 2 }), 1));
    const first = await press();
    paint();
    await first.answer(wrong);
    expect(proposal()).toBeUndefined();
    expect(said()).toContain("The label was changed meanwhile");
    document.undo();
    const second = await press();
    paint();
    document.undo();
    await second.answer(wrong);
    expect(proposal()?.suggestions).toHaveLength(1);
  });

  it("is cancelled once, and a late answer changes nothing", async () => {
    const { finding, press, proposal, said, session } = setUp();
    expect(finding.cancel()).toBe(false);
    const { answer, progress, signal } = await press();
    expect(finding.cancel()).toBe(true);
    expect(finding.cancel()).toBe(false);
    expect(signal?.aborted).toBe(true);
    expect(said()).toBe("Find errors cancelled");
    progress(1, 2);
    await answer(wrong);
    expect(proposal()).toBeUndefined();
    expect(session.getState().finding).toBeNull();
  });

  it("pressed again it starts anew", async () => {
    const { press, proposal, session } = setUp();
    const first = await press();
    const second = await press();
    expect([first.signal?.aborted, second.signal?.aborted]).toEqual([true, false]);
    await first.done;
    expect(session.getState().finding).not.toBeNull();
    await second.answer(wrong);
    expect(proposal()?.suggestions).toHaveLength(1);
  });

  it("stops when another image is opened", async () => {
    const { press, said, session } = setUp();
    const { signal, done } = await press();
    session.setState({ image: openImage("b") });
    expect(said()).toBe("Find errors stopped: Another image was opened.");
    expect(signal?.aborted).toBe(true);
    await done;
  });

  it("says that the engine restarted, and can be pressed again", async () => {
    const { press, proposal, session } = setUp();
    const { fail, done } = await press();
    fail(new EngineRestarted());
    await done;
    expect(session.getState().message).toMatchObject({
      kind: "error",
      title: "Find errors stopped",
      text: "The engine restarted; press Find errors again.",
    });
    expect(session.getState().finding).toBeNull();
    await (await press()).answer(wrong);
    expect(proposal()?.suggestions).toHaveLength(1);
  });
});

describe("finding errors while classes are learnt", () => {
  const learning = (done: number, total = 64): SupportState => ({ state: "learning", done, total });

  /** The button is pressed while classes are learnt. */
  function waiting() {
    const parts = setUp(learning(12));
    return { ...parts, done: parts.finding.find() };
  }

  it("waits until they are known, and says how far that is", async () => {
    const { calls, done, said, session, text } = waiting();
    expect(said()).toBe("Find errors. Learning classes: 12 of 64 images");
    expect(session.getState().finding).toEqual({ text: "Learning classes: 12 of 64 images", share: 12 / 64 });
    session.setState({ support: learning(13) });
    expect(text()).toMatch(/^Learning classes: 13 of 64 images/);
    session.setState({ support: learning(64) });
    expect(text()).toBe("Learning classes: the last step");
    expect(calls).toEqual([]);
    session.setState({ support: known(64) });
    await vi.waitFor(() => expect(calls).toHaveLength(1));
    expect(text()).toBe("Scanning: the first window");
    calls[0].fail(new Error("over"));
    await done;
    session.setState({ support: learning(0, 1) });
    expect(session.getState().finding).toBeNull();
  });

  it("says how long that takes", async () => {
    vi.useFakeTimers();
    const { finding, session, text } = waiting();
    const learnt = (ms: number, done: number) => {
      vi.advanceTimersByTime(ms);
      session.setState({ support: learning(done) });
      return text();
    };
    // How long it was under way before is not known, and the first may have waited for the model.
    expect(learnt(9000, 14)).toBe("Learning classes: 14 of 64 images");
    expect(learnt(500, 15)).toBe("Learning classes: 15 of 64 images");
    expect(learnt(1000, 17)).toBe("Learning classes: 17 of 64 images, about 24 s left");
    expect(learnt(100, 0)).toBe("Learning classes: 0 of 64 images");
    expect(learnt(1000, 1)).toBe("Learning classes: 1 of 64 images");
    expect(learnt(3000, 4)).toBe("Learning classes: 4 of 64 images, about 60 s left");
    finding.cancel();
    vi.useRealTimers();
  });

  it("is cancelled", async () => {
    const { calls, done, finding, said, session } = waiting();
    expect(finding.cancel()).toBe(true);
    await done;
    session.setState({ support: known(64) });
    expect([calls, session.getState().finding, said()]).toEqual([[], null, "Find errors cancelled"]);
  });

  it("ends with an error when the engine restarts or is given up", async () => {
    for (const engine of [
      { state: "restarting", reason: "odd" } as const,
      { state: "failed", reason: "odd" } as const,
    ]) {
      const { calls, done, session } = waiting();
      session.setState({ engine, support: null });
      await done;
      const text = engine.state === "failed" ? "odd" : "The engine restarted; press Find errors again.";
      expect(session.getState().message).toMatchObject({ kind: "error", title: "Find errors stopped", text });
      expect([calls, session.getState().finding]).toEqual([[], null]);
    }
  });

  it("goes on with what there is when learning is stopped or switched off, and says so", async () => {
    const stopped = waiting();
    stopped.session.setState({ support: { state: "stopped" } });
    const off = waiting();
    off.settings.setState({ support: false });
    for (const [{ calls, document, done, said }, reason] of [
      [stopped, "all other labels: learning was stopped"],
      [off, "the other labels: switched off"],
    ] as const) {
      await vi.waitFor(() => expect(calls).toHaveLength(1));
      calls[0].finish({ ...findResult(document, []), documentVersion: calls[0].request.documentVersion });
      await done;
      expect(said()).toContain(`Not learnt from ${reason}.`);
    }
  });

  it("does not wait for a model that does not learn, nor where learning has not begun", async () => {
    const { press, said, session } = setUp(null);
    await (await press()).answer();
    expect(said()).toContain("Not learnt from the other labels: learning has not begun.");
    session.setState({ engine: { ...ready, engine: { ...ready.engine, support: null } } });
    await (await press()).answer();
    expect(said()).toContain("Not learnt from the other labels: the model does not learn.");
  });

  it("waits where learning begins only after the data set was opened", async () => {
    const { calls, finding, session } = setUp(null);
    session.setState({ busy: "Opening a" });
    void finding.find();
    session.setState({ busy: null, support: learning(0) });
    expect(calls).toEqual([]);
    session.setState({ support: known(64) });
    await vi.waitFor(() => expect(calls).toHaveLength(1));
    finding.cancel();
  });
});

describe("whether errors can be looked for", () => {
  const image = openImage("a");

  it("depends on the picture, the engine and the model", async () => {
    expect(whyNotFind(ready, image)).toBeNull();
    expect(whyNotFind(ready, { ...image, photo: null })).toContain("no picture");
    expect(whyNotFind({ state: "loading", stage: "weights", progress: 0 }, image)).toContain("loaded");
    expect(whyNotFind({ state: "failed", reason: "no memory" }, image)).toBe(noModel);
    const engine = { ...ready.engine, finds: false };
    expect(whyNotFind({ state: "ready", engine }, image)).toBe(
      "The model lmae-small came without rules for finding errors.",
    );
  });

  it("is said where it cannot", async () => {
    const { calls, finding, said, session } = setUp();
    session.setState({ engine: { state: "restarting", reason: "lost" } });
    await finding.find();
    expect(said()).toBe("Errors cannot be looked for: The model is restarting.");
    expect(calls).toEqual([]);
  });
});
