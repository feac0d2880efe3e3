import { describe, expect, it } from "vitest";
import { clicked, moved, noTiles, type Tiles, targets, toggled } from "./tiles";

const keys = ["a", "b", "c", "d", "e", "f", "g"];
const at = (current: string, selected: readonly string[] = [], anchor = current): Tiles => ({
  ...noTiles,
  current,
  anchor,
  selected: new Set(selected),
});

describe("tiles", () => {
  it("move by steps, and stay where there is none", () => {
    expect(moved(at("b"), keys, 3, false).current).toBe("e");
    expect(moved(at("b"), keys, -3, false).current).toBe("b");
    expect(moved(at("f"), keys, 3, false).current).toBe("g");
    expect(moved(at("c"), keys, "last", false).current).toBe("g");
    expect(moved(at("gone"), keys, 1, false).current).toBe("a");
    expect(moved(at("a"), [], 1, false).current).toBe("a");
  });

  it("extend the selection from where it began, in either direction", () => {
    const down = moved(at("c"), keys, 2, true);
    expect([...down.selected]).toEqual(["c", "d", "e"]);
    expect([...moved(down, keys, -3, true).selected]).toEqual(["b", "c"]);
  });

  it("are chosen by clicks: alone, one more, all between", () => {
    const one = clicked(at("a", ["a", "b"]), keys, "d", { toggle: false, range: false });
    expect([...one.selected]).toEqual(["d"]);
    const two = clicked(one, keys, "f", { toggle: true, range: false });
    expect([...two.selected]).toEqual(["d", "f"]);
    expect([...clicked(two, keys, "d", { toggle: true, range: false }).selected]).toEqual(["f"]);
    expect([...clicked(two, keys, "b", { toggle: false, range: true }).selected]).toEqual(["b", "c", "d", "e", "f"]);
    expect(toggled(two, "d").selected.has("d")).toBe(false);
  });

  it("are acted on as they are seen: never one that is filtered out", () => {
    expect(targets(at("c", ["e", "b"]), keys)).toEqual(["b", "e"]);
    expect(targets(at("c", ["e", "b"]), ["e"])).toEqual(["e"]);
    expect(targets(at("c"), keys)).toEqual(["c"]);
    expect(targets(at("c"), ["a"])).toEqual([]);
  });
});
