import { describe, expect, it } from "vitest";
import { createRandom } from "./random";

describe("createRandom", () => {
  it("repeats its stream for a seed and differs for another", () => {
    const stream = (seed: number) => Array.from({ length: 5 }, createRandom(seed).next);
    expect(stream(7)).toEqual(stream(7));
    expect(stream(7)).not.toEqual(stream(8));
  });

  it("is the published mulberry32", () => {
    // Reference values of the C original for seed 1, as floats of 2^-32.
    const random = createRandom(1);
    expect([random.next(), random.next()].map((value) => value * 2 ** 32)).toEqual([2693262067, 11749833]);
    // As in Python (training/tests/test_support.py).
    const other = createRandom(1088);
    expect([other.next(), other.next(), other.next()]).toEqual([
      0.018674814142286777, 0.43318997509777546, 0.777134473901242,
    ]);
    expect(other.int(1000)).toBe(110);
  });

  it("draws whole numbers evenly and shuffles without losing any", () => {
    const random = createRandom(3);
    const counts = new Array<number>(6).fill(0);
    for (let i = 0; i < 6000; i++) {
      const drawn = random.int(6);
      counts[drawn] = counts[drawn] + 1;
    }
    for (const count of counts) expect(Math.abs(count - 1000)).toBeLessThan(150);
    expect(random.shuffle([1, 2, 3, 4, 5]).sort()).toEqual([1, 2, 3, 4, 5]);
  });
});
