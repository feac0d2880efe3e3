import { describe, expect, it } from "vitest";
import { type ActionName, actionOf, actions } from ".";
import { isKeyOf, type KeyPress, keysText } from "./keys";
import { everywhere, isIn } from "./types";

const plain = { ctrlKey: false, metaKey: false, shiftKey: false, altKey: false, repeat: false };
function action(press: Partial<KeyPress>, canvasFocused = true): string | null {
  const found = actionOf({ key: "", code: "", ...plain, ...press }, canvasFocused);
  return Object.entries(actions).find(([, one]) => one === found)?.[0] ?? null;
}

describe("keys", () => {
  it("follows the letter on the key, not its place", () => {
    expect(action({ key: "b", code: "KeyN" })).toBe("mask-brush");
    expect(action({ key: "z", code: "KeyW", ctrlKey: true })).toBe("undo");
  });

  it("falls back to the place on keyboards without Latin letters", () => {
    expect(action({ key: "и", code: "KeyB" })).toBe("mask-brush");
  });

  it("goes by the place where the place matters", () => {
    expect(action({ key: "ü", code: "BracketLeft" })).toBe("brush-smaller");
    expect(action({ key: "&", code: "Digit1" })).toBe("choose-class");
    expect(action({ key: "q", code: "KeyA" })).toBe("previous-image");
  });

  it("tells apart what modifiers change", () => {
    expect(action({ key: "s", code: "KeyS" })).toBe("skip");
    expect(action({ key: "s", code: "KeyS", ctrlKey: true })).toBe("save");
    expect(action({ key: "s", code: "KeyS", metaKey: true })).toBe("save");
    expect(action({ key: "Z", code: "KeyZ", ctrlKey: true, shiftKey: true })).toBe("redo");
    expect(action({ key: "D", code: "KeyD", shiftKey: true })).toBe("next-unreviewed");
    expect(action({ key: "ArrowLeft", code: "ArrowLeft", shiftKey: true })).toBe("pan");
    expect(action({ key: "?", code: "Slash", shiftKey: true })).toBe("show-keys");
    expect(action({ key: "b", code: "KeyB", altKey: true })).toBeNull();
    expect(action({ key: "p", code: "KeyP", ctrlKey: true })).toBe("command-palette");
    expect(action({ key: "k", code: "KeyK", ctrlKey: true })).toBe("command-palette");
  });

  it("finds errors on F2, once a press, and leaves its neighbours to the browser", () => {
    expect(action({ key: "F2", code: "F2" })).toBe("find-errors");
    expect(action({ key: "F2", code: "F2", repeat: true })).toBeNull();
    for (const code of ["F1", "F3", "F5", "F11", "F12"]) expect(action({ key: code, code })).toBeNull();
  });

  it("leaves Tab and Enter to the page unless the canvas has the focus", () => {
    expect(action({ key: "Enter", code: "Enter" }, true)).toBe("accept");
    expect(action({ key: "Enter", code: "Enter" }, false)).toBeNull();
    expect(action({ key: "Tab", code: "Tab", shiftKey: true }, true)).toBe("previous-suggestion");
    expect(action({ key: "Tab", code: "Tab" }, false)).toBeNull();
    expect(action({ key: "y", code: "KeyY" }, false)).toBe("accept");
  });

  it("does not accept again and again while a key is held", () => {
    expect(action({ key: "Enter", code: "Enter", repeat: true })).toBeNull();
    expect(action({ key: "]", code: "BracketRight", repeat: true })).toBe("brush-larger");
  });

  it.each(["w", "t", "n"])("leaves Ctrl+%s to the browser", (key) => {
    expect(action({ key, code: `Key${key.toUpperCase()}`, ctrlKey: true })).toBeNull();
  });
});

describe("releasing a key", () => {
  const shown = actions["show-original"];

  it("is told by letter or place, whatever else is held down", () => {
    expect(isKeyOf(shown, { key: "o", code: "KeyO" })).toBe(true);
    expect(isKeyOf(shown, { key: "O", code: "KeyO" })).toBe(true);
    expect(isKeyOf(shown, { key: "щ", code: "KeyO" })).toBe(true);
    expect(isKeyOf(shown, { key: "r", code: "KeyO" })).toBe(false);
    expect(isKeyOf(shown, { key: "h", code: "KeyH" })).toBe(false);
  });
});

describe("the list of keys", () => {
  it.each<[ActionName, string]>([
    ["accept", "Enter, Y"],
    ["redo", "Ctrl+Shift+Z, Ctrl+Y"],
    ["next-image", "Right, D"],
    ["previous-suggestion", "Shift+J, Shift+Tab"],
    ["brush-smaller", "["],
    ["ratio-down", ","],
    ["actual-size", "0"],
    ["choose-class", "1 to 9"],
    ["cancel", "Esc"],
    ["show-keys", "?"],
    ["find-errors", "F2"],
    ["check-label", ""],
  ])("writes the keys of %s as %s", (name, text) => {
    expect(keysText(actions[name])).toBe(text);
  });

  it("gives no key to two actions of one view", () => {
    for (const view of everywhere) {
      const all = Object.values(actions)
        .filter((one) => isIn(one, view))
        .flatMap(({ keys }) =>
          keys.map(({ key, code, ctrl = false, shift = false, alt = false }) =>
            JSON.stringify([key, code, ctrl, shift, alt]),
          ),
        );
      expect(new Set(all).size).toBe(all.length);
    }
  });

  it("has for each view the keys that count there", () => {
    const inDataSet = (press: Partial<KeyPress>) =>
      Object.entries(actions).find(
        ([, one]) => one === actionOf({ key: "", code: "", ...plain, ...press }, true, {}, "dataset"),
      )?.[0] ?? null;
    expect(inDataSet({ key: "r", code: "KeyR" })).toBe("mark-reviewed");
    expect(action({ key: "r", code: "KeyR" })).toBe("mask-rectangle");
    expect(inDataSet({ key: "x", code: "KeyX" })).toBe("exclude-image");
    expect(inDataSet({ key: "Escape", code: "Escape" })).toBe("clear-selection");
    expect(action({ key: "Escape", code: "Escape" })).toBe("cancel");
    expect(inDataSet({ key: "ArrowRight", code: "ArrowRight" })).toBe("move-tile");
    expect(inDataSet({ key: "z", code: "KeyZ", ctrlKey: true })).toBeNull();
    for (const press of [{ key: "v", code: "KeyV" }]) {
      expect([action(press), inDataSet(press)]).toEqual(["data-set", "data-set"]);
    }
  });
});
