import { describe, expect, it } from "vitest";
import { createLabelMap } from "../core/labelMap";
import { rectRegion } from "../core/region";
import { createDocument } from "../document/document";
import { accept } from "./decisions";
import { findResult, foundRegion } from "./fixtures/found";
import { findSuggestions } from "./found";
import { openRows } from "./queue";
import { FOUND, LIVE, shownSet } from "./sets";
import { buildSuggestions, suggestionTraits } from "./suggestions";

const classes = ["ground", "car", "pole"].map((name, id) => ({ id, name, color: [0, 0, 0], ignored: false }) as const);
const size = 40;
const masked = { x: 2, y: 2, width: 10, height: 10 };

/** Ten by ten pixels are masked and would become car; two regions were found, of which the first overlaps by two columns. */
function setUp() {
  const doc = createDocument({ key: "a", labels: createLabelMap(size, size), traits: suggestionTraits });
  doc.edit("mask", (edit) => edit.setMask(rectRegion(masked), true));
  const rect = { x: 0, y: 0, width: size, height: size };
  const [ids, confidence] = [new Uint16Array(size * size).fill(1), new Uint8Array(size * size).fill(250)];
  const facts = { passesDone: 1, passes: 1, ratio: 0.5, model: "test", elapsedMs: 1, imageKey: "a" };
  const other = new Uint8Array(size * size);
  const documentVersion = doc.store.getState().version;
  const result = { ...facts, documentVersion, rect, ids, confidence, other };
  const live = buildSuggestions(doc, classes, result);
  doc.propose(live);
  const regions = [10, 30].map((x) => foundRegion({ x, y: 2, width: 5, height: 5 }, () => 2));
  const found = findSuggestions(doc, findResult(doc, regions));
  doc.propose(found);
  const rows = () => {
    const { proposals } = doc.store.getState();
    return [LIVE, FOUND].map((name) => openRows(proposals[name] ?? null).length);
  };
  return { doc, live, found, rows };
}

describe("result sets", () => {
  it("stand side by side, one of them looked at", () => {
    const { doc, live, found } = setUp();
    expect(shownSet(doc.store.getState())).toBe(live);
    doc.show(FOUND);
    expect(shownSet(doc.store.getState())).toBe(found);
    doc.show("another");
    expect(shownSet(doc.store.getState())).toBeNull();
  });

  it("an accepted live row takes the found row under it, in one undo step", () => {
    const { doc, live, found, rows } = setUp();
    expect(accept(doc, live, 0)).toBe("done");
    expect(rows()).toEqual([0, 1]);
    doc.undo();
    expect(rows()).toEqual([1, 2]);
    expect(doc.store.getState().proposals).toEqual({ [LIVE]: live, [FOUND]: found });
    doc.redo();
    expect(rows()).toEqual([0, 1]);
  });

  it("an accepted found row outdates the live answer where it lies, and no other found row", () => {
    const { doc, found, rows } = setUp();
    accept(doc, found, 0);
    expect(rows()).toEqual([0, 1]);
    doc.undo();
    expect(rows()).toEqual([1, 2]);
  });

  it("found rows are not touched by mask and hints, nor by labels beside their own pixels", () => {
    const { doc, rows } = setUp();
    doc.edit("mask", (edit) => edit.setMask(rectRegion({ x: 0, y: 0, width: size, height: size }), true));
    doc.edit("unmask", (edit) => edit.setMask(rectRegion({ x: 9, y: 0, width: size, height: size }), false));
    doc.edit("paint", (edit) => edit.setLabel(rectRegion({ x: 15, y: 0, width: 15, height: size }), 1));
    expect(rows()).toEqual([0, 2]);
    doc.edit("same class", (edit) => edit.setLabel(rectRegion({ x: 10, y: 2, width: 1, height: 1 }), 0));
    expect(rows()).toEqual([0, 2]);
    doc.edit("one pixel", (edit) => edit.setLabel(rectRegion({ x: 10, y: 2, width: 1, height: 1 }), 1));
    expect(rows()).toEqual([0, 1]);
  });
});
