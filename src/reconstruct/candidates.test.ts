import { expect, it } from "vitest";
import { requestCandidates, windowCandidates } from "./candidates";

const evidence = (values: Record<number, number>) =>
  new Map(Object.entries(values).map(([id, value]) => [Number(id), value]));

it("gives a slot to what support sees in a hole, the most first, ties by id", () => {
  const one = evidence({ 9: 0.22, 4: 0.22, 7: 0.3, 1: 0.5, 2: 0.199, 5: 0.2 });
  expect(requestCandidates([one], 24, new Set())).toEqual([1, 7, 4]);
  expect(requestCandidates([one], 24, new Set([1]))).toEqual([7, 4, 9]);
  expect(requestCandidates([one], 24, new Set([1, 7, 4]))).toEqual([9, 5]);
});

it("takes no more than there are slots left", () => {
  const one = evidence({ 1: 0.5, 2: 0.4 });
  expect(requestCandidates([one], 1, new Set())).toEqual([1]);
  expect(requestCandidates([one], 0, new Set())).toEqual([]);
  expect(requestCandidates([], 24, new Set())).toEqual([]);
});

it("is not blinded to a small hole by a large one", () => {
  const [large, small] = [evidence({ 1: 0.9, 2: 0.01, 3: 0 }), evidence({ 1: 0.3, 2: 0.8, 3: 0.1 })];
  expect(requestCandidates([large, small], 24, new Set())).toEqual([1, 2]);
  expect(windowCandidates(large, [1, 2])).toEqual([1]);
  expect(windowCandidates(small, [1, 2])).toEqual([2, 1]);
});

it("has at most three a window, of those asked about", () => {
  const one = evidence({ 1: 0.1, 2: 0.25, 3: 0.3, 4: 0.4, 5: 0.5 });
  expect(windowCandidates(one, [1, 2, 3, 5])).toEqual([5, 3, 2]);
});
