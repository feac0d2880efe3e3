import { describe, expect, it } from "vitest";
import { rectRegion } from "../../core/region";
import { forEachOn } from "../../core/runs";
import { createDocument } from "../../document/document";
import { suggestionTraits } from "../suggestions";
import { applyRule } from "./applyRule";
import { drawn, inputOf, ruleOf, salted, street } from "./fixtures/drawn";
import { defaultSizes, lintLabel } from "./lintLabel";
import { groupCount, groupKey } from "./pixelGroups";

const options = { ...defaultSizes, classes: new Map() };
const none = (): boolean => false;

function open(labels = salted(street(), 0.01, [0, 1, 3, 8])) {
  return createDocument({ key: "a", labels, traits: suggestionTraits });
}

describe("applyRule", () => {
  it("changes a rule's pixels and no others, in one undo step, and writes down exactly what", () => {
    const doc = open();
    const pinholes = ruleOf(lintLabel(inputOf(doc.labels), options), "pinholes");
    const before = doc.labels.data.slice();
    expect(applyRule(doc, pinholes, none, "Fill pinholes", 7)).toBe(pinholes.groups.pixels.length);
    const expected = before.slice();
    pinholes.groups.pixels.forEach((pixel, k) => {
      expected[pixel] = pinholes.groups.to[k];
    });
    expect(doc.labels.data).toEqual(expected);

    const rebuilt = before.slice();
    const { decisions } = doc.store.getState();
    for (const { from, to, bounds, written, area, rule, source } of decisions) {
      expect({ rule, source }).toEqual({ rule: "pinholes", source: "lint" });
      let count = 0;
      if (written === undefined) throw new Error("Nothing written");
      forEachOn(written, (index) => {
        const pixel = (bounds.y + Math.floor(index / bounds.width)) * doc.width + bounds.x + (index % bounds.width);
        if (before[pixel] !== from) throw new Error(`Pixel ${pixel} was ${before[pixel]}, not ${from}`);
        rebuilt[pixel] = to;
        count++;
      });
      expect(count).toBe(area);
    }
    expect(rebuilt).toEqual(expected);
    expect(new Set(decisions.map(({ from, to }) => `${from} ${to}`)).size).toBe(decisions.length);

    expect(doc.undo()).toBe("Fill pinholes");
    expect(doc.labels.data).toEqual(before);
    expect(doc.store.getState().decisions).toEqual([]);
  });

  it("leaves out what it is told to, what was locked since, the mask and the hints", () => {
    const labels = drawn(40, 40, (x, y) => (y === 9 && x % 10 === 5 ? 2 : y > 30 ? 2 : 1));
    const doc = open(labels);
    doc.edit("Mask", (edit) => edit.setMask(rectRegion({ x: 0, y: 0, width: 12, height: 12 }), true));
    const pinholes = ruleOf(lintLabel(inputOf(doc.labels), options), "pinholes");
    expect(groupCount(pinholes.groups)).toBe(4);
    const out = groupKey(pinholes.groups, 1);
    expect(applyRule(doc, pinholes, (key) => key === out, "Fill pinholes")).toBe(3);
    expect(doc.labels.data[out]).toBe(2);
    expect(doc.store.getState().maskedPixels).toBe(144);
    doc.undo();
    doc.setLocked(new Set([2]));
    expect(applyRule(doc, pinholes, none, "Fill pinholes")).toBe(0);
    expect(doc.store.getState()).toMatchObject({ changedPixels: 0, redoName: "Fill pinholes" });
  });

  it("counts smeared colours together: what each of them was says nothing", () => {
    const labels = drawn(40, 40, (x, y) => (x === 20 ? 0x8000 + y : x < 20 ? 0 : 1));
    const unknown = new Set(Array.from({ length: 40 }, (_, y) => 0x8000 + y));
    const colors = new Map<number, readonly [number, number, number]>(
      [...unknown].map((id) => [id, [id - 0x8000, 0, 0]]),
    );
    colors.set(0, [0, 0, 0]).set(1, [200, 0, 0]);
    const doc = open(labels);
    const smears = ruleOf(lintLabel({ ...inputOf(labels), unknown, ignored: unknown, colors }, options), "smears");
    expect(applyRule(doc, smears, none, "Give")).toBe(40);
    expect(doc.store.getState().decisions).toMatchObject([{ to: 0, area: 40, rule: "smears" }]);
  });
});
