import { describe, expect, it } from "vitest";
import { brushLimits, createSettings, defaultSettings, resetSettings, steppedBrush } from "./settings";

function memory(): Pick<Storage, "getItem" | "setItem"> & { readonly data: Map<string, string> } {
  const data = new Map<string, string>();
  return { data, getItem: (key) => data.get(key) ?? null, setItem: (key, value) => void data.set(key, value) };
}

describe("settings", () => {
  it("keeps habits, not what belongs to one data set", () => {
    const storage = memory();
    createSettings(storage).setState({ brushSize: 7, hiddenClasses: new Set([3]), originalShown: true });
    const next = createSettings(storage).getState();
    expect(next.brushSize).toBe(7);
    expect(next.hiddenClasses.size).toBe(0);
    expect(next.originalShown).toBe(false);
  });

  it("ignores a damaged or foreign record", () => {
    const storage = memory();
    storage.setItem("maskmend.settings", '{"brushSize": "wide", "tool": 5, "live": false}');
    const found = createSettings(storage).getState();
    expect(found.brushSize).toBe(defaultSettings.brushSize);
    expect(found.live).toBe(false);
    storage.setItem("maskmend.settings", "{");
    expect(createSettings(storage).getState()).toEqual(defaultSettings);
  });

  it.each([
    { ratio: 0.95 },
    { ratio: 0.05 },
    { passes: 9 },
    { passes: 2.5 },
    { brushSize: 0 },
    { growBy: -1 },
    { labelOpacity: 2 },
    { labelMode: "stripes" },
    { voidPolicy: "ask" },
    { threshold: -0.1 },
    { panelsWidth: 5000 },
    { listWidth: 10 },
    { classesHeight: "tall" },
    { reconstructOpen: null },
    { look: { brightness: 0, contrast: 0 } },
    { safeColors: 1 },
    { keys: [] },
    { keys: { undo: "z" } },
    { keys: { undo: [{ key: "z", code: "KeyZ" }] } },
    { keys: { undo: [{ ctrl: true }] } },
  ])("ignores a stored value out of its range: %o", (stored) => {
    const storage = memory();
    storage.setItem("maskmend.settings", JSON.stringify(stored));
    expect(createSettings(storage).getState()).toEqual(defaultSettings);
  });

  it("goes back to the defaults, but for keys, panels, tool and class", () => {
    const keys = { undo: [{ key: "u", ctrl: true }] };
    const storage = memory();
    const store = createSettings(storage);
    const untouched = { keys, panelsWidth: 300, tool: "fill", classId: 4 } as const;
    store.setState({ brushSize: 9, live: false, passes: 5, safeColors: true, ...untouched });
    resetSettings(store);
    expect(store.getState()).toEqual({ ...defaultSettings, ...untouched });
    expect(createSettings(storage).getState().keys).toEqual(keys);
  });

  it("works where storing is forbidden", () => {
    const forbidden = {
      getItem: () => null,
      setItem: () => {
        throw new Error("denied");
      },
    };
    const store = createSettings(forbidden);
    store.setState({ brushSize: 9 });
    expect(store.getState().brushSize).toBe(9);
  });

  it("steps the brush through every size up and down within its limits", () => {
    let size: number = brushLimits.min;
    for (let i = 0; i < 100; i++) size = steppedBrush(size, 1);
    expect(size).toBe(brushLimits.max);
    for (let i = 0; i < 100; i++) size = steppedBrush(size, -1);
    expect(size).toBe(brushLimits.min);
    expect(steppedBrush(1, 1)).toBe(2);
  });
});
