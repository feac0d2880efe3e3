import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { rectRegion } from "../core/region";
import { accept } from "../review/decisions";
import { release } from "../review/released";
import { setUp, tiles } from "./fixtures/stripPage";
import { strokeDelayMs } from "./live";
import { calmMs, whyNotAgreed } from "./strip";

describe("what the strip says is to come", () => {
  beforeEach(() => vi.useFakeTimers());
  afterEach(() => vi.useRealTimers());

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
