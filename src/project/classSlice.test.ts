import { describe, expect, it } from "vitest";
import { type ClassTable, mergeClasses, updateClass } from "../core/classTable";
import { classSlice } from "./classSlice";
import { loadSlice, saveSlice } from "./slice";
import { memoryStore } from "./storage";

const own: ClassTable = [
  { id: 0, name: "ground", color: [0, 0, 0], ignored: false },
  { id: 1, name: "car", color: [0, 128, 128], ignored: false },
  { id: 2, name: "tree", color: [0, 128, 0], ignored: false },
];
const nothing = {
  classes: own,
  locked: new Set<number>(),
  hidden: new Set<number>(),
  pinned: new Set<number>(),
  removed: [],
  returned: new Map(),
};
const tram = { id: 7, name: "tram", color: [9, 9, 9], ignored: false } as const;

/** A car made void and renamed, a tram added; car and tram locked, tree hidden, tree and tram pinned. */
async function kept() {
  const store = memoryStore();
  const state = {
    classes: mergeClasses(updateClass(own, 1, { name: "vehicle", ignored: true }), [tram]),
    locked: new Set([1, 7]),
    hidden: new Set([2]),
    pinned: new Set([2, 7]),
    removed: [],
    returned: new Map(),
  };
  await saveSlice(store, "p", classSlice(own), state);
  return { store, state };
}

describe("kept classes", () => {
  it("stay deleted, as long as their ids mean the same; a deleted one can come back as it was named", async () => {
    const store = memoryStore();
    const removed = [{ ...own[1], name: "vehicle" }, tram];
    // Of what came back, with the steps that brought it.
    const returned = new Map([
      [
        2,
        new Map([
          ["a", "f00"],
          ["b", null],
        ]),
      ],
    ]);
    const state = { ...nothing, classes: own.filter(({ id }) => id !== 1), removed, returned };
    await saveSlice(store, "p", classSlice(own), state);
    expect(await loadSlice(store, "p", classSlice(own))).toEqual(state);
    const other = [own[0], { ...own[1], name: "dog" }, own[2]];
    expect(await loadSlice(store, "p", classSlice(other))).toMatchObject({ classes: other, removed: [tram] });
  });

  it("come back for their project alone", async () => {
    const { store, state } = await kept();
    expect(await loadSlice(store, "p", classSlice(own))).toEqual(state);
    expect(await loadSlice(store, "q", classSlice(own))).toEqual(nothing);
  });

  it("leave what the user did not change to the data set", async () => {
    const { store } = await kept();
    const recolored = updateClass(own, 1, { color: [1, 2, 3] });
    const { classes } = await loadSlice(store, "p", classSlice(recolored));
    expect(classes[1]).toEqual({ id: 1, name: "vehicle", color: [1, 2, 3], ignored: true });
  });

  it("forget ids that are gone or stand for another class by now", async () => {
    const { store } = await kept();
    expect(await loadSlice(store, "p", classSlice(own.slice(0, 1)))).toEqual({
      classes: [own[0], tram],
      locked: new Set([7]),
      hidden: new Set(),
      pinned: new Set([7]),
      removed: [],
      returned: new Map(),
    });
    const shifted: ClassTable = [own[0], { ...own[2], id: 1 }, { ...own[1], id: 2 }];
    expect((await loadSlice(store, "p", classSlice(shifted))).classes.slice(0, 3)).toEqual(shifted);
    expect((await loadSlice(store, "p", classSlice(shifted))).locked).toEqual(new Set([7]));
  });

  it("leave no record once all is as the data set has it", async () => {
    const { store } = await kept();
    await saveSlice(store, "p", classSlice(own), nothing);
    expect(await store.keys("")).toEqual([]);
  });

  it.each([
    5,
    null,
    "classes",
    [],
    { edits: 3, locked: "all", hidden: { 0: 1 }, own: [null] },
    {
      edits: [null, { id: -1, name: "x" }, { id: 1, name: 4 }, { id: 1, color: [0, 0] }, { id: 1, color: [0, 0, 256] }],
    },
    {
      edits: [
        { id: 1, ignored: "yes" },
        { id: 1, name: "" },
        { id: 9, name: "half a class" },
      ],
      locked: [1.5, "1"],
    },
    { edits: [{ id: 1, name: undefined, weight: 3 }] },
  ])("ignore a record that makes no sense: %j", async (record) => {
    const store = memoryStore();
    await store.set("classes/p", record);
    expect(await loadSlice(store, "p", classSlice(own))).toEqual(nothing);
  });
});
