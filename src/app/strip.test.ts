import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { createLabelMap } from "../core/labelMap";
import { rectRegion } from "../core/region";
import { createDocument } from "../document/document";
import { agreementOf } from "../review/agreement";
import { accept } from "../review/decisions";
import { suggestionTraits } from "../review/suggestions";
import { setUp, tiles } from "./fixtures/stripPage";
import { strokeDelayMs } from "./live";

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
