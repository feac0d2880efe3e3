import { expect, it } from "vitest";
import { createPace } from "./pace";

it("lets others have a turn between steps of long work, and not between short ones", async () => {
  const turns: string[] = [];
  const pace = createPace();
  setTimeout(() => turns.push("other"));
  await pace();
  expect(turns).toEqual([]);
  const start = performance.now();
  while (performance.now() - start < 40);
  await pace();
  expect(turns).toEqual(["other"]);
});
