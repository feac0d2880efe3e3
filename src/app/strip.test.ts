import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { createLabelMap } from "../core/labelMap";
import { createRandom } from "../core/random";
import { rectRegion } from "../core/region";
import { createDocument } from "../document/document";
import type { ReconstructionRequest, ReconstructionResult } from "../reconstruct/types";
import { agreementOf, meanConfidence } from "../review/agreement";
import { askedOf } from "../review/asked";
import { accept } from "../review/decisions";
import { openRows } from "../review/queue";
import { release } from "../review/released";
import { makeRequest } from "../review/request";
import { buildSuggestions, suggestionTraits } from "../review/suggestions";
import type { OpenDocument, SuggestionSet } from "../review/types";
import type { InferenceClient } from "../worker/inferenceClient";
import { noSupport } from "./fixtures/noSupport";
import { openInSession } from "./fixtures/openInSession";
import { createLive, rebuildAfter, strokeDelayMs } from "./live";
import { createSession } from "./session";
import { createSettings } from "./settings";
import { calmMs, createStrip, whyNotAgreed } from "./strip";

const classes = [0, 1, 2].map((id) => ({ id, name: `${id}`, color: [id, 0, 0] as const, ignored: false }));

/** Class 1 in the mask but for its right part, where the answer is another by the ratio; 0 < `mark` <= 100: it shows in all. */
function answer(request: ReconstructionRequest, mark = 0, passesDone = request.passes): ReconstructionResult {
  const { imageKey, documentVersion, passes, ratio } = request;
  const { rect, labels, bits } = request.masked;
  const odd = ratio === 0.9 ? 2 : 1;
  const main = mark % 2 === 0 ? 1 : 2;
  return {
    imageKey,
    documentVersion,
    rect,
    ids: labels.map((id, i) => (bits[i] === 0 ? id : (i % rect.width) + rect.x >= 20 ? odd : main)),
    confidence: new Uint8Array(labels.length).fill((ratio === 0 ? 255 : 204) - mark),
    other: new Uint8Array(labels.length),
    passesDone,
    passes,
    ratio,
    model: "test",
    elapsedMs: 1,
  };
}

interface Call {
  readonly kind: "live" | "later";
  readonly request: ReconstructionRequest;
  readonly signal: AbortSignal | undefined;
  finish(): void;
  fail(error: Error): void;
  isOver(): boolean;
}

/**
 * What is masked, and what was and got a class: all that was ever asked, as a number. An accept leaves it as it is, so that what
 * is left of an answer is that for what is left of the mask.
 */
function markOf({ mask, labels }: OpenDocument): number {
  let sum = 0;
  for (let i = 8 * 64; i < 16 * 64; i++) if (mask.data[i] === 1 || labels.data[i] !== 0) sum += i;
  return 1 + (sum % 100);
}

/** @param of a document that was opened before; @param isMarked answers differ by what is masked. */
function setUp(isShown = true, of?: OpenDocument, isMarked = false) {
  const calls: Call[] = [];
  const ask = <T>(
    kind: Call["kind"],
    request: ReconstructionRequest,
    signal: AbortSignal | undefined,
    wrap: (result: ReconstructionResult) => T,
  ) =>
    new Promise<T>((resolve, fail) => {
      let isOver = false;
      const end = (how: () => void): void => {
        isOver = true;
        how();
      };
      const mark = isMarked ? markOf(document) : 0;
      signal?.addEventListener("abort", () => fail(signal.reason));
      calls.push({
        ...{ kind, request, signal, isOver: () => isOver },
        finish: () => end(() => resolve(wrap(answer(request, mark)))),
        fail: (error) => end(() => fail(error)),
      });
    });
  const client: InferenceClient = {
    status: () => ({ state: "restarting", reason: "test" }),
    restart: () => undefined,
    subscribe: () => () => undefined,
    setImage: () => undefined,
    reconstruct: (request, { signal } = {}) => ask("live", request, signal, (result) => result),
    reconstructLater: ([request], { signal } = {}) => ask("later", request, signal, (result) => [result]),
    scan: () => Promise.reject(new Error("unexpected")),
    find: () => Promise.reject(new Error("unexpected")),
    support: noSupport,
    dispose: () => undefined,
  };
  const kept = of === undefined ? {} : structuredClone({ working: of.snapshot(), past: of.past() });
  const document: OpenDocument = createDocument({
    ...{ key: "a", labels: createLabelMap(64, 64), traits: suggestionTraits },
    ...kept,
  });
  document.setLocked(of?.store.getState().locked ?? new Set());
  const session = createSession();
  const settings = createSettings();
  openInSession(session, document, classes);
  const live = createLive(client, session, settings);
  const strip = createStrip(client, session, settings, live);
  strip.setShown(isShown);
  const stroke = (x: number, width = 16): void => {
    document.edit("mask", (edit) => edit.setMask(rectRegion({ x, y: 8, width, height: 8 }), true));
    live.strokeEnded();
  };
  const rest = (ms = calmMs): Promise<unknown> => vi.advanceTimersByTimeAsync(ms);
  /** Answers everything until nothing more is asked. */
  const settle = async (): Promise<void> => {
    for (let done = 0; ; done = calls.length) {
      await rest(calmMs + strokeDelayMs);
      if (done === calls.length) return;
      for (const call of calls) call.finish();
    }
  };
  const ratios = () => calls.map(({ kind, request }) => `${kind} ${request.ratio}`);
  const set = () => document.store.getState().proposals.live;
  return { calls, client, document, session, settings, live, strip, stroke, rest, settle, ratios, set };
}

const tiles = ({ strip }: ReturnType<typeof setUp>) => strip.store.getState().tiles.map(({ state }) => state);

describe("the strip of mask ratios", () => {
  beforeEach(() => vi.useFakeTimers());
  afterEach(() => vi.useRealTimers());

  it("asks for nothing before the live answer is final, then for the others one by one, the cheapest first", async () => {
    const all = setUp();
    all.stroke(8);
    await all.rest(1000);
    expect(all.ratios()).toEqual(["live 0"]);
    all.calls[0].finish();
    await all.rest();
    expect(all.ratios()).toEqual(["live 0", "later 0.9"]);
    expect(tiles(all)).toEqual(["done", "waiting", "waiting", "waiting", "running"]);
    await all.settle();
    // The chosen ratio is not asked for a second time.
    all.calls[1].finish();
    await all.settle();
    expect(all.ratios()).toEqual(["live 0", "later 0.9", "later 0.75", "later 0.5", "later 0.25"]);
    expect(tiles(all)).toEqual(["done", "done", "done", "done", "done"]);
    expect(all.strip.store.getState().tiles.map(({ confidence }) => confidence)).toEqual([1, 0.8, 0.8, 0.8, 0.8]);
  });

  it("asks no more before a stroke's first answer when it is open, in the middle of a candidate, than when it is folded", async () => {
    const asked = await Promise.all(
      [true, false].map(async (isShown) => {
        const all = setUp(isShown);
        all.stroke(8);
        await all.rest(strokeDelayMs);
        all.calls[0].finish();
        await all.rest();
        const before = all.calls.length;
        all.stroke(30);
        expect(all.calls.filter(({ kind }) => kind === "later").every(({ signal }) => signal?.aborted)).toBe(true);
        await all.rest(1000);
        return { before, after: all.ratios().slice(before) };
      }),
    );
    expect(asked).toEqual([
      { before: 2, after: ["live 0"] },
      { before: 1, after: ["live 0"] },
    ]);
  });

  it("ends what runs, and forgets all, with any edit of the mask or the label", async () => {
    const all = setUp();
    all.stroke(8);
    await all.rest(strokeDelayMs);
    all.calls[0].finish();
    await all.rest();
    expect(all.calls[1].signal?.aborted).toBe(false);
    all.document.edit("paint", (edit) => edit.setLabel(rectRegion({ x: 40, y: 40, width: 2, height: 2 }), 2));
    expect(all.calls[1].signal?.aborted).toBe(true);
    expect(all.strip.store.getState().isStale).toBe(true);
    all.strip.pick(0);
    expect(all.session.getState().announcement.text).toMatch(/no candidates/);
  });

  it("asks for nothing while it is folded, and keeps what it has while nothing changes", async () => {
    const all = setUp(false);
    all.stroke(8);
    await all.settle();
    expect(all.ratios()).toEqual(["live 0"]);
    all.strip.setShown(true);
    await all.settle();
    expect(all.calls).toHaveLength(5);
    all.strip.setShown(false);
    all.strip.setShown(true);
    await all.settle();
    expect(all.calls).toHaveLength(5);
  });

  it("picks a candidate without another computation, and back", async () => {
    const all = setUp();
    all.stroke(8);
    await all.settle();
    const first = all.set();
    all.strip.pick(4);
    await all.settle();
    expect(all.settings.getState().ratio).toBe(0.9);
    expect(all.set().ratio).toBe(0.9);
    expect(all.set().suggestions.flatMap(({ ids = [] }) => [...ids])).toContain(2);
    expect(all.strip.store.getState().chosen).toBe(4);
    all.strip.pick(0);
    await all.settle();
    expect(all.settings.getState().ratio).toBe(0.1);
    expect(all.set().confidence.data).toBe(first.confidence.data);
    expect(all.calls).toHaveLength(5);
  });

  it("previews without writing, and takes the preview back with an edit", async () => {
    const all = setUp();
    all.stroke(8);
    await all.settle();
    const { version } = all.document.store.getState();
    all.strip.preview(4);
    expect(all.session.getState().previewed?.ratio).toBe(0.9);
    expect(all.document.store.getState().version).toBe(version);
    expect(all.set().ratio).toBe(0);
    all.stroke(30);
    expect(all.session.getState().previewed).toBe(null);
  });

  it("gives way to a live request and goes on after it", async () => {
    const all = setUp();
    all.stroke(8);
    await all.rest(strokeDelayMs);
    all.calls[0].finish();
    await all.rest();
    all.calls[1].fail(new DOMException("A newer reconstruction goes first.", "AbortError"));
    const run = all.live.run();
    await all.rest();
    expect(all.ratios()).toEqual(["live 0", "later 0.9", "live 0"]);
    all.calls[2].finish();
    await run;
    await all.settle();
    expect(tiles(all)).toEqual(["done", "done", "done", "done", "done"]);
  });

  it("says what failed, and asks again when it is picked", async () => {
    const all = setUp();
    all.stroke(8);
    await all.rest(strokeDelayMs);
    all.calls[0].finish();
    await all.rest();
    all.calls[1].fail(new Error("out of paint"));
    await all.settle();
    expect(all.strip.store.getState().tiles[4]).toMatchObject({ state: "failed", reason: "out of paint" });
    all.strip.pick(4);
    await all.settle();
    expect(tiles(all)).toEqual(["done", "done", "done", "done", "done"]);
    expect(all.set().ratio).toBe(0.9);
  });

  it("bars ratios below what is masked and says why", async () => {
    const all = setUp();
    all.document.edit("mask", (edit) => edit.setMask(rectRegion({ x: 0, y: 0, width: 64, height: 40 }), true));
    all.live.strokeEnded();
    await all.settle();
    expect(tiles(all)).toEqual(["barred", "barred", "done", "done", "done"]);
    all.strip.pick(0);
    expect(all.session.getState().announcement.text).toBe("10 % cannot be had: 63 % is masked already.");
  });

  it("accepts just what all agree on, in one step, and records the ratios", async () => {
    const all = setUp();
    all.stroke(8);
    await all.settle();
    const { agreement } = all.strip.store.getState();
    // Columns 8..19 of 16: beyond, 90 % says class 2.
    expect(agreement?.area).toBe(12 * 8);
    all.strip.acceptAgreed();
    const { labels, mask, store } = all.document;
    const wrong = [...labels.data].filter((id, i) => {
      const [x, y] = [i % 64, Math.floor(i / 64)];
      return id !== (x >= 8 && x < 20 && y >= 8 && y < 16 ? 1 : 0);
    });
    expect(wrong).toEqual([]);
    expect(mask.data.reduce((sum, bit) => sum + bit, 0)).toBe(4 * 8);
    expect(store.getState().decisions).toMatchObject([
      { decision: "accepted", to: 1, area: 96, bulk: true, agreedRatios: [0, 0.25, 0.5, 0.75, 0.9], confidence: 0.8 },
    ]);
    all.document.undo();
    expect(labels.data.every((id) => id === 0)).toBe(true);
    expect(mask.data.reduce((sum, bit) => sum + bit, 0)).toBe(16 * 8);
  });

  it("says what it took and all that stays masked, not only what differs", async () => {
    const all = setUp();
    const said = () => all.session.getState().announcement.text;
    all.stroke(8);
    await all.settle();
    all.strip.acceptAgreed();
    expect(said()).toBe("Accepted 96 pixels where all 5 ratios agree. 32 pixels differ and stay masked.");
    // What all leave as it is, is nothing to accept, and keeps the mask while anything is open.
    const other = setUp();
    const text = () => other.session.getState().announcement.text;
    other.document.edit("paint", (edit) => edit.setLabel(rectRegion({ x: 8, y: 8, width: 4, height: 8 }), 1));
    other.stroke(8);
    await other.settle();
    other.strip.acceptAgreed();
    expect(text()).toBe(
      "Accepted 64 pixels where all 5 ratios agree. 64 pixels stay masked; on 32 of them they differ.",
    );
    expect(other.document.store.getState().maskedPixels).toBe(64);
  });

  it("does not touch locked classes where all agree", async () => {
    const all = setUp();
    all.document.setLocked(new Set([1]));
    all.stroke(8);
    await all.settle();
    expect(all.strip.store.getState().agreement?.agreed.some(({ to }) => to === 1)).toBe(false);
    all.strip.acceptAgreed();
    expect(all.document.store.getState().changedPixels).toBe(0);
  });

  it("computes the others anew for what is left after a decision, with the rows that are left", async () => {
    const all = setUp();
    all.document.edit("mask", (edit) => edit.setMask(rectRegion({ x: 44, y: 44, width: 8, height: 8 }), true));
    all.stroke(8);
    await all.settle();
    expect(all.set().suggestions).toHaveLength(2);
    accept(all.document, all.set(), all.set().suggestions[0].id);
    await all.settle();
    expect(all.ratios().filter((one) => one.startsWith("live"))).toEqual(["live 0"]);
    expect(tiles(all)).toEqual(["done", "done", "done", "done", "done"]);
  });
});

describe("what the strip says is to come", () => {
  beforeEach(() => vi.useFakeTimers());
  afterEach(() => vi.useRealTimers());

  /** Calls that nobody answered or ended yet. */
  const open = ({ calls }: ReturnType<typeof setUp>) =>
    calls.filter(({ signal, isOver }) => signal?.aborted !== true && !isOver());

  it("is nothing once a mask is cleared while candidates of an earlier one are on show", async () => {
    const all = setUp();
    all.stroke(8);
    await all.rest(strokeDelayMs);
    all.calls[0].finish();
    await all.rest();
    expect(tiles(all)).toContain("running");
    accept(all.document, all.set(), all.set().suggestions[0].id);
    all.document.undo();
    all.document.edit("clear", (edit) => edit.setMask(rectRegion({ x: 0, y: 0, width: 64, height: 64 }), false));
    expect(all.strip.store.getState()).toEqual({ tiles: [], chosen: -1, isStale: false, agreement: null });
  });

  it("is nothing where the answer was stopped; what is not there is said to be not computed, and computed when picked", async () => {
    const all = setUp();
    all.stroke(8);
    await all.rest(strokeDelayMs);
    all.live.cancel();
    await all.rest(1000);
    expect(tiles(all)).toEqual([]);
    void all.live.run();
    await all.settle();
    all.settings.setState({ ratio: 0.6 });
    all.live.strokeEnded();
    await all.rest(strokeDelayMs + calmMs);
    expect(tiles(all)).toEqual(["done", "done", "waiting", "done", "done"]);
    all.live.cancel();
    await all.rest(1000);
    expect(tiles(all)).toEqual(["done", "done", "idle", "done", "done"]);
    expect(whyNotAgreed(all.strip.store.getState())).toBe("1 of the candidates is not computed: click for that.");
    all.strip.pick(2);
    await all.settle();
    expect(tiles(all)).toEqual(["done", "done", "done", "done", "done"]);
  });

  it("is what comes for a mask of which the model would change nothing, beside rows of a mask before", async () => {
    const all = setUp();
    all.stroke(8);
    await all.settle();
    all.document.edit("clear", (edit) => {
      edit.setMask(rectRegion({ x: 0, y: 0, width: 64, height: 64 }), false);
      edit.setProposal(release(all.set()));
    });
    await all.settle();
    expect(tiles(all)).toEqual([]);
    // Of the class that the model gives.
    all.document.edit("paint", (edit) => edit.setLabel(rectRegion({ x: 0, y: 40, width: 16, height: 16 }), 1));
    all.document.edit("mask", (edit) => edit.setMask(rectRegion({ x: 0, y: 40, width: 16, height: 16 }), true));
    all.live.strokeEnded();
    await all.settle();
    expect(all.set().suggestions.map(({ released }) => released)).toEqual([true]);
    expect(tiles(all)).toEqual(["done", "done", "done", "done", "done"]);
    expect(all.strip.store.getState().agreement?.area).toBe(0);
    // What is left of it is of no mask again.
    all.document.edit("mask", (edit) => edit.setMask(rectRegion({ x: 4, y: 44, width: 4, height: 4 }), false));
    await all.rest(1000);
    expect(tiles(all)).toEqual([]);
  });

  it("goes on after a request that ended by itself in the meantime", async () => {
    const all = setUp();
    all.stroke(8);
    await all.rest(strokeDelayMs);
    all.calls[0].finish();
    await all.rest();
    all.calls[1].fail(new DOMException("The worker ended it.", "AbortError"));
    await all.settle();
    expect(tiles(all)).toEqual(["done", "done", "done", "done", "done"]);
  });

  it("is what runs or waits, and what is there is of the mask as it is, whatever is done in whatever order", async () => {
    const seen = { ran: 0, done: 0, agreed: 0, picked: 0 };
    for (let seed = 1; seed <= 150; seed++) {
      const random = createRandom(seed);
      let all = setUp(random.int(4) > 0, undefined, true);
      const one = <T>(list: readonly T[]): T | undefined => list[random.int(Math.max(1, list.length))];
      const mask = (isOn: boolean): void => {
        const rect = { x: random.int(40), y: 8, width: 4 + random.int(16), height: 8 };
        all.document.edit(isOn ? "mask" : "unmask", (edit) => edit.setMask(rectRegion(rect), isOn));
        all.live.strokeEnded();
      };
      const acts: Record<string, () => unknown> = {
        stroke: () => mask(true),
        unmask: () => mask(false),
        answer: () => one(open(all))?.finish(),
        answerAll: () => {
          for (const call of open(all)) call.finish();
        },
        fail: () => one(open(all))?.fail(new Error("out of paint")),
        giveWay: () => one(open(all).filter(({ kind }) => kind === "later"))?.fail(new DOMException("", "AbortError")),
        undo: () => all.document.undo(),
        redo: () => all.document.redo(),
        accept: () => {
          const { document, live } = all;
          const set = document.store.getState().proposals.live;
          const row = one(openRows(set ?? null));
          if (row !== undefined) rebuildAfter(live, document, () => accept(document, set, row.id));
        },
        agreed: () => all.strip.acceptAgreed(),
        escape: () => {
          if (all.live.cancel()) return;
          const { document } = all;
          document.edit("clear", (edit) => edit.setMask(rectRegion({ x: 0, y: 0, width: 64, height: 64 }), false));
        },
        cancel: () => all.live.cancel(),
        run: () => void all.live.run(),
        pick: () => {
          const index = random.int(5);
          const tile = all.strip.store.getState().tiles[index];
          const isThere = tile?.state === "done" && !all.strip.store.getState().isStale;
          all.strip.pick(index);
          if (!isThere) return;
          seen.picked++;
          expectOfNow(all, all.set(), `${seed} ${done}`);
        },
        ratio: () => {
          all.settings.setState({ ratio: (1 + random.int(9)) / 10 });
          if (random.int(2) === 0) all.live.strokeEnded();
        },
        live: () => all.settings.setState({ live: random.int(3) > 0 }),
        lock: () => all.document.setLocked(new Set(random.int(2) === 0 ? [] : [2])),
        paint: () =>
          all.document.edit("paint", (edit) => edit.setLabel(rectRegion({ x: 60, y: 60, width: 1, height: 1 }), 1)),
        fold: () => all.strip.setShown(false),
        unfold: () => all.strip.setShown(true),
        settle: () => all.settle(),
        rest: () => all.rest(random.int(400)),
        reload: () => {
          all.live.cancel();
          all.strip.setShown(false);
          const { ratio, live } = all.settings.getState();
          all = setUp(random.int(4) > 0, all.document, true);
          all.settings.setState({ ratio, live });
        },
      };
      const often = [
        "stroke",
        "stroke",
        "answer",
        "answer",
        "answerAll",
        "settle",
        "settle",
        "settle",
        "pick",
        "pick",
        "run",
        "run",
      ];
      const names = [...Object.keys(acts), ...often];
      const done: string[] = [];
      let held: readonly unknown[] = [];
      const check = (): void => {
        const { document, strip } = all;
        const state = strip.store.getState();
        const what = JSON.stringify({ seed, done: done.slice(-12), states: state.tiles.map((tile) => tile.state) });
        const isMasked = document.store.getState().maskedPixels > 0;
        if (!isMasked) expect(state.tiles, what).toEqual([]);
        const asked = open(all)
          .filter(({ kind }) => kind === "later")
          .map(({ request }) => request.ratio);
        const running = state.tiles.filter((tile) => tile.state === "running");
        expect(
          running.map((tile) => (tile.maskAlone ? 0 : tile.ratio)),
          what,
        ).toEqual(state.isStale ? [] : asked);
        // What was held already is not held again.
        const { version, locked } = document.store.getState();
        const now = [document, version, locked, ...state.tiles.map(({ set }) => set), state.agreement];
        const isNew = now.some((value, i) => value !== held[i]);
        held = now;
        if (state.isStale || !isNew) return;
        const there = state.tiles.flatMap(({ set }) => set ?? []);
        seen.done += there.length;
        const fresh = there.map((set) => expectOfNow(all, set, what));
        if (state.agreement === null) return;
        seen.agreed++;
        const { counts, area } = agreementOf(document, fresh);
        expect({ counts: state.agreement.counts, area: state.agreement.area }, what).toEqual({ counts, area });
      };
      for (let step = 0; step < 25; step++) {
        const name = names[random.int(names.length)];
        done.push(name);
        await acts[name]();
        await all.rest(0);
        check();
        // Calm, and nothing was asked for: nothing is said to come.
        await all.rest(random.int(2) * (calmMs + strokeDelayMs));
      }
      await all.rest(2 * (calmMs + strokeDelayMs));
      const { tiles: left, isStale } = all.strip.store.getState();
      const what = JSON.stringify({ seed, done, states: left.map((tile) => tile.state), isStale });
      const waits = left.some(({ state }) => state === "waiting" || state === "running");
      if (waits || isStale) {
        seen.ran++;
        expect(open(all).length, what).toBeGreaterThan(0);
      }
      // What runs is answered, and answered: all that was said to come is there.
      all.strip.setShown(true);
      await all.settle();
      check();
      const { tiles: end, isStale: isOld } = all.strip.store.getState();
      const last = JSON.stringify({ seed, done, states: end.map((tile) => tile.state), isOld });
      expect([isOld, ...end.map(({ state }) => state === "waiting" || state === "running")], last).not.toContain(true);
    }
    expect(seen.ran).toBeGreaterThan(10);
    expect(seen.done).toBeGreaterThan(600);
    expect(seen.agreed).toBeGreaterThan(100);
    expect(seen.picked).toBeGreaterThan(10);
  });
});

describe("an answer to another mask", () => {
  beforeEach(() => vi.useFakeTimers());
  afterEach(() => vi.useRealTimers());

  it("is none of the candidates once the mask grew without being asked for, and the new answer is one", async () => {
    const all = setUp(true, undefined, true);
    all.stroke(0, 8);
    await all.settle();
    expect(tiles(all)).toEqual(["done", "done", "done", "done", "done"]);
    all.settings.setState({ live: false });
    all.stroke(30, 8);
    await all.settle();
    expect(all.set().suggestions.length).toBeGreaterThan(0);
    expect(tiles(all)).toEqual([]);
    const old = all.set();
    void all.live.run();
    await all.settle();
    expect(tiles(all)).toEqual(["done", "done", "done", "done", "done"]);
    const right = all.set();
    all.strip.pick(1);
    all.strip.pick(0);
    expect(all.set().confidence.data).toBe(right.confidence.data);
    expect(all.set().confidence.data).not.toBe(old.confidence.data);
  });

  it("is none after a request for the grown mask was stopped, nor after a reload", async () => {
    const all = setUp(true, undefined, true);
    all.stroke(0, 8);
    await all.settle();
    all.stroke(30, 8);
    await all.rest(strokeDelayMs);
    all.live.cancel();
    await all.rest(1000);
    expect(tiles(all)).toEqual([]);
    const again = setUp(true, all.document, true);
    await again.settle();
    expect(again.set().suggestions.length).toBeGreaterThan(0);
    expect(tiles(again)).toEqual([]);
    again.document.undo();
    await again.settle();
    expect(tiles(again)).toEqual(["done", "done", "done", "done", "done"]);
  });

  it("gives way to one that is asked for anew, for a mask of which some was accepted", async () => {
    const all = setUp();
    all.document.edit("mask", (edit) => edit.setMask(rectRegion({ x: 44, y: 44, width: 8, height: 8 }), true));
    all.stroke(8);
    await all.settle();
    accept(all.document, all.set(), all.set().suggestions[0].id);
    await all.settle();
    const [before] = all.strip.store.getState().tiles;
    void all.live.run();
    await all.settle();
    const [now] = all.strip.store.getState().tiles;
    expect(now.set?.confidence.data).toBe(all.set().confidence.data);
    expect(now.set?.confidence.data).not.toBe(before.set?.confidence.data);
  });

  it("is one of other locks too", async () => {
    const all = setUp();
    all.document.setLocked(new Set([1]));
    all.stroke(8);
    await all.settle();
    all.settings.setState({ live: false });
    all.document.setLocked(new Set());
    await all.settle();
    expect(tiles(all)).toEqual([]);
  });
});

/** A set says of each masked pixel what one asked for now would say, as sure; returns that. */
function expectOfNow(
  { document, settings }: ReturnType<typeof setUp>,
  set: SuggestionSet,
  what: string,
): SuggestionSet {
  const { passes, voidPolicy } = settings.getState();
  const request = makeRequest(document, classes, { ratio: set.ratio, passes, voidPolicy });
  const rows = buildSuggestions(document, classes, answer(request, markOf(document)), voidPolicy);
  const fresh = { ...rows, asked: askedOf(request, voidPolicy) };
  const { counts } = agreementOf(document, [set, fresh]);
  expect(
    counts.filter((count) => count === 1),
    what,
  ).toHaveLength(0);
  expect(meanConfidence(document.mask, set), what).toBe(meanConfidence(document.mask, fresh));
  return fresh;
}

it("counts how many of the answers say the same, pixel by pixel", () => {
  const document = createDocument({ key: "a", labels: createLabelMap(3, 1), traits: suggestionTraits });
  document.edit("mask", (edit) => edit.setMask(rectRegion({ x: 0, y: 0, width: 3, height: 1 }), true));
  const says = (ids: readonly number[], confidence: number) =>
    ({
      suggestions: ids.flatMap((to, x) =>
        to === 0
          ? []
          : [{ id: x, region: rectRegion({ x, y: 0, width: 1, height: 1 }), to, area: 1, decision: "pending" }],
      ),
      confidence: { rect: { x: 0, y: 0, width: 3, height: 1 }, data: new Uint8Array(3).fill(confidence) },
    }) as unknown as Parameters<typeof agreementOf>[1][number];
  const found = agreementOf(document, [says([1, 1, 0], 255), says([1, 2, 0], 102), says([1, 0, 0], 255)]);
  expect([...found.counts]).toEqual([3, 1, 3]);
  expect(found.agreed).toMatchObject([{ to: 1, area: 1, confidence: 0.4 }]);
  expect(found.disputed).toEqual(rectRegion({ x: 1, y: 0, width: 1, height: 1 }));
});
