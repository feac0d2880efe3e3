import { expect, it } from "vitest";
import { countIds } from "./countIds";

it("counts the pixels of every id that occurs, up to the largest", () => {
  expect([...countIds(Uint16Array.of(7, 0, 7, 65535, 7, 0))]).toEqual([
    [0, 2],
    [7, 3],
    [65535, 1],
  ]);
});
