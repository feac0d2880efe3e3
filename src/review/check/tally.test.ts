import { expect, it } from "vitest";
import figures from "./fixtures/figures.json";
import { createTally, enoughPixels, NO_ANSWER } from "./tally";

function tallied(pixels: readonly (readonly [truth: number, answer: number, confidence: number])[]) {
  const tally = createTally();
  for (const [truth, answer, confidence] of pixels) tally.add(truth, answer, confidence);
  return tally;
}

it("has the figures of training's evaluation", () => {
  const tally = tallied(figures.truth.map((truth, i) => [truth, figures.answer[i], figures.confidence[i]]));
  expect(tally.scores().meanIou).toBeCloseTo(figures.mean_iou, 10);
  expect(tally.scores().accuracy).toBeCloseTo(figures.accuracy, 10);
  expect(tally.ece()).toBeCloseTo(figures.ece, 6);
  expect(tally.reliability()).toHaveLength(15);
});

it("counts a pixel that is not answered as wrong without blaming a class", () => {
  const tally = tallied([
    [0, 0, 255],
    [0, NO_ANSWER, 0],
    [1, 0, 128],
  ]);
  expect(tally.classes()).toEqual([
    { id: 0, pixels: 2, iou: 1 / 3, recall: 0.5 },
    { id: 1, pixels: 1, iou: 0, recall: 0 },
  ]);
  expect(tally.scores()).toEqual({ pixels: 3, meanIou: 1 / 6, accuracy: 1 / 3 });
});

it("splits pixels into bins that differ by one pixel at most, also within one confidence", () => {
  const bins = tallied(Array.from({ length: 32 }, () => [1, 1, 200] as const)).reliability();
  expect(bins.map(({ pixels }) => pixels)).toEqual([3, 3, ...Array.from({ length: 13 }, () => 2)]);
  expect(bins.every(({ right, confidence }) => right > 0.999 && Math.abs(confidence - 200 / 255) < 1e-9)).toBe(true);
});

it("suggests the lowest threshold at which enough are right, and none where too few pixels reach it", () => {
  const sure = Array.from({ length: enoughPixels }, () => [1, 1, 230] as const);
  const unsure = Array.from({ length: enoughPixels }, () => [1, 2, 128] as const);
  expect(tallied([...sure, ...unsure]).threshold(0.95)).toEqual({ percent: 51, share: 0.5, right: 1 });
  expect(tallied([...sure, ...unsure]).threshold(0.5)?.percent).toBe(50);
  expect(tallied([...sure.slice(1), ...unsure]).threshold(0.95)).toBe(null);
  expect(tallied([]).threshold(0.5)).toBe(null);
});
