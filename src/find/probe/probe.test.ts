import fc from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import { createRandom } from "../../core/random";
import { wasmEngine } from "../../model/fixtures/tinyModel";
import { pureCells } from "../../support/cells";
import { VOID } from "../window";
import { linearLogs, lossOf } from "./blend";
import type { TrainingWindow } from "./cells";
import { TEMPERATURES } from "./heldOut";
import type { ClassPosteriors } from "./posteriors";
import { createProbe, PRIOR_WEIGHT, type Probe } from "./probe";
import { quadrantClassifiers } from "./quadrants";
import type { Place } from "./setting";
import { addSums, sumsOf } from "./sums";

const SIZE = 56;
const CHANNELS = 6;
/** In one quadrant of the image, and over all four. */
const CORNER: Place = { top: 0, left: 0, bottom: 0.4, right: 0.4 };
const WHOLE: Place = { top: 0, left: 0, bottom: 1, right: 1 };
const proceed = () => Promise.resolve();

/** A window of cells of three classes, each with features around a point of its own. */
function trainingWindow(seed: number, spread = 1, ids: readonly number[] = [4, 9000, VOID, 65000]): TrainingWindow {
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
  return { features: { values, channels: CHANNELS }, label, size: SIZE, place: CORNER };
}

function probeOf(trainingWindows: Readonly<Record<string, readonly TrainingWindow[]>>): Probe {
  const probe = createProbe();
  for (const [key, windows] of Object.entries(trainingWindows)) probe.learn(key, windows);
  return probe;
}

/** The posteriors of a window when no window of its image is given. */
function posteriorsOf(probe: Probe, imageKey: string, window: TrainingWindow): ClassPosteriors {
  return probe.posteriors(imageKey, [])(window);
}

function expectSame(a: ClassPosteriors, b: ClassPosteriors): void {
  expect(a.classes).toEqual(b.classes);
  a.logs.forEach((log, k) => {
    log.forEach((value, i) => {
      if (Math.abs(value - b.logs[k][i]) > 1e-5) throw new Error(`Class ${a.classes[k]} at ${i}`);
    });
  });
}

beforeAll(wasmEngine);

describe("a probe", () => {
  it("classifies an image as if it had never learnt it, but for what is given of it", () => {
    fc.assert(
      fc.property(fc.integer(), (seed) => {
        const [a, b, c, d] = [0, 1, 2, 3].map((i) => trainingWindow(seed + i));
        const [learnt, not] = [probeOf({ a: [a], held: [b, c], d: [d] }), probeOf({ a: [a], d: [d] })];
        expectSame(posteriorsOf(learnt, "held", c), posteriorsOf(not, "held", c));
        expectSame(learnt.posteriors("held", [b, c])(c), not.posteriors("held", [b, c])(c));
      }),
      { numRuns: 20 },
    );
  });

  it("replaces what it had learnt from an image, by nothing too", () => {
    const [a, b, c] = [trainingWindow(1), trainingWindow(2), trainingWindow(3)];
    const probe = probeOf({ a: [a], b: [c, c] });
    probe.learn("b", [b]);
    expectSame(posteriorsOf(probe, "other", c), posteriorsOf(probeOf({ a: [a], b: [b] }), "other", c));
    probe.learn("b", []);
    expectSame(posteriorsOf(probe, "other", c), posteriorsOf(probeOf({ a: [a] }), "other", c));
    probe.learn("a", []);
    expect(posteriorsOf(probe, "other", c).classes).toEqual([]);
  });

  it("knows an image unlike all others by its other quadrants", () => {
    // Its classes show themselves in the other half of the features.
    const plain = trainingWindow(3, 0.2);
    const values = plain.features.values.map((_, i, all) => all[i - (i % CHANNELS) + ((i + CHANNELS / 2) % CHANNELS)]);
    const odd: TrainingWindow = { ...plain, features: { values, channels: CHANNELS }, place: WHOLE };
    const probe = probeOf({ a: [trainingWindow(1, 0.2)], b: [trainingWindow(2, 0.2)] });
    const { classes, logs } = probe.posteriors("odd", [odd])(odd);
    expect(shareRight(classes, logs, odd)).toBeGreaterThan(0.75);
    const strange = posteriorsOf(probe, "odd", odd);
    expect(strange.classes.length === 0 || shareRight(strange.classes, strange.logs, odd) < 0.5).toBe(true);
    // By itself as well.
    expect(createProbe().posteriors("odd", [odd])(odd).classes).toEqual([4, 9000, 65000]);
  });

  it("tells classes of different features apart and says where each lies", () => {
    const probe = probeOf({ a: [trainingWindow(1)], b: [trainingWindow(2)] });
    const window = trainingWindow(3, 0.2);
    const { classes, logs } = posteriorsOf(probe, "held", window);
    expect(classes).toEqual([4, 9000, 65000]);
    expect(shareRight(classes, logs, window)).toBeGreaterThan(0.95);
    for (let i = 0; i < SIZE * SIZE; i++) {
      expect(logs.reduce((sum, log) => sum + Math.exp(log[i]), 0)).toBeCloseTo(1, 2);
    }
  });

  it("does not know a class of very few cells, and knows none before it learnt", () => {
    const rare = trainingWindow(1, 1, [4, 9000]);
    for (let y = 0; y < 8; y++) rare.label.fill(77, y * SIZE, y * SIZE + 24);
    expect(posteriorsOf(probeOf({ a: [rare] }), "b", rare).classes).toEqual([4, 9000]);
    expect(posteriorsOf(createProbe(), "a", rare).classes).toEqual([]);
    expect(posteriorsOf(probeOf({ a: [rare] }), "a", rare).classes).toEqual([]);
  });

  it("takes the temperature at which the given labels are likeliest, each image held out", async () => {
    for (const spread of [0.5, 2, 8]) {
      const trainingWindows = {
        a: [trainingWindow(1, spread)],
        b: [trainingWindow(2, spread)],
        c: [trainingWindow(3, spread)],
      };
      const probe = probeOf(trainingWindows);
      await probe.fit(proceed);
      const losses = TEMPERATURES.map((temperature) => {
        let loss = 0;
        for (const key of Object.keys(trainingWindows)) {
          const others = Object.entries(trainingWindows).filter(([other]) => other !== key);
          const sums = others
            .map(([, [window]]) => sumsOf({ features: window.features, ids: pureCells(window.label, SIZE, SIZE) }))
            .reduce((a, b) => addSums(a, b));
          // All of an image lies in one quadrant: it tells nothing of itself.
          const [classifier] = quadrantClassifiers(sums, null, 3);
          const { features, ids } = everyThird(trainingWindows[key as "a"][0]);
          loss += lossOf(linearLogs(classifier, temperature, features), classifier.classes, ids);
        }
        return loss;
      });
      expect(probe.temperature()).toBe(TEMPERATURES[losses.indexOf(Math.min(...losses))]);
    }
  }, 60_000);

  it("lets how often a class is seen weigh little in the posteriors", () => {
    // Features that tell nothing: what is left is how often each class is seen.
    const blank = {
      ...trainingWindow(1, 0, [1, 1, 1, 2]),
      features: { values: new Float32Array(49 * CHANNELS), channels: CHANNELS },
    };
    const probe = probeOf({ a: [blank] });
    const { classes, logs } = posteriorsOf(probe, "b", blank);
    expect(classes).toEqual([1, 2]);
    const ids = [...pureCells(blank.label, SIZE, SIZE)];
    const [often, rarely] = classes.map((id) => ids.filter((one) => one === id).length);
    expect(logs[0][0] - logs[1][0]).toBeCloseTo(PRIOR_WEIGHT * Math.log(often / rarely), 5);
  });

  it("says nothing of an image whose label it contradicts nearly everywhere", () => {
    const probe = probeOf({ a: [trainingWindow(1, 0.5)], b: [trainingWindow(2, 0.5)] });
    const known = trainingWindow(3, 0.5);
    const others: Record<number, number> = { 4: 9000, 9000: 65000, 65000: 4 };
    const wrong = (share: number) => ({
      ...known,
      label: known.label.map((id, i) => (i < share * SIZE * SIZE ? (others[id] ?? id) : id)),
    });
    expect(posteriorsOf(probe, "c", known).classes).toHaveLength(3);
    expect(posteriorsOf(probe, "c", wrong(0.5)).classes).toHaveLength(3);
    expect(posteriorsOf(probe, "c", wrong(1)).classes).toEqual([]);
  });

  it("uses MLPs where no line parts the classes, and for an image one that has not seen it", async () => {
    const trainingWindows = Object.fromEntries(Array.from({ length: 16 }, (_, seed) => [`${seed}`, [rings(seed)]]));
    const probe = probeOf(trainingWindows);
    await probe.fit(proceed);
    expect(probe.blend().share).toBeGreaterThan(0.5);
    expect(rightShare(probe, "other", rings(99))).toBeGreaterThan(0.9);

    // One image calls everything by the other name: no classifier of it may have learnt that.
    const wrong = rings(1);
    const turned = { ...wrong, label: wrong.label.map((id) => 12 - id) };
    const misled = probeOf({ ...trainingWindows, 1: [turned, turned, turned] });
    await misled.fit(proceed);
    expect(rightShare(misled, "1", rings(1))).toBeGreaterThan(0.8);
  }, 60_000);

  it("is as before when fitting is cancelled, and falls back on the discriminant once it learns more", async () => {
    const probe = probeOf(Object.fromEntries([1, 2, 3].map((seed) => [`${seed}`, [rings(seed)]])));
    const before = posteriorsOf(probe, "other", rings(9));
    await expect(probe.fit(() => Promise.reject(new Error("cancelled")))).rejects.toThrow("cancelled");
    expect(posteriorsOf(probe, "other", rings(9))).toEqual(before);
    await probe.fit(proceed);
    expect(probe.blend().share).toBeGreaterThan(0);
    probe.learn("4", [rings(4)]);
    expect(probe.blend().share).toBe(0);
  }, 60_000);
});

/** A window whose cells are of one class near the origin of the features and of another one far from it. */
function rings(seed: number): TrainingWindow {
  const random = createRandom(100 + seed);
  const { label, size, features } = trainingWindow(seed, 1, [5, 7]);
  const values = features.values.slice();
  for (let cell = 0; cell < values.length / CHANNELS; cell++) {
    const angle = 2 * Math.PI * random.next();
    const away = idOf(label, cell) === 5 ? 0.5 : 2;
    values.set([away * Math.cos(angle), away * Math.sin(angle), random.next()], cell * CHANNELS);
  }
  return { label, size, place: CORNER, features: { values, channels: CHANNELS } };
}

/** Share of a window's labelled cells that a probe gives their class. */
function rightShare(probe: Probe, imageKey: string, window: TrainingWindow): number {
  const { classes, logs } = posteriorsOf(probe, imageKey, window);
  return shareRight(classes, logs, window);
}

function shareRight(classes: readonly number[], logs: readonly Float32Array[], { label }: TrainingWindow): number {
  const cells = [...Array(49).keys()].filter((cell) => idOf(label, cell) !== VOID);
  const right = cells.filter((cell) => {
    const middle = (Math.floor(cell / 7) * 8 + 4) * SIZE + (cell % 7) * 8 + 4;
    const there = logs.map((log) => log[middle]);
    return classes[there.indexOf(Math.max(...there))] === idOf(label, cell);
  });
  return right.length / cells.length;
}

/** What a probe keeps of a window's cells. */
function everyThird({ features, label }: TrainingWindow): { features: TrainingWindow["features"]; ids: Int32Array } {
  const cells = [...Array(49).keys()].filter((cell) => cell % 3 === 1 && idOf(label, cell) !== VOID);
  const values = cells.flatMap((cell) => [...features.values.subarray(cell * CHANNELS, (cell + 1) * CHANNELS)]);
  const ids = Int32Array.from(cells, (cell) => idOf(label, cell));
  return { features: { values: Float32Array.from(values), channels: CHANNELS }, ids };
}

function idOf(label: Int32Array, cell: number): number {
  return label[Math.floor(cell / 7) * 8 * SIZE + (cell % 7) * 8];
}
