import { expect, it } from "vitest";
import { mapConcurrent } from "./concurrent";

it("keeps the order, and lets others have a turn where thousands of promises settle at once", async () => {
  let turns = 0;
  const timer = setInterval(() => turns++, 0);
  const spin = (until: number): void => {
    while (performance.now() < until);
  };
  const results = await mapConcurrent([...Array(100).keys()], 8, async (item) => {
    spin(performance.now() + 2);
    return 2 * item;
  });
  clearInterval(timer);
  expect(results).toEqual([...Array(100).keys()].map((item) => 2 * item));
  expect(turns).toBeGreaterThan(1);
});
