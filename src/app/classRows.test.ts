import { describe, expect, it } from "vitest";
import type { ClassTable } from "../core/classTable";
import { classRows, digitOrder } from "./classRows";

const table: ClassTable = ["ground", "Road", "tree", "railroad"].map((name, id) => ({
  id,
  name,
  color: [id, 0, 0],
  ignored: false,
}));
const counts = new Map([
  [1, 30],
  [3, 10],
]);
const text = (...args: Parameters<typeof classRows>) =>
  classRows(...args).map((row) => (row.kind === "heading" ? `[${row.text}]` : `${row.info.name} ${row.pixels}`));

describe("the class list", () => {
  it("has what is pinned first, then what is in the image, then the others", () => {
    expect(text(table, counts, new Set([3]), "")).toEqual([
      "[Pinned]",
      "railroad 10",
      "[In this image]",
      "Road 30",
      "[Not in this image]",
      "ground 0",
      "tree 0",
    ]);
  });

  it("finds by a part of the name in any case, or by the id", () => {
    expect(text(table, counts, new Set(), " road ")).toEqual(["[In this image]", "Road 30", "railroad 10"]);
    expect(text(table, counts, new Set(), "2")).toEqual(["[Not in this image]", "tree 0"]);
    expect(text(table, counts, new Set(), "bus")).toEqual([]);
  });

  it("has what only this label's file holds as long as a pixel of it is left", () => {
    const own = table.filter(({ id }) => id < 2);
    expect(text(table, counts, new Set([2]), "", own)).toEqual([
      "[In this image]",
      "Road 30",
      "railroad 10",
      "[Not in this image]",
      "ground 0",
    ]);
  });

  it("gives the first digits to what is pinned, whatever the image", () => {
    expect(digitOrder(table, new Set([2])).map(({ id }) => id)).toEqual([2, 0, 1, 3]);
  });
});
