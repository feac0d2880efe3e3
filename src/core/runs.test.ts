import fc from "fast-check";
import { expect, it } from "vitest";
import { forEachOn, runsAt, runsOf, valueRunsOf, valuesOf } from "./runs";

it("runs hold exactly the bits that are on", () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 1 })), (bits) => {
      const back = new Array<number>(bits.length).fill(0);
      forEachOn(runsOf(Uint8Array.from(bits)), (index) => {
        back[index] = 1;
      });
      expect(back).toEqual(bits);
    }),
  );
  expect([...runsOf(Uint8Array.of(1, 1, 0, 1))]).toEqual([0, 2, 1, 1]);
});

it("runs at places hold exactly those", () => {
  fc.assert(
    fc.property(fc.uniqueArray(fc.integer({ min: 0, max: 60 })), (places) => {
      const sorted = places.sort((a, b) => a - b);
      const back: number[] = [];
      forEachOn(runsAt(sorted), (index) => back.push(index));
      expect(back).toEqual(sorted);
    }),
  );
});

it("runs of values hold the values in their order", () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 3 })), (values) => {
      expect([...valuesOf(valueRunsOf(values))]).toEqual(values);
    }),
  );
  expect([...valueRunsOf(Uint16Array.of(7, 7, 65535, 7))]).toEqual([2, 7, 1, 65535, 1, 7]);
});
