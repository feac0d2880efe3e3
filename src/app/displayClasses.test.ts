import { describe, expect, it } from "vitest";
import { createLabelMap } from "../core/labelMap";
import { rgbToHex } from "../core/palette";
import { createDocument } from "../document/document";
import { suggestionTraits } from "../review/suggestions";
import { displayClasses } from "./displayClasses";
import { openInSession } from "./fixtures/openInSession";
import { classesOf, createSession } from "./session";

const classes = Array.from({ length: 80 }, (_, id) => ({
  id: id * 2,
  name: `class ${id}`,
  color: [id, 0, 0] as const,
  ignored: id === 1,
}));

function setUp(unknown: typeof classes = []) {
  const document = createDocument({ key: "a", labels: createLabelMap(2, 2), traits: suggestionTraits });
  const session = createSession();
  openInSession(session, document, classes, unknown);
  const state = session.getState();
  return { state, safe: displayClasses(state, { safeColors: true }) };
}

describe("colours of the screen", () => {
  it("are the data set's own, unless safe ones are wanted", () => {
    const { state, safe } = setUp();
    expect(displayClasses(state, { safeColors: false })).toBe(classesOf(state));
    expect(displayClasses(state, { safeColors: true })).toBe(safe);
    // What is written to files is untouched.
    expect(classesOf(state)).toBe(classes);
  });

  it("are Okabe and Ito's first, and one for each of 80 classes", () => {
    const { safe } = setUp();
    expect(safe.slice(2, 6).map(({ color }) => rgbToHex(color))).toEqual(["#e69f00", "#56b4e9", "#009e73", "#f0e442"]);
    expect(new Set(safe.map(({ color }) => rgbToHex(color))).size).toBe(80);
    expect(safe.map(({ id, name }) => [id, name])).toEqual(classes.map(({ id, name }) => [id, name]));
  });

  it("leave black black and make void grey", () => {
    const { safe } = setUp();
    expect(safe.slice(0, 2).map(({ color }) => rgbToHex(color))).toEqual(["#000000", "#969696"]);
  });

  it("do not depend on what else one image holds", () => {
    const { safe } = setUp([{ id: 5, name: "unknown 5", color: [9, 0, 0], ignored: false }]);
    const before = new Map(setUp().safe.map(({ id, color }) => [id, color]));
    for (const { id, color } of safe) if (id !== 5) expect(color).toEqual(before.get(id));
  });
});
