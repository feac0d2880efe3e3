import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createLabelMap } from "../../core/labelMap";
import { vocColor } from "../../core/palette";
import { drawn, ids, inputOf, mended, resampled, ruleOf, salted, street } from "./fixtures/drawn";
import { defaultSizes, lintLabel } from "./lintLabel";
import { groupCount, groupRegion } from "./pixelGroups";
import { classKey, type LintInput, type LintOptions } from "./types";

const asFound: LintOptions = { ...defaultSizes, classes: new Map<string, boolean>() };
const lint = (input: LintInput, options: Partial<LintOptions> = {}) => lintLabel(input, { ...asFound, ...options });
const wrong = (a: Uint16Array, b: Uint16Array) => a.reduce((sum, id, i) => sum + (id === b[i] ? 0 : 1), 0);

/** Left class 1, right class 2; a 3x1 pinhole of 2 on the left, a 3x1 speck of 3 across the border, which is drawn elsewhere. */
const specked = drawn(60, 40, (x, y) => {
  if (y > 30) return 3;
  if (y === 8 && x >= 5 && x < 8) return 2;
  if (y === 20 && x >= 28 && x < 31) return 3;
  return x < 30 ? 1 : 2;
});

describe("pinholes and specks", () => {
  it("are given the class around them", () => {
    const report = lint(inputOf(specked));
    const [pinholes, specks] = [ruleOf(report, "pinholes"), ruleOf(report, "specks")];
    expect(groupRegion(pinholes.groups, 0, 60).rect).toEqual({ x: 5, y: 8, width: 3, height: 1 });
    expect([...pinholes.groups.to]).toEqual([1, 1, 1]);
    expect([...specks.groups.to]).toEqual([1, 1, 1]);
    expect(pinholes.classes).toEqual([{ id: 2, count: 1, pixels: 3, on: true, spared: null }]);
    expect(report.empty).toBe(false);
  });

  it("are those of up to the user's sizes", () => {
    const report = lint(inputOf(specked), { pinholes: 2, specks: 2 });
    expect(report.rules.map(({ groups }) => groupCount(groups))).toEqual([0, 0, 0, 0]);
  });

  it("leave void, locked classes, the excluded area and a ragged edge alone", () => {
    const count = (input: LintInput) => lint(input).rules.reduce((sum, { groups }) => sum + groupCount(groups), 0);
    const wide = (idAt: (x: number, y: number) => number) => inputOf(drawn(40, 40, idAt));
    expect(count(wide((x, y) => (x === 9 && y === 9 ? 1 : x < 20 ? 255 : 1)))).toBe(0);
    expect(count(wide((x, y) => (x === 9 && y === 9 ? 255 : x < 20 ? 1 : 255)))).toBe(0);
    expect(count(wide((x, y) => (x === 9 && y === 9 ? 2 : x < 20 ? 1 : 2)))).toBe(1);
    expect(count(wide((x, y) => (x === 18 && y === 9 ? 2 : x < 20 ? 1 : 2)))).toBe(0);
    expect(count(inputOf(specked, 20, { locked: new Set([1]) }))).toBe(0);
    const data = specked.data.map((_, i) => (i % 60 === 7 || i % 60 === 30 ? 1 : 0));
    expect(count(inputOf(specked, 20, { excluded: { width: 60, height: 40, data: Uint8Array.from(data) } }))).toBe(0);
  });

  it("pass over classes that are drawn thin or small, which the user may switch on", () => {
    const classes = { pole: ids.pole, mark: 6, sign: 7 };
    const broken = street();
    // A pole that a leaf covers leaves 2 px of it; a lane mark wears off; signs far away.
    for (const [x, y, id] of [
      [60, 14, classes.pole],
      [60, 15, classes.pole],
      [220, 145, classes.mark],
      ...[0, 1, 2].flatMap((k) => [0, 1, 2].map((i) => [40 + 30 * k, 150 - i, classes.sign] as const)),
    ] as const)
      broken.data[y * 240 + x] = id;
    const report = lint(inputOf(broken));
    expect(wrong(broken.data, mended(broken, report))).toBe(0);
    const shares = ruleOf(report, "pinholes").classes.map(({ id, spared, on }) => [id, spared, on]);
    expect(shares).toEqual([
      [classes.sign, "small", false],
      [classes.pole, "thin", false],
      [classes.mark, "thin", false],
    ]);
    const switched = lint(inputOf(broken), { classes: new Map([[classKey("pinholes", classes.pole), true]]) });
    expect([...ruleOf(switched, "pinholes").groups.pixels]).toEqual([14 * 240 + 60, 15 * 240 + 60]);
    const off = lint(inputOf(specked), { classes: new Map([[classKey("pinholes", 2), false]]) });
    expect(groupCount(ruleOf(off, "pinholes").groups)).toBe(0);
  });

  it("mend most of thrown noise and break next to nothing", () => {
    const truth = street();
    for (const share of [0.002, 0.02]) {
      const damaged = salted(truth, share, [ids.sky, ids.building, ids.road, ids.car]);
      const after = mended(damaged, lint(inputOf(damaged)));
      const broken = after.reduce(
        (sum, id, i) => sum + (damaged.data[i] === truth.data[i] && id !== damaged.data[i] ? 1 : 0),
        0,
      );
      expect(wrong(after, truth.data)).toBeLessThan(0.3 * wrong(damaged.data, truth.data));
      expect(broken).toBeLessThan(0.0005 * truth.data.length);
    }
  });

  it("mend noise of a class that occurs nowhere else", () => {
    const truth = street();
    const damaged = salted(truth, 0.005, [9]);
    expect(mended(damaged, lint(inputOf(damaged))).includes(9)).toBe(false);
  });
});

describe("smears", () => {
  it("of ids resampled as grey values are found, poles and an undamaged label are none", () => {
    const truth = street();
    expect(ruleOf(lint(inputOf(truth)), "smears").classes.every(({ on }) => !on)).toBe(true);
    expect(wrong(truth.data, mended(truth, lint(inputOf(truth))))).toBe(0);
    const twice = drawn(480, 320, (x, y) => truth.data[Math.floor(y / 2) * 240 + Math.floor(x / 2)]);
    const damaged = resampled(truth, 2);
    const report = lint(inputOf(damaged));
    expect(ruleOf(report, "smears").groups.pixels.length).toBeGreaterThan(1000);
    expect(wrong(mended(damaged, report), twice.data)).toBeLessThan(0.5 * wrong(damaged.data, twice.data));
    expect(mended(damaged, report).filter((id) => id === ids.pole).length).toBeGreaterThan(
      0.9 * twice.data.filter((id) => id === ids.pole).length,
    );
  });

  it("of colours get the class around whose colour is nearer", () => {
    const colors = new Map([0, 1, 2, 0x8001, 0x8002].map((id) => [id, vocColor(id)] as const));
    colors.set(0x8001, [100, 0, 0]).set(0x8002, [20, 0, 0]);
    const labels = drawn(40, 40, (x) => (x < 19 ? 0 : x === 19 ? 0x8002 : x === 20 ? 0x8001 : 1));
    const unknown = new Set([0x8001, 0x8002]);
    const report = lint({ ...inputOf(labels), colors, unknown, ignored: unknown });
    expect(ruleOf(report, "smears").groups.pixels.length).toBe(80);
    expect(mended(labels, report)).toEqual(drawn(40, 40, (x) => (x < 20 ? 0 : 1)).data);
  });
});

describe("unknown ids and colours", () => {
  it("get the nearest class; regions of them wait for the user", () => {
    const labels = drawn(60, 40, (x, y) => {
      if (x === 10 && y === 10) return 77;
      if (x > 40 && x < 52 && y > 10 && y < 20) return 78;
      return x < 30 ? 1 : 2;
    });
    const report = lint(inputOf(labels));
    const { groups, classes } = ruleOf(report, "unknown-ids");
    expect([...groups.pixels]).toEqual([10 * 60 + 10]);
    expect([...groups.to]).toEqual([1]);
    expect(classes.map(({ id, pixels, spared }) => [id, pixels, spared])).toEqual([
      [78, 99, "large"],
      [77, 1, null],
    ]);
    const on = lint(inputOf(labels), { classes: new Map([[classKey("unknown-ids", 78), true]]) });
    expect(mended(labels, on)).toEqual(drawn(60, 40, (x) => (x < 30 ? 1 : 2)).data);
  });

  it("colours that compression moved become those of the list, however large the region", () => {
    const colors = new Map<number, readonly [number, number, number]>([
      [0, [0, 0, 0]],
      [1, [128, 0, 0]],
      [0x9000, [126, 2, 1]],
      [0x9001, [0, 200, 200]],
    ]);
    const labels = drawn(60, 60, (x, y) => (y > 40 ? 0x9001 : x < 30 ? 0 : x < 50 ? 0x9000 : 1));
    const unknown = new Set([0x9000, 0x9001]);
    const report = lint({ ...inputOf(labels), colors, unknown, ignored: unknown });
    expect(mended(labels, report)).toEqual(drawn(60, 60, (x, y) => (y > 40 ? 0x9001 : x < 30 ? 0 : 1)).data);
    expect(ruleOf(report, "colours").classes.find(({ id }) => id === 0x9001)?.spared).toBe("large");
  });

  it("an unknown id that is locked, or whose neighbour is, stays", () => {
    const labels = drawn(20, 20, (x, y) => (x === 9 && y === 9 ? 77 : 1));
    for (const id of [1, 77]) {
      const report = lint(inputOf(labels, 20, { locked: new Set([id]) }));
      expect(groupCount(ruleOf(report, "unknown-ids").groups)).toBe(0);
    }
  });
});

it("tells a label that holds nothing", () => {
  expect(lint(inputOf(createLabelMap(9, 9))).empty).toBe(true);
  expect(lint(inputOf(drawn(20, 20, (x) => (x === 0 ? 255 : 1)))).empty).toBe(true);
  expect(lint(inputOf(drawn(20, 20, (x) => (x === 0 ? 2 : 1)))).empty).toBe(false);
});

it("never proposes a pixel twice, a change to itself, of void, or into a locked class", () => {
  const locked = 3;
  fc.assert(
    fc.property(
      fc.array(fc.constantFrom(0, 1, 2, 3, 77, 255), { minLength: 400, maxLength: 400 }),
      fc.boolean(),
      (list, coded) => {
        const labels = createLabelMap(20, 20, Uint16Array.from(list));
        const colors = coded ? new Map([0, 1, 2, 3, 77, 255].map((id) => [id, vocColor(id)] as const)) : null;
        const report = lint(inputOf(labels, 20, { locked: new Set([locked]), colors }), { pinholes: 9, specks: 9 });
        const pixels = report.rules.flatMap(({ groups }) => [...groups.pixels]);
        const to = report.rules.flatMap(({ groups }) => [...groups.to]);
        expect(new Set(pixels).size).toBe(pixels.length);
        const isWrong = (pixel: number, k: number): boolean =>
          [locked, 255, to[k]].includes(labels.data[pixel]) || [locked, 77].includes(to[k]);
        expect(pixels.filter(isWrong)).toEqual([]);
      },
    ),
  );
});
