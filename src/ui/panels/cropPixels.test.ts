import { expect, it } from "vitest";
import { createLabelMap } from "../../core/labelMap";
import { rectRegion } from "../../core/region";
import type { Suggestion } from "../../review/types";
import { cropLabels, cropSquare } from "./cropPixels";

const region = rectRegion({ x: 2, y: 4, width: 20, height: 10 });
const suggestion: Suggestion = {
  ...{ id: 0, region, from: 0, to: 1, area: 200, confidence: 0.9, needsHint: false, decision: "pending" },
};

it("shows a region in the middle of a square half again as wide", () => {
  expect(cropSquare(region.rect)).toEqual({ x: -3, y: -6, width: 30, height: 30 });
  expect(cropSquare({ x: 50, y: 50, width: 2, height: 1 })).toEqual({ x: 43, y: 43, width: 16, height: 16 });
});

it("shows the label around and in the region, before and after, and nothing outside the image", () => {
  const labels = createLabelMap(40, 40);
  labels.data[5 * 40 + 25] = 2;
  const square = cropSquare(region.rect);
  const { before, after } = cropLabels(labels, [suggestion], square, 30, (id) => 10 + id);
  const at = (x: number, y: number) => (y - square.y) * 30 + x - square.x;
  expect([before[at(2, 4)], after[at(2, 4)]]).toEqual([10, 11]);
  expect([before[at(25, 5)], after[at(25, 5)]]).toEqual([12, 12]);
  expect([before[at(-1, 5)], after[at(-1, 5)]]).toEqual([0, 0]);
  expect(after.filter((color) => color === 11)).toHaveLength(200);
  expect(before.filter((color) => color === 11)).toHaveLength(0);
});

it("shows several classes, and takes the nearest pixel where it is shown smaller or larger", () => {
  const ids = new Uint16Array(200).fill(1).fill(3, 100);
  const labels = createLabelMap(40, 40);
  const square = { x: 2, y: 4, width: 20, height: 20 };
  const { after } = cropLabels(labels, [{ ...suggestion, ids }], square, 40, (id) => id);
  expect(after.filter((id) => id === 1)).toHaveLength(400);
  expect(after.filter((id) => id === 3)).toHaveLength(400);
});
