import { describe, expect, it } from "vitest";
import { noFilter } from "../review/imageFilter";
import { filterSlice } from "./filterSlice";

describe("the kept filter", () => {
  it("comes back as it was", () => {
    const pair = { from: 1, to: 2 };
    const filter = {
      states: ["changed"] as const,
      classId: 3,
      pair,
      lint: "specks" as const,
      score: { min: 0.1, max: 0.5 },
      text: "a",
    };
    const state = { filter, sort: "worst" as const };
    expect(filterSlice.decode(structuredClone(filterSlice.encode(state)))).toEqual(state);
    expect(filterSlice.encode({ filter: noFilter, sort: "name" })).toBeUndefined();
  });

  it.each([
    undefined,
    5,
    { filter: 7, sort: "size" },
    { filter: { states: [1], score: { min: 2, max: 0 }, pair: {} } },
  ])("is none where %j makes no sense", (record) => {
    expect(filterSlice.decode(record)).toEqual({ filter: noFilter, sort: "name" });
  });
});
