import { describe, expect, it } from "vitest";
import { idOfReading, loadReadingMemory, saveReadingMemory } from "./readings";
import { memoryStore } from "./storage";

describe("what is remembered of a reading", () => {
  it("comes back for the same files, and what makes no sense is left out", async () => {
    const store = memoryStore();
    const memory = { choices: new Map([["labels", "color"]] as const), dismissed: true };
    await saveReadingMemory(store, "a", memory);
    expect(await loadReadingMemory(store, "a")).toEqual(memory);
    expect(await loadReadingMemory(store, "b")).toEqual({ choices: new Map(), dismissed: false });
    await store.set("choices/a", { choices: [["colour", "x"], ["void"], 7], dismissed: "yes" });
    expect(await loadReadingMemory(store, "a")).toEqual({ choices: new Map(), dismissed: false });
    await saveReadingMemory(store, "a", { choices: new Map(), dismissed: false });
    expect(await store.keys("choices/")).toEqual([]);
  });

  it("keeps the project's own id for the first meaning, and another for each further one", async () => {
    const store = memoryStore();
    const ids = [];
    for (const meaning of ["x", "y", "z", "y", "x"]) ids.push(await idOfReading(store, "p", meaning));
    expect(ids[0]).toBe("p");
    expect(ids.slice(3)).toEqual([ids[1], ids[0]]);
    expect(new Set(ids).size).toBe(3);
  });
});
