import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { createHeartbeat } from "./heartbeat";

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

function setUp() {
  const state = { isWaiting: true };
  const ask = vi.fn();
  const onSilence = vi.fn();
  const heartbeat = createHeartbeat({ isWaiting: () => state.isWaiting, ask, limitMs: () => 20_000, onSilence });
  return { state, ask, onSilence, heartbeat };
}

it("tells once how long nothing was heard, and goes on when it is started again", () => {
  const { heartbeat, onSilence } = setUp();
  heartbeat.heard();
  heartbeat.start();
  vi.advanceTimersByTime(24_000);
  expect(onSilence).not.toHaveBeenCalled();
  vi.advanceTimersByTime(60_000);
  expect(onSilence.mock.calls).toEqual([[20]]);
  heartbeat.start();
  vi.advanceTimersByTime(25_000);
  expect(onSilence).toHaveBeenCalledTimes(2);
});

it("never tells of one that says something in time", () => {
  const { heartbeat, onSilence } = setUp();
  heartbeat.start();
  for (let i = 0; i < 100; i++) {
    heartbeat.heard();
    vi.advanceTimersByTime(20_000);
  }
  expect(onSilence).not.toHaveBeenCalled();
});

it("asks only while something is waited for", () => {
  const { heartbeat, ask, state } = setUp();
  vi.advanceTimersByTime(100_000);
  expect(ask).not.toHaveBeenCalled();
  heartbeat.start();
  heartbeat.start();
  vi.advanceTimersByTime(10_000);
  expect(ask).toHaveBeenCalledTimes(2);
  state.isWaiting = false;
  vi.advanceTimersByTime(100_000);
  expect(ask).toHaveBeenCalledTimes(2);
});

it("waits for ever for the first word of a worker that is still on its way", () => {
  const { heartbeat, onSilence } = setUp();
  heartbeat.heard();
  heartbeat.reset();
  heartbeat.start();
  vi.advanceTimersByTime(1_000_000);
  expect(onSilence).not.toHaveBeenCalled();
});
