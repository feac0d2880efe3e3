import { expect, it } from "vitest";
import { createPace } from "./pace";

it("knows nothing before a few steps and some time, and does not count the first", () => {
  const pace = createPace();
  pace.add(5000);
  expect(pace.leftMs(10)).toBeNull();
  for (let i = 0; i < 2; i++) pace.add(300);
  expect(pace.leftMs(10)).toBeNull();
  pace.add(300);
  expect(pace.leftMs(10)).toBe(3000);
  const quick = createPace();
  quick.add(1, 100);
  quick.add(100, 50);
  expect(quick.leftMs(10)).toBeNull();
  quick.add(500, 250);
  expect(quick.leftMs(10)).toBe(20);
});

it("goes by the steps of late", () => {
  const pace = createPace();
  for (let i = 0; i < 40; i++) pace.add(4000);
  for (let i = 0; i < 12; i++) pace.add(1000);
  expect(pace.leftMs(2)).toBe(2000);
  // Quick ones by more of them: one that is slow is not the rule.
  for (let i = 0; i < 99; i++) pace.add(100);
  pace.add(200);
  expect(pace.leftMs(100)).toBeLessThan(10_200);
});
