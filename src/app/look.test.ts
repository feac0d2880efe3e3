import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { changedLook, isLook, isPlain, lookOf, lookTable, plainLook } from "./look";

const look = fc.record({
  brightness: fc.integer({ min: -100, max: 100 }),
  contrast: fc.integer({ min: -100, max: 100 }),
  gamma: fc.double({ min: 0.2, max: 3, noNaN: true }),
});

describe("the look of a photograph", () => {
  it("changes nothing while it is plain", () => {
    expect(isPlain(plainLook)).toBe(true);
    expect(lookTable(plainLook).map((shown) => Math.round(shown * 255))).toEqual([...Array(256).keys()]);
  });

  it("never turns darker into lighter, and stays in its range", () => {
    fc.assert(
      fc.property(look, (one) => {
        const table = lookTable(one);
        expect(table.every((shown, i) => shown >= 0 && shown <= 1 && (i === 0 || shown >= table[i - 1]))).toBe(true);
        expect(isLook(one)).toBe(true);
      }),
    );
  });

  it("lightens by brightness and by gamma, and spreads by contrast", () => {
    const at = (value: number, change: object) => lookTable({ ...plainLook, ...change })[value];
    expect(at(100, { brightness: 20 })).toBeCloseTo(100 / 255 + 0.2);
    expect(at(64, { gamma: 2 })).toBeCloseTo(Math.sqrt(64 / 255));
    expect(at(64, { contrast: 50 })).toBeLessThan(64 / 255);
    expect(at(0, { contrast: -100 })).toBeCloseTo(0.5);
  });

  it("is one image's own where it has one, and resetting it leaves the others'", () => {
    const dark = { ...plainLook, brightness: -20 };
    const looks = { look: dark, looks: new Map([["a", dark]]) };
    const reset = { ...looks, ...changedLook(looks, "a", plainLook) };
    expect([lookOf(reset, "a"), lookOf(reset, "b")]).toEqual([plainLook, dark]);
    expect(lookOf({ ...looks, ...changedLook(looks, "b", plainLook) }, "c")).toEqual(plainLook);
  });

  it.each([null, {}, { ...plainLook, gamma: 0 }, { ...plainLook, contrast: "1" }])("is not %o", (value) => {
    expect(isLook(value)).toBe(false);
  });
});
