import { describe, expect, it } from "vitest";
import { NO_SLOT, UNKNOWN } from "../../model/labels";
import { LEAST_PROBABILITY } from "../posteriors";
import { VOID } from "../window";
import { createReader, readBand, readSupport } from "./readings";

/** Four pixels: slot 0, slot 1, a class without a slot, void. */
const slots = Uint8Array.from([0, 1, NO_SLOT, UNKNOWN]);
/** Probabilities of slot 0, slot 1, a slot not in use, "other". */
const answer = (...rows: number[][]) => ({ values: Float32Array.from(rows.flat()), channels: 4 });

describe("a reading", () => {
  it("is the mean over the passes that hide a pixel", () => {
    const reader = createReader(slots, 2);
    const row = [0.5, 0.25, 0, 0.25];
    reader.add(answer([0.8, 0.1, 0, 0.1], row, row, row), Uint8Array.from([1, 0, 1, 1]));
    reader.add(answer([0.4, 0.3, 0, 0.3], row, row, row), Uint8Array.from([1, 0, 0, 0]));
    reader.add(answer([0, 1, 0, 0], row, row, row), Uint8Array.from([0, 0, 0, 0]));
    const { selfConfidence, margin, coverage } = reader.read();
    // Slot 0 is visible nowhere else in the first two passes, but likelier than "other".
    expect(selfConfidence[0]).toBeCloseTo(Math.log(0.6));
    expect(margin[0]).toBeCloseTo(Math.log(0.2) - Math.log(0.6));
    expect(coverage[0]).toBeCloseTo(2 / 3);
    expect([...selfConfidence.slice(1), ...margin.slice(1), ...coverage.slice(1)]).toEqual(new Array(9).fill(0));
  });

  it("takes 'other' for agreement where the given class is visible nowhere else", () => {
    const two = Uint8Array.from([0, 0, 1, 1]);
    const row = [0.2, 0.3, 0, 0.5];
    const hidden = Uint8Array.from([1, 1, 1, 0]);
    const reader = createReader(two, 2);
    reader.add(answer(row, row, row, row), hidden);
    const { selfConfidence, margin } = reader.read();
    expect(selfConfidence[0]).toBeCloseTo(Math.log(0.5));
    expect(margin[0]).toBeCloseTo(Math.log(0.3) - Math.log(0.5));
    expect(selfConfidence[2]).toBeCloseTo(Math.log(0.3));
    expect(margin[2]).toBeCloseTo(Math.log(0.2) - Math.log(0.3));
  });

  it("clamps probabilities, and knows no other class where there is one slot only", () => {
    const one = Uint8Array.from([0, 0]);
    const reader = createReader(one, 1);
    reader.add({ values: Float32Array.from([0, 1, 0, 0.5, 0, 0.5]), channels: 3 }, Uint8Array.from([1, 0]));
    const { selfConfidence, margin } = reader.read();
    expect(selfConfidence[0]).toBeCloseTo(Math.log(LEAST_PROBABILITY));
    expect(margin[0]).toBeCloseTo(0);
  });
});

it("a band is rebuilt where it was hidden, from the slots in use", () => {
  const label = Int32Array.from([700, 9, 5, VOID]);
  const row = [0.3, 0.2, 0, 0.5];
  const { label: rebuilt, margin } = readBand(
    answer(row, row, row, row),
    label,
    Uint8Array.from([0, 1, 1, 1]),
    slots,
    [700, 9],
  );
  expect([...rebuilt]).toEqual([700, 700, 5, VOID]);
  expect([...margin].map((value) => value.toFixed(4))).toEqual(
    [0, Math.log(0.3) - Math.log(0.2), 0, 0].map((value) => value.toFixed(4)),
  );
});

describe("support's reading", () => {
  const size = 32;
  const logs = [0.7, 0.3].map((p) => new Float32Array(size * size).fill(Math.log(p)));
  const classes = [9, 65000];
  const at = (x: number, y: number) => y * size + x;
  /** Class 9 but for the upper left quarter. */
  const cornered = (id: number) =>
    Int32Array.from({ length: size * size }, (_, i) => (i % size < 16 && i < 16 * size ? id : 9));

  it("says nothing of void, of classes it does not know, or when it knows no other", () => {
    for (const id of [77, VOID]) {
      const { selfConfidence, margin, coverage } = readSupport({ classes, logs }, cornered(id));
      expect(selfConfidence[at(28, 28)]).toBeCloseTo(Math.log(0.7));
      expect(margin[at(28, 28)]).toBeCloseTo(Math.log(0.3 / 0.7));
      expect(coverage[at(28, 28)]).toBe(1);
      for (const raster of [selfConfidence, margin, coverage]) expect(raster[at(4, 4)]).toBe(0);
    }
    expect(readSupport({ classes: [9], logs: [logs[0]] }, cornered(77)).coverage.every((value) => value === 0)).toBe(
      true,
    );
  });

  it("says nothing of what is finer than a cell, and less at a border", () => {
    const label = cornered(9);
    for (let y = 0; y < size; y++) label.fill(65000, at(18, y), at(21, y));
    const { margin, coverage } = readSupport({ classes, logs }, label);
    expect(coverage[at(19, 16)]).toBe(0);
    expect(margin[at(19, 16)]).toBeCloseTo(0);
    expect(coverage[at(3, 16)]).toBe(1);
    expect(coverage[at(17, 16)]).toBeGreaterThan(0);
    expect(coverage[at(17, 16)]).toBeLessThan(1);
  });
});
