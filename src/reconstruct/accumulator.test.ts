import * as tf from "@tensorflow/tfjs-core";
import "@tensorflow/tfjs-backend-cpu";
import { afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { type Accumulator, createAccumulator, paddedLength, type WindowAnswer } from "./accumulator";

beforeAll(async () => {
  await tf.setBackend("cpu");
});

/** Two pixels that each read their own cell of a 1x2 window, or weigh less. */
function reader(accumulator: Accumulator, weights: [number, number] = [1, 1]) {
  const total = Float32Array.from(weights);
  return accumulator.upload({ indices: [Int32Array.from([0, 1])], weights: [total], total });
}

function answer(
  sampler: WindowAnswer["sampler"],
  probabilities: number[][],
  slots: number[],
  shown = slots.map(() => 1),
): WindowAnswer {
  return { sampler, slots, shown, probabilities: tf.tensor3d([probabilities]) };
}

let numTensors = 0;
beforeEach(() => {
  numTensors = tf.memory().numTensors;
});

describe("accumulator", () => {
  let accumulator: Accumulator;
  const given: WindowAnswer[] = [];
  const add = (...answers: WindowAnswer[]) => {
    given.push(...answers);
    accumulator.addPass(answers);
  };
  afterEach(() => {
    accumulator.dispose();
    tf.dispose(given.splice(0).map((a) => a.probabilities));
    expect(tf.memory().numTensors).toBe(numTensors);
  });

  it("chooses the likeliest slot and says when the class is likelier none of them", async () => {
    accumulator = createAccumulator(2, 2, [1, 1]);
    const sampler = reader(accumulator);
    add(
      answer(
        sampler,
        [
          [0.2, 0.7, 0.1],
          [0.3, 0.1, 0.6],
        ],
        [0, 1],
      ),
    );
    const { slots, confidence, other } = await accumulator.choose(1);
    expect([...slots]).toEqual([1, 0]);
    expect([...other]).toEqual([0, 1]);
    expect(confidence[0]).toBeCloseTo(0.7);
    expect(confidence[1]).toBeCloseTo(0.3);
  });

  it("never chooses a slot that is not allowed; its share does not add to the confidence", async () => {
    accumulator = createAccumulator(2, 2, [1, 0]);
    const sampler = reader(accumulator);
    add(
      answer(
        sampler,
        [
          [0.2, 0.7, 0.1],
          [0, 1, 0],
        ],
        [0, 1],
      ),
    );
    const { slots, confidence, other } = await accumulator.choose(1);
    expect([...slots]).toEqual([0, -1]);
    expect(confidence[0]).toBeCloseTo(0.2);
    expect([confidence[1], other[1]]).toEqual([0, 1]);
  });

  it("lets a window abstain for a class it does not see", async () => {
    accumulator = createAccumulator(2, 3, [1, 1, 1]);
    const [left, right] = [reader(accumulator), reader(accumulator)];
    add(
      answer(
        left,
        [
          [0.9, 0, 0.1],
          [0.9, 0, 0.1],
        ],
        [0, 1],
        [1, 0],
      ),
      answer(
        right,
        [
          [0.1, 0.2, 0.6, 0.1],
          [0.1, 0.2, 0.6, 0.1],
        ],
        [0, 1, 2],
      ),
    );
    // 0: mean of both; 1 and 2: the right window alone; "other": only the window that sees everything.
    const { slots, confidence } = await accumulator.choose(1);
    expect(slots[0]).toBe(2);
    expect(confidence[0]).toBeCloseTo(0.6 / (0.5 + 0.2 + 0.6 + 0.1), 2);
  });

  it("weighs overlapping windows", async () => {
    accumulator = createAccumulator(2, 2, [1, 1]);
    const [near, far] = [reader(accumulator, [3, 0]), reader(accumulator, [1, 1])];
    add(
      answer(
        near,
        [
          [1, 0, 0],
          [1, 0, 0],
        ],
        [0, 1],
      ),
      answer(
        far,
        [
          [0, 1, 0],
          [0, 1, 0],
        ],
        [0, 1],
      ),
    );
    const { slots, confidence } = await accumulator.choose(1);
    expect([...slots]).toEqual([0, 1]);
    expect(confidence[0]).toBeCloseTo(0.75);
    expect(confidence[1]).toBeCloseTo(1);
  });

  it("averages passes, and lowers the confidence where they disagree", async () => {
    accumulator = createAccumulator(2, 2, [1, 1]);
    const sampler = reader(accumulator);
    add(
      answer(
        sampler,
        [
          [0.99, 0.01, 0],
          [0.8, 0.2, 0],
        ],
        [0, 1],
      ),
    );
    add(
      answer(
        sampler,
        [
          [0.45, 0.55, 0],
          [0.8, 0.2, 0],
        ],
        [0, 1],
      ),
    );
    const { slots, confidence } = await accumulator.choose(1);
    expect([...slots]).toEqual([0, 0]);
    expect(confidence[0]).toBeCloseTo(0.5);
    expect(confidence[1]).toBeCloseTo(0.8);
  });

  it("calibrates by temperature", async () => {
    accumulator = createAccumulator(2, 2, [1, 1]);
    const sampler = reader(accumulator);
    add(
      answer(
        sampler,
        [
          [0.8, 0.2, 0],
          [0.2, 0.8, 0],
        ],
        [0, 1],
      ),
    );
    const { slots, confidence } = await accumulator.choose(2);
    expect([...slots]).toEqual([0, 1]);
    expect(confidence[0]).toBeCloseTo(2 / 3, 3);
  });

  it("has no answer where no window looks", async () => {
    accumulator = createAccumulator(2, 2, [1, 1]);
    const sampler = reader(accumulator, [1, 0]);
    add(
      answer(
        sampler,
        [
          [0.8, 0.2, 0],
          [0.2, 0.8, 0],
        ],
        [0, 1],
      ),
    );
    const { slots, other } = await accumulator.choose(1);
    expect([...slots]).toEqual([0, -1]);
    expect(other[1]).toBe(1);
  });
});

it("pads pixels to few lengths", () => {
  expect([1, 1024, 1025, 1600, 3000, 131072].map(paddedLength)).toEqual([1024, 1024, 1536, 2048, 3072, 131072]);
});
