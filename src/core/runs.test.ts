import fc from "fast-check";
import { expect, it } from "vitest";
import { forEachOn, runsOf } from "./runs";

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
