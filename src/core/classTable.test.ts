import { describe, expect, it } from "vitest";
import { type ClassInfo, classNameOf, classOf, classTable, ignoredIds, mergeClasses, updateClass } from "./classTable";

const road: ClassInfo = { id: 3, name: "road", color: [1, 2, 3], ignored: false };
const sky: ClassInfo = { id: 0, name: "sky", color: [4, 5, 6], ignored: false };
const unlabelled: ClassInfo = { id: 255, name: "void", color: [0, 0, 0], ignored: true };

describe("class table", () => {
  it("names ids, known or not", () => {
    const table = classTable([{ id: 3, name: "sky", color: [1, 2, 3], ignored: false }]);
    expect([3, 7].map((id) => classNameOf(table, id))).toEqual(["sky", "class 7"]);
  });

  it("is in order of id and refuses doubled or unfit ids", () => {
    expect(classTable([unlabelled, road, sky]).map((info) => info.id)).toEqual([0, 3, 255]);
    expect(() => classTable([road, { ...sky, id: 3 }])).toThrow(/twice/);
    expect(() => classTable([{ ...sky, id: 65536 }])).toThrow(/65535/);
    expect(() => classTable([{ ...sky, id: 0.5 }])).toThrow(/whole number/);
  });

  it("finds classes and the ignored ids", () => {
    const table = classTable([road, unlabelled]);
    expect(classOf(table, 3)?.name).toBe("road");
    expect(classOf(table, 4)).toBeUndefined();
    expect([...ignoredIds(table)]).toEqual([255]);
  });

  it("changes one class without touching the given table", () => {
    const table = classTable([road, sky]);
    const changed = updateClass(table, 3, { name: "street", ignored: true });
    expect(classOf(changed, 3)).toEqual({ ...road, name: "street", ignored: true });
    expect(classOf(table, 3)).toEqual(road);
    expect(() => updateClass(table, 9, { name: "x" })).toThrow(/no class with id 9/);
  });

  it("merges classes without replacing", () => {
    const table = classTable([sky, { id: 1, name: "car", color: [9, 9, 9], ignored: false }, road]);
    expect(mergeClasses(table, [{ ...road, name: "other" }, unlabelled]).map((info) => info.name)).toEqual([
      "sky",
      "car",
      "road",
      "void",
    ]);
    expect(mergeClasses(table, [road])).toBe(table);
  });
});

it("thousands of classes are looked up and merged in no time", () => {
  const many = classTable(
    Array.from({ length: 20_000 }, (_, id) => ({ id, name: `class ${id}`, color: [0, 0, 0] as const, ignored: false })),
  );
  const begin = performance.now();
  expect(many.filter(({ id }) => classOf(many, id)?.name !== `class ${id}`)).toEqual([]);
  expect(mergeClasses(many, many)).toBe(many);
  // Looked up one by one it takes seconds.
  expect(performance.now() - begin).toBeLessThan(1000);
});
