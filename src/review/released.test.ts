import { describe, expect, it } from "vitest";
import { createLabelMap } from "../core/labelMap";
import { type Rect, rectArea } from "../core/rect";
import { rectRegion } from "../core/region";
import { createDocument } from "../document/document";
import { accept } from "./decisions";
import { openRows } from "./queue";
import { release, withReleased } from "./released";
import { LIVE } from "./sets";
import { buildSuggestions, suggestionTraits } from "./suggestions";
import type { SuggestionSet } from "./types";

const classes = [0, 1, 2].map((id) => ({ id, name: `${id}`, color: [id, 0, 0] as const, ignored: false }));
const size = 60;
const all = { x: 0, y: 0, width: size, height: size };

/** Two boxes that became rows of class 1, whose mask was cleared. */
function setUp() {
  const doc = createDocument<SuggestionSet>({ key: "a", labels: createLabelMap(size, size), traits: suggestionTraits });
  const now = () => doc.store.getState().proposals[LIVE];
  const mask = (rect: Rect) => doc.edit("Mask brush", (edit) => edit.setMask(rectRegion(rect), true));
  const rebuild = (to: number) => {
    const answer = buildSuggestions(doc, classes, {
      imageKey: "a",
      documentVersion: doc.store.getState().version,
      rect: all,
      ids: new Uint16Array(rectArea(all)).fill(to),
      confidence: new Uint8Array(rectArea(all)).fill(250),
      other: new Uint8Array(rectArea(all)),
      passesDone: 1,
      passes: 1,
      ratio: 0.5,
      model: "test",
      elapsedMs: 1,
    });
    expect(doc.propose(withReleased(answer, now(), doc.mask))).toBe(true);
  };
  const clear = () =>
    doc.edit("Clear mask", (edit) => {
      edit.setMask(rectRegion(all), false);
      edit.setProposal(release(now()));
    });
  mask({ x: 2, y: 2, width: 10, height: 10 });
  mask({ x: 30, y: 2, width: 9, height: 10 });
  rebuild(1);
  clear();
  const rows = () => openRows(now() ?? null).map(({ to, area }) => [to, area]);
  return { doc, now, mask, rebuild, clear, rows };
}

describe("rows of a mask that was cleared", () => {
  it("stay through strokes anywhere and stand behind the rows of the next answer, which selects as ever", () => {
    const { mask, rebuild, rows, now } = setUp();
    const ids = openRows(now()).map(({ id }) => id);
    mask({ x: 2, y: 40, width: 12, height: 10 });
    expect(rows()).toEqual([
      [1, 100],
      [1, 90],
    ]);
    rebuild(2);
    rebuild(2);
    expect(rows()).toEqual([
      [2, 120],
      [1, 100],
      [1, 90],
    ]);
    expect(openRows(now()).map(({ id }) => id)).toEqual([2, ...ids]);
  });

  it("give way where a newer mask covers them, and come back when its stroke is undone", () => {
    const { doc, mask, rebuild, rows } = setUp();
    mask({ x: 2, y: 2, width: 10, height: 4 });
    mask({ x: 30, y: 2, width: 9, height: 10 });
    rebuild(2);
    expect(rows()).toEqual([
      [2, 90],
      [2, 40],
      [1, 60],
    ]);
    doc.undo();
    doc.undo();
    expect(rows()).toEqual([
      [1, 100],
      [1, 90],
    ]);
  });

  it("do not return over what was decided since", () => {
    const { doc, mask, rebuild, rows, now } = setUp();
    mask({ x: 30, y: 2, width: 9, height: 10 });
    rebuild(2);
    expect(accept(doc, now(), openRows(now())[0].id)).toBe("done");
    mask({ x: 50, y: 50, width: 2, height: 2 });
    expect(rows()).toEqual([[1, 100]]);
    doc.undo();
    doc.undo();
    expect(rows()).toEqual([
      [2, 90],
      [1, 100],
    ]);
  });

  it("go where the label under them changes, and leave a mask alone that they are not of", () => {
    const { doc, mask, rows, now } = setUp();
    doc.edit("paint", (edit) => edit.setLabel(rectRegion({ x: 30, y: 2, width: 1, height: 1 }), 2));
    expect(rows()).toEqual([[1, 100]]);
    mask({ x: 40, y: 40, width: 5, height: 5 });
    expect(accept(doc, now(), openRows(now())[0].id)).toBe("done");
    expect(doc.store.getState().maskedPixels).toBe(25);
  });
});
