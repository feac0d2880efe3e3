import { expect, it } from "vitest";
import { runsOf } from "../core/runs";
import { meanConfidence } from "./agreement";
import { LIVE } from "./sets";
import type { SuggestionSet } from "./types";

const rect = { x: 1, y: 0, width: 3, height: 1 };

/** An answer for the pixels of `rect` that `rebuilt` marks. */
function answer(rebuilt: readonly number[], confidence: readonly number[]): SuggestionSet {
  return {
    ...{ name: LIVE, documentVersion: 0, ratio: 0, passes: 1, passesDone: 1, model: "test", suggestions: [] },
    confidence: { rect, data: Uint8Array.from(confidence) },
    asked: { rect, rebuilt: runsOf(Uint8Array.from(rebuilt)), lockedIds: [], ignoredIds: [], voidPolicy: "keep" },
  };
}

const mask = { width: 4, height: 1, data: Uint8Array.of(0, 1, 1, 1) };

it("is sure as the mean of what was rebuilt, and not of what stays under the mask", () => {
  expect(meanConfidence(mask, answer([1, 1, 1], [255, 255, 102]))).toBeCloseTo(0.8);
  // A hint in the middle.
  expect(meanConfidence(mask, answer([1, 0, 1], [255, 0, 102]))).toBeCloseTo(0.7);
});

it("leaves out what was decided, which is masked no more", () => {
  const left = { ...mask, data: Uint8Array.of(0, 0, 1, 1) };
  expect(meanConfidence(left, answer([1, 1, 1], [255, 51, 51]))).toBeCloseTo(0.2);
});

it("is no number where the model saw no class", () => {
  expect(meanConfidence(mask, answer([1, 1, 1], [0, 0, 0]))).toBeNull();
  expect(meanConfidence({ ...mask, data: new Uint8Array(4) }, answer([1, 1, 1], [9, 9, 9]))).toBeNull();
});
