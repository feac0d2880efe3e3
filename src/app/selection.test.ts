import { describe, expect, it } from "vitest";
import { rectRegion } from "../core/region";
import type { Suggestion, SuggestionSet } from "../review/types";
import { nextSelection } from "./selection";

function suggestion(id: number, x: number, facts: Partial<Suggestion> = {}): Suggestion {
  const region = rectRegion({ x, y: 0, width: 4, height: 4 });
  return { id, region, from: 0, to: 1, area: 16, confidence: 0.5, needsHint: false, decision: "pending", ...facts };
}

function setOf(...suggestions: readonly Suggestion[]): SuggestionSet {
  const confidence = { rect: { x: 0, y: 0, width: 40, height: 4 }, data: new Uint8Array(160) };
  return {
    name: "live",
    documentVersion: 1,
    ratio: 0.1,
    passes: 2,
    passesDone: 1,
    model: "test",
    suggestions,
    confidence,
  };
}

function decided(set: SuggestionSet, id: number, decision: Suggestion["decision"]): SuggestionSet {
  return { ...set, suggestions: set.suggestions.map((one) => (one.id === id ? { ...one, decision } : one)) };
}

const three = setOf(suggestion(0, 0), suggestion(1, 10), suggestion(2, 20));

describe("the selection", () => {
  it("starts at the top and ends with the set", () => {
    expect(nextSelection(null, null, three)).toBe(0);
    expect(nextSelection(null, null, decided(three, 0, "accepted"))).toBe(1);
    expect(nextSelection(three, 1, null)).toBeNull();
    expect(nextSelection(null, null, null)).toBeNull();
  });

  it("goes to the next after a decision, from the last to the first that is left", () => {
    for (const decision of ["accepted", "rejected", "skipped"] as const) {
      expect(nextSelection(three, 1, decided(three, 1, decision))).toBe(2);
      expect(nextSelection(three, 2, decided(three, 2, decision))).toBe(0);
    }
    const last = decided(decided(three, 0, "accepted"), 1, "rejected");
    expect(nextSelection(last, 2, decided(last, 2, "skipped"))).toBeNull();
    expect(nextSelection(last, 2, decided(last, 2, "accepted"))).toBeNull();
  });

  it("stays where it is when others are decided", () => {
    expect(nextSelection(three, 1, decided(three, 0, "accepted"))).toBe(1);
    expect(nextSelection(three, 1, decided(decided(three, 0, "accepted"), 2, "accepted"))).toBe(1);
    expect(nextSelection(three, 0, decided(decided(three, 0, "accepted"), 1, "accepted"))).toBe(2);
  });

  it("goes to what undo gave back", () => {
    expect(nextSelection(decided(three, 1, "accepted"), 2, three)).toBe(1);
    expect(nextSelection(decided(three, 1, "skipped"), 2, three)).toBe(1);
    const all = three.suggestions.reduce((set, { id }) => decided(set, id, "accepted"), three);
    expect(nextSelection(all, null, decided(all, 2, "pending"))).toBe(2);
  });

  it("starts at the top of a refined set when the user did not choose", () => {
    expect(nextSelection(three, 1, setOf(suggestion(0, 20), suggestion(1, 10)))).toBe(0);
  });

  it("is of a whole row: folded ones go by the first of them", () => {
    const folded = setOf(suggestion(0, 0), suggestion(1, 10, { folded: true }), suggestion(2, 20, { folded: true }));
    expect(nextSelection(folded, 0, decided(folded, 0, "accepted"))).toBe(1);
    const both = decided(decided(folded, 1, "skipped"), 2, "skipped");
    expect(nextSelection(folded, 1, both)).toBe(0);
    expect(nextSelection(both, 0, folded)).toBe(1);
  });

  it("follows its region through a refined set, once the user chose it, of the same class where there is one", () => {
    const refined = setOf(suggestion(0, 21), suggestion(1, 9, { to: 2 }), suggestion(2, 12), suggestion(3, 0));
    expect(nextSelection(three, 1, refined, true)).toBe(2);
    expect(nextSelection(three, 2, refined, true)).toBe(0);
    expect(nextSelection(three, 2, setOf(suggestion(0, 30)), true)).toBe(0);
  });

  it("starts at the top of a set of another kind", () => {
    const found = setOf(suggestion(0, 30, { found: true }), suggestion(1, 10, { found: true }));
    expect(nextSelection(three, 1, found)).toBe(0);
    expect(nextSelection(found, 1, three)).toBe(0);
    expect(nextSelection(found, 1, { ...setOf(suggestion(0, 0), suggestion(1, 10)), heat: new Uint8Array(0) })).toBe(0);
  });
});
