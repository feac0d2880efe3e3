import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { rectRegion } from "../core/region";
import { setUp } from "./fixtures/stripPage";
import { strokeDelayMs } from "./live";
import { calmMs, whyNotAgreed } from "./strip";
import { agreementText, shownTiles, tileText } from "./stripShown";

describe("the strip", () => {
  beforeEach(() => vi.useFakeTimers());
  afterEach(() => vi.useRealTimers());

  const state = ({ strip }: ReturnType<typeof setUp>) => strip.store.getState();
  const shown = (all: ReturnType<typeof setUp>) => shownTiles(state(all)).map(({ percent, alike }) => [percent, alike]);
  const each = [10, 25, 50, 75, 90].map((percent) => [`${percent} %`, 1]);

  it("shows each candidate where they differ", async () => {
    const all = setUp();
    all.stroke(8);
    await all.settle();
    expect(shown(all)).toEqual(each);
    expect(agreementText(state(all))).toMatch(/^\d+ px differ$/);
  });

  it("shows the chosen one for all where they agree, and says for which: as many as are counted", async () => {
    const all = setUp();
    all.stroke(0, 8);
    await all.settle();
    expect(shown(all)).toEqual([["10–90 %", 5]]);
    expect(agreementText(state(all))).toBe("All 5 ratios agree");
    all.settings.setState({ ratio: 0.75 });
    all.live.strokeEnded();
    await all.settle();
    expect(shownTiles(state(all)).map(({ index }) => index)).toEqual([3]);
    // More than half of the window.
    all.document.edit("mask", (edit) => edit.setMask(rectRegion({ x: 0, y: 0, width: 19, height: 64 }), true));
    all.live.strokeEnded();
    await all.settle();
    const { length } = state(all).tiles.filter(({ set }) => set !== null);
    expect(length).toBeLessThan(5);
    expect(shown(all)).toEqual([[expect.stringMatching(/^\d+–90 %$/), length]]);
    expect(agreementText(state(all))).toBe(`All ${length} ratios agree`);
  });

  it("hides none that failed behind those that agree, and counts it", async () => {
    const all = setUp();
    all.stroke(0, 8);
    for (let done = -1; done < all.calls.length; ) {
      done = all.calls.length;
      await all.rest(calmMs + strokeDelayMs);
      for (const { request, fail, finish, isOver } of all.calls) {
        if (isOver()) continue;
        if (request.ratio === 0.9) fail(new Error("It broke."));
        else finish();
      }
    }
    expect(shown(all)).toEqual(each);
    expect(agreementText(state(all))).toBe("4 ratios agree, 1 failed");
  });

  it("says of a whole image that it is masked whole, of no class around it that none is, and why there is one tile", async () => {
    const all = setUp();
    all.document.edit("mask", (edit) => edit.setMask(rectRegion({ x: 0, y: 0, width: 64, height: 64 }), true));
    all.live.strokeEnded();
    await all.settle();
    const tiles = state(all).tiles;
    expect(tiles.map(tileText).slice(0, 4)).toEqual(Array(4).fill("cannot be had: 100 % is masked already"));
    expect(shown(all).at(-1)).toEqual(["100 %", 1]);
    expect(tileText({ ...tiles[4], confidence: null })).toBe("no class is visible around the mask");
    expect(agreementText(state(all))).toBe("There is one candidate only.");
    expect(whyNotAgreed({ ...state(all), tiles: [{ ...tiles[4], state: "failed", set: null }] })).toBe(
      "1 of the candidates failed: click to try again.",
    );
  });
});
