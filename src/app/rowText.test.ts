import { describe, expect, it } from "vitest";
import { rectRegion } from "../core/region";
import type { Suggestion } from "../review/types";
import { trustText } from "./rowText";

const row = (facts: Partial<Suggestion>): Suggestion => ({
  ...{ id: 0, region: rectRegion({ x: 0, y: 0, width: 2, height: 2 }), from: 0, to: 1, area: 4, confidence: 0.8 },
  ...{ needsHint: false, decision: "pending" as const, ...facts },
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
