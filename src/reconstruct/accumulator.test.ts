import * as tf from "@tensorflow/tfjs-core";
import "@tensorflow/tfjs-backend-cpu";
import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { createRandom } from "../core/random";
import type { Accumulator, WindowAnswer } from "./accumulator";
import { createEngineAccumulator, paddedLength } from "./engineAccumulator";
import { createPlainAccumulator } from "./plainAccumulator";

beforeAll(async () => {
  await tf.setBackend("cpu");
});

/** Two pixels that each read their own cell of a part of a window, or weigh less. */
function reader(accumulator: Accumulator, weights: [number, number] = [1, 1]) {
  const total = Float32Array.from(weights);
  return accumulator.upload({ indices: [Int32Array.from([1, 2])], weights: [total], total });
}

function answer(
  sampler: WindowAnswer["sampler"],
  probabilities: number[][],
  slots: number[],
  shown = slots.map(() => 1),
): WindowAnswer {
  const part = { x: 1, y: 0, width: 2, height: 1 };
  return {
    sampler,
    slots,
    shown,
    size: 4,
    parts: [{ part, logits: tf.tidy(() => tf.log(tf.tensor3d([probabilities]))) }],
  };
}

/** Each pixel for a class of its own. */
const apart = [
  [0.8, 0.2, 0],
  [0.2, 0.8, 0],
];

let numTensors = 0;
beforeEach(() => {
  numTensors = tf.memory().numTensors;
});

describe.each([
  ["on the engine", createEngineAccumulator],
  ["in plain code", createPlainAccumulator],
])("an accumulator %s", (_, createAccumulator) => {
  let accumulator: Accumulator;
  const given: WindowAnswer[] = [];
  const add = (...answers: WindowAnswer[]) => {
    given.push(...answers);
    accumulator.addPass(answers);
  };
  afterEach(() => {
    accumulator.dispose();
    tf.dispose(given.splice(0).flatMap(({ parts }) => parts.map(({ logits }) => logits)));
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
    add(answer(sampler, apart, [0, 1]));
    const { slots, confidence } = await accumulator.choose(2);
    expect([...slots]).toEqual([0, 1]);
    expect(confidence[0]).toBeCloseTo(2 / 3, 3);
  });

  it("has no answer where a window is read outside its parts", async () => {
    accumulator = createAccumulator(2, 2, [1, 1]);
    const total = Float32Array.from([1, 1]);
    const sampler = accumulator.upload({ indices: [Int32Array.from([1, 9])], weights: [total], total });
    add(answer(sampler, apart, [0, 1]));
    const { slots, other } = await accumulator.choose(1);
    expect([...slots]).toEqual([0, -1]);
    expect(other[1]).toBe(1);
  });

  it("has no answer where no window looks", async () => {
    accumulator = createAccumulator(2, 2, [1, 1]);
    const sampler = reader(accumulator, [1, 0]);
    add(answer(sampler, apart, [0, 1]));
    const { slots, other } = await accumulator.choose(1);
    expect([...slots]).toEqual([0, -1]);
    expect(other[1]).toBe(1);
  });
});

it("both say the same: several windows, parts and passes, slots that are not seen or not allowed", async () => {
  const [pixels, size] = [300, 16];
  const random = createRandom(5);
  const floats = (length: number, most: number) => Float32Array.from({ length }, () => random.next() * most);
  const parts = [
    { x: 0, y: 0, width: 8, height: 16 },
    { x: 8, y: 8, width: 8, height: 8 },
  ];
  /** Reads only what the parts hold. */
  const tap = () => random.int(size) * size + random.int(8);
  const taps = [1, 4].map((count) => {
    const weights = Array.from({ length: count }, () => floats(pixels, 1).map((weight) => (weight < 0.2 ? 0 : weight)));
    const total = weights[0].map((_, p) => weights.reduce((sum, list) => sum + list[p], 0));
    return { weights, total, indices: weights.map((list) => Int32Array.from(list, tap)) };
  });
  const logits = (slots: number) =>
    parts.map((part) => {
      const shape: [number, number, number] = [part.height, part.width, slots + 1];
      return { part, logits: tf.tensor3d(floats(part.width * part.height * (slots + 1), 6), shape) };
    });
  const passes = [0, 1, 2].map((pass): WindowAnswer[] => [
    // Two slots more than it has classes.
    { parts: logits(5), size, sampler: 0, slots: [0, 2, 3], shown: [1, 1, pass % 2] },
    { parts: logits(4), size, sampler: 1, slots: [1, 2, 3, 4], shown: [1, 1, 1, 1] },
  ]);
  const [engine, plain] = await Promise.all(
    [createEngineAccumulator, createPlainAccumulator].map(async (create) => {
      const accumulator = create(pixels, 5, [1, 1, 0, 1, 1]);
      for (const sampler of taps) accumulator.upload(sampler);
      for (const answers of passes) accumulator.addPass(answers);
      const choice = await accumulator.choose(1.5);
      accumulator.dispose();
      return choice;
    }),
  );
  expect(new Set(plain.slots).size).toBeGreaterThan(3);
  expect(plain.slots).toEqual(engine.slots);
  expect(plain.other).toEqual(engine.other);
  plain.confidence.forEach((value, p) => {
    expect(value).toBeCloseTo(engine.confidence[p], 4);
  });
});

it("in plain code an answer is read from the engine once, however many accumulators blend it", () => {
  const logits = tf.tensor3d([[[1, 0]]]);
  const read = vi.spyOn(logits, "dataSync");
  const parts = [{ part: { x: 0, y: 0, width: 1, height: 1 }, logits }];
  const [indices, weights, total] = [[new Int32Array(1)], [Float32Array.of(1)], Float32Array.of(1)];
  for (let chunk = 0; chunk < 3; chunk++) {
    const accumulator = createPlainAccumulator(1, 1, [1]);
    const sampler = accumulator.upload({ indices, weights, total });
    accumulator.addPass([{ parts, size: 1, sampler, slots: [0], shown: [1] }]);
  }
  expect(read).toHaveBeenCalledTimes(1);
});

it("pads pixels to few lengths", () => {
  expect([1, 1024, 1025, 1600, 3000, 131072].map(paddedLength)).toEqual([1024, 1024, 1536, 2048, 3072, 131072]);
});
