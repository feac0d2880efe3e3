import { expect, it } from "vitest";
import { createLatest } from "./latest";

it("aborts what was begun before, and nothing once that is done", () => {
  const latest = createLatest();
  expect(latest.abort()).toBe(false);
  const first = latest.start();
  const second = latest.start();
  expect([first.aborted, second.aborted]).toEqual([true, false]);
  latest.end(first);
  expect(latest.abort()).toBe(true);
  expect(second.aborted).toBe(true);
  const third = latest.start();
  latest.end(third);
  expect(latest.abort()).toBe(false);
  expect(third.aborted).toBe(false);
});

it("begins another from within an abort without aborting that", () => {
  const latest = createLatest();
  const first = latest.start();
  let nested: AbortSignal | null = null;
  first.addEventListener("abort", () => {
    nested = latest.start();
  });
  latest.abort();
  expect(nested).toMatchObject({ aborted: false });
});
