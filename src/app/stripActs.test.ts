import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { createRandom } from "../core/random";
import { rectRegion } from "../core/region";
import { agreementOf } from "../review/agreement";
import { accept } from "../review/decisions";
import { openRows } from "../review/queue";
import { expectOfNow, open, setUp } from "./fixtures/stripPage";
import { rebuildAfter, strokeDelayMs } from "./live";
import { calmMs } from "./strip";

describe("what the strip says is to come", () => {
  beforeEach(() => vi.useFakeTimers());
  afterEach(() => vi.useRealTimers());

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
