import { describe, expect, it } from "vitest";
import type { OwnKeys } from "../../app/keyBindings";
import { type ActionName, actionOf, actions, actionsWith } from ".";
import { isKeyOf, type KeyPress, keysText } from "./keys";
import { capture, ownerOf, remap, withoutKey } from "./remap";

const plain = { ctrlKey: false, metaKey: false, shiftKey: false, altKey: false, repeat: false };
const press = (part: Partial<KeyPress>): KeyPress => ({ key: "", code: "", ...plain, ...part });
const q = press({ key: "q", code: "KeyQ" });
const j = press({ key: "j", code: "KeyJ" });

function give(own: OwnKeys, name: ActionName, place: number, key: KeyPress): OwnKeys {
  const outcome = remap(own, name, place, key);
  const keys = outcome === null ? undefined : "keys" in outcome ? outcome.keys : outcome.swapped;
  if (keys === undefined) throw new Error("not a key");
  return keys;
}

function started(key: KeyPress, own: OwnKeys, canvasFocused = true): string | null {
  const found = actionOf(key, canvasFocused, own);
  return Object.entries(actionsWith(own)).find(([, one]) => one === found)?.[0] ?? null;
}

describe("a key that was pressed", () => {
  it("is taken by its letter, or by its place where it prints none", () => {
    expect(capture(q)).toEqual({ binding: { key: "q" } });
    expect(capture(press({ key: "Q", code: "KeyA", shiftKey: true }))).toEqual({ binding: { key: "q", shift: true } });
    expect(capture(press({ key: "и", code: "KeyB" }))).toEqual({ binding: { key: "b" } });
    expect(capture(press({ key: "ü", code: "BracketLeft", metaKey: true }))).toEqual({
      binding: { code: "BracketLeft", ctrl: true },
    });
  });

  it("is waited for while only modifiers are down", () => {
    for (const [key, code] of ["Shift ShiftLeft", "Control ControlRight", "Dead Quote"].map((one) => one.split(" "))) {
      expect(capture(press({ key, code, shiftKey: true }))).toBeNull();
    }
  });

  it.each([
    press({ key: "w", code: "KeyW", ctrlKey: true }),
    press({ key: "t", code: "KeyT", ctrlKey: true }),
    press({ key: "N", code: "KeyN", ctrlKey: true, shiftKey: true }),
    press({ key: "n", code: "KeyN", metaKey: true }),
    press({ key: "Tab", code: "Tab", ctrlKey: true }),
    press({ key: "F5", code: "F5" }),
    press({ key: "b", code: "KeyB", altKey: true }),
    press({ key: " ", code: "Space" }),
  ])("is refused where the browser or the canvas wants it: $key", (key) => {
    expect(capture(key)).toMatchObject({ refused: expect.stringMatching(/\.$/) });
  });
});

describe("keys of one's own", () => {
  it("replace an action's key, in what starts it, ends it and in what is written", () => {
    const own = give({}, "show-original", 0, q);
    expect(started(q, own)).toBe("show-original");
    expect(started(press({ key: "o", code: "KeyO" }), own)).toBeNull();
    expect(isKeyOf(actionsWith(own)["show-original"], q)).toBe(true);
    expect(keysText(actionsWith(own)["show-original"])).toBe("hold Q");
  });

  it("can be added and taken away", () => {
    const own = give({}, "check-label", 0, q);
    expect(keysText(actionsWith(own)["check-label"])).toBe("Q");
    expect(started(q, withoutKey(own, "check-label", 0))).toBeNull();
  });

  it("name the action that has a key", () => {
    expect(ownerOf(j, {}, "accept")).toBe("next-suggestion");
    expect(ownerOf(press({ key: "?", code: "Slash", shiftKey: true }), {}, "accept")).toBe("show-keys");
    expect(ownerOf(press({ key: "Enter", code: "Enter" }), {}, "accept")).toBe("accept");
    expect(ownerOf(q, {}, "accept")).toBeNull();
  });

  it("are swapped with the action that had the key", () => {
    const own = give({}, "mask-brush", 0, j);
    expect(started(j, own)).toBe("mask-brush");
    expect(started(press({ key: "b", code: "KeyB" }), own)).toBe("next-suggestion");
    expect(keysText(actionsWith(own)["next-suggestion"])).toBe("B, Tab");
  });

  it("are taken from the other where there is none to give for it", () => {
    const own = give({}, "check-label", 0, j);
    expect(started(j, own)).toBe("check-label");
    expect(keysText(actionsWith(own)["next-suggestion"])).toBe("Tab");
  });

  it("are said to be taken before they are swapped, and fixed ones are never given away", () => {
    expect(remap({}, "mask-brush", 0, j)).toMatchObject({
      refused: "J belongs to Next suggestion. If you swap, Next suggestion gets B.",
    });
    expect(remap({}, "mask-brush", 0, press({ key: "1", code: "Digit1" }))).toEqual({
      refused: "1 belongs to Choose class, whose keys are fixed.",
    });
    expect(remap({}, "accept", 0, press({ key: "y", code: "KeyY" }))).toEqual({
      refused: "Y is a key of Accept object already.",
    });
  });

  it("keep repeating, and leave Tab and Enter to the page", () => {
    const tab = press({ key: "Tab", code: "Tab" });
    const own = give({}, "brush-larger", 0, tab);
    expect(started({ ...tab, repeat: true }, own)).toBe("brush-larger");
    expect(started(tab, own, false)).toBeNull();
  });

  it("win over keys that the app comes with", () => {
    const own = { "check-label": [{ key: "b" }] };
    expect(started(press({ key: "b", code: "KeyB" }), own)).toBe("check-label");
    expect(keysText(actionsWith(own)["mask-brush"])).toBe("");
    expect(actionsWith({ gone: [{ key: "b" }] })["mask-brush"].keys).toEqual(actions["mask-brush"].keys);
  });

  it("never change what is fixed", () => {
    expect(actionsWith({ cancel: [{ key: "q" }] }).cancel).toBe(actions.cancel);
  });
});
