import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createRandom } from "../../core/random";
import { classify } from "./discriminant";
import { createProbe, type Lesson, opinionOf, PRIOR_WEIGHT, type Probe, TEMPERATURES } from "./probe";
import { VOID } from "./window";

const SIZE = 56;
const CHANNELS = 3;
const proceed = () => Promise.resolve();

/** A window of cells of three classes, each with features around a point of its own. */
function lesson(seed: number, spread = 1, ids: readonly number[] = [4, 9000, VOID, 65000]): Lesson {
  const random = createRandom(seed);
  const side = SIZE / 8;
  const label = new Int32Array(SIZE * SIZE);
  const values = new Float32Array(side * side * CHANNELS);
  for (let cell = 0; cell < side * side; cell++) {
    const id = ids[random.int(ids.length)];
    for (let c = 0; c < CHANNELS; c++) {
      const noise = random.next() + random.next() - 1;
      values[cell * CHANNELS + c] = (ids.indexOf(id) === c ? 2 : 0) + spread * noise;
    }
    const [top, left] = [Math.floor(cell / side) * 8, (cell % side) * 8];
    for (let y = top; y < top + 8; y++) label.fill(id, y * SIZE + left, y * SIZE + left + 8);
  }
  return { features: { values, channels: CHANNELS }, label, size: SIZE };
}

function taught(lessons: Readonly<Record<string, readonly Lesson[]>>): Probe {
  const probe = createProbe();
  for (const [key, windows] of Object.entries(lessons)) probe.learn(key, windows);
  return probe;
}

/** All that a classifier would say, as one list. */
function sayings(probe: Probe, imageKey: string): number[] {
  const { classes, weights, bias, prior } = probe.without(imageKey);
  return [...classes, ...weights.flatMap((row) => [...row]), ...bias, ...prior];
}

function expectSame(a: readonly number[], b: readonly number[]): void {
  expect(a).toHaveLength(b.length);
  a.forEach((value, i) => void expect(value).toBeCloseTo(b[i], 6));
}

describe("a probe", () => {
  it("judges an image as if it had never learnt it", () => {
    fc.assert(
      fc.property(fc.integer(), (seed) => {
        const [a, b, c, d] = [0, 1, 2, 3].map((i) => lesson(seed + i));
        expectSame(
          sayings(taught({ a: [a], judged: [b, c], d: [d] }), "judged"),
          sayings(taught({ a: [a], d: [d] }), "judged"),
        );
      }),
      { numRuns: 20 },
    );
  });

  it("replaces what an image taught before, by nothing too", () => {
    const [a, b, c] = [lesson(1), lesson(2), lesson(3)];
    const probe = taught({ a: [a], b: [c, c] });
    probe.learn("b", [b]);
    expectSame(sayings(probe, "other"), sayings(taught({ a: [a], b: [b] }), "other"));
    probe.learn("b", []);
    expectSame(sayings(probe, "other"), sayings(taught({ a: [a] }), "other"));
    probe.learn("a", []);
    expect(probe.without("other").classes).toEqual([]);
  });

  it("tells classes of different features apart and says where each lies", () => {
    const probe = taught({ a: [lesson(1)], b: [lesson(2)] });
    const judged = lesson(3, 0.2);
    const { classes, logs } = opinionOf(probe.without("judged"), 1, judged.features, SIZE);
    expect(classes).toEqual([4, 9000, 65000]);
    let right = 0;
    let centres = 0;
    for (let y = 4; y < SIZE; y += 8) {
      for (let x = 4; x < SIZE; x += 8) {
        const i = y * SIZE + x;
        if (judged.label[i] === VOID) continue;
        const said = logs.map((log) => log[i]);
        centres++;
        if (classes[said.indexOf(Math.max(...said))] === judged.label[i]) right++;
      }
    }
    expect(right / centres).toBeGreaterThan(0.95);
    for (let i = 0; i < SIZE * SIZE; i++) {
      expect(logs.reduce((sum, log) => sum + Math.exp(log[i]), 0)).toBeCloseTo(1, 2);
    }
  });

  it("does not know a class of very few cells, and knows none before it learnt", () => {
    const rare = lesson(1, 1, [4, 9000]);
    for (let y = 0; y < 8; y++) rare.label.fill(77, y * SIZE, y * SIZE + 24);
    expect(taught({ a: [rare] }).without("b").classes).toEqual([4, 9000]);
    expect(opinionOf(createProbe().without("a"), 1, rare.features, SIZE).classes).toEqual([]);
    expect(taught({ a: [rare] }).without("a").classes).toEqual([]);
  });

  it("takes the temperature at which the given labels are likeliest, each image judged by the others", async () => {
    for (const spread of [0.5, 2, 8]) {
      const lessons = { a: [lesson(1, spread)], b: [lesson(2, spread)], c: [lesson(3, spread)] };
      const probe = taught(lessons);
      await probe.calibrate(proceed);
      const losses = TEMPERATURES.map((temperature) => {
        let loss = 0;
        for (const [key, [{ features, label }]] of Object.entries(lessons)) {
          const classifier = probe.without(key);
          const said = classify(classifier, features, temperature, 1);
          const cells = features.values.length / CHANNELS;
          for (let cell = 0; cell < cells; cell++) {
            const side = SIZE / 8;
            const id = label[Math.floor(cell / side) * 8 * SIZE + (cell % side) * 8];
            const own = classifier.classes.indexOf(id);
            if (own >= 0) loss -= Math.log(Math.max(said[cell * classifier.classes.length + own], 1e-6));
          }
        }
        return loss;
      });
      // The windows have 49 cells: all of them are tried.
      expect(probe.temperature()).toBe(TEMPERATURES[losses.indexOf(Math.min(...losses))]);
    }
  });

  it("lets how often a class is seen weigh little in an opinion", () => {
    const classifier = { classes: [1, 2], weights: [new Float64Array(1), new Float64Array(1)], bias: [0, 0] };
    const features = { values: new Float32Array(1), channels: 1 };
    const prior = [Math.log(0.9), Math.log(0.1)];
    const [first, second] = classify({ ...classifier, prior }, features, 1, PRIOR_WEIGHT);
    expect(first / second).toBeCloseTo(9 ** PRIOR_WEIGHT);
  });
});
