import { describe, expect, it } from "vitest";
import { rectRegion } from "../core/region";
import type { Suggestion } from "../review/types";
import { outlineOf, pairText, rowText, trustText } from "./rowText";

const row = (facts: Partial<Suggestion>): Suggestion => ({
  ...{ id: 0, region: rectRegion({ x: 0, y: 0, width: 2, height: 2 }), from: 0, to: 1, area: 4, confidence: 0.8 },
  ...{ needsHint: false, decision: "pending" as const, ...facts },
});

const classes = ["road", "bottle", "table"].map((name, id) => ({
  id,
  name,
  color: [id, 0, 0] as const,
  ignored: false,
}));

describe("what a row would change", () => {
  it("is from which classes to which, or the outline of one that keeps its class", () => {
    expect(rowText([row({ fromIds: [0, 2] })], classes)).toBe("road, table to bottle");
    const ids = Uint16Array.from([1, 1, 1, 0]);
    const moved = row({ from: 1, fromIds: [1, 0], to: 1, ids });
    expect(rowText([moved], classes)).toBe("outline of bottle");
    expect(outlineOf(moved)).toEqual([1, 0]);
    const both = row({ from: 1, fromIds: [1, 0], to: 0, ids: Uint16Array.from([0, 0, 1, 1]) });
    expect(rowText([both], classes)).toBe("outline between bottle, road");
    expect(outlineOf(row({ from: 1, fromIds: [1, 0], to: 0, ids: Uint16Array.from([0, 0, 2, 2]) }))).toBeNull();
    expect([pairText(moved, classes), pairText({ from: 0, to: 1 }, classes)]).toEqual([
      "bottle: outline",
      "road to bottle",
    ]);
  });
});

describe("how far a row can be trusted", () => {
  it.each<[string, readonly Suggestion[]]>([
    ["About 8 of 10 right", [row({})]],
    ["Model alone: 70 %", [row({ modelConfidence: 0.7 })]],
    ["Not sure", [row({ confidence: 0.3 })]],
    // What decisions made of it does not hide that the old label stays.
    ["Not sure; Model alone: 64 %", [row({ confidence: 0.3, modelConfidence: 0.64 })]],
    ["No visible class fits; Model alone: 64 %", [row({ needsHint: true, modelConfidence: 0.64 })]],
    ["Not sure of all", [row({}), row({ confidence: 0.3, modelConfidence: 0.64 })]],
  ])("says %s", (text, members) => {
    expect(trustText(members, "About 8 of 10 right")).toBe(text);
  });
});
