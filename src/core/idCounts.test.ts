import { expect, it } from "vitest";
import { idCounts } from "./idCounts";
import { createLabelMap } from "./labelMap";

it("counts the pixels of every id that occurs, up to the largest", () => {
  const labels = createLabelMap(3, 2, Uint16Array.of(7, 0, 7, 65535, 7, 0));
  expect([...idCounts(labels)]).toEqual([
    [0, 2],
    [7, 3],
    [65535, 1],
  ]);
});
