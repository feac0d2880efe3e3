import { expect, it } from "vitest";
import { createCrashes } from "./crashes";

function setUp() {
  const clock = { now: 0 };
  const crashes = createCrashes(() => clock.now);
  /** Crashes that are so many minutes apart; returns for each whether it is one too many. */
  const at = (...minutes: number[]) =>
    minutes.map((one) => {
      clock.now += one * 60_000;
      return crashes.add();
    });
  return { crashes, at };
}

it("gives up after three within minutes", () => {
  expect(setUp().at(0, 1, 2)).toEqual([false, false, true]);
});

it("does not count what lies far back: a computer that sleeps now and then", () => {
  expect(setUp().at(0, 3, 3, 3, 6, 1, 1)).toEqual([false, false, false, false, false, false, true]);
});

it("forgets all when it is told to", () => {
  const { crashes, at } = setUp();
  at(0, 0);
  crashes.forget();
  expect(at(0, 0, 0)).toEqual([false, false, true]);
});
