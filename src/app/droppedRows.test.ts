import { expect, it } from "vitest";
import { createLabelMap } from "../core/labelMap";
import { rectRegion } from "../core/region";
import { createDocument } from "../document/document";
import { findResult, foundRegion } from "../review/fixtures/found";
import { findSuggestions } from "../review/found";
import { openSuggestions } from "../review/queue";
import { suggestionTraits } from "../review/suggestions";
import type { OpenDocument } from "../review/types";
import { tellOfDroppedRows } from "./droppedRows";
import { openInSession } from "./fixtures/openInSession";
import { createSession } from "./session";

const classes = ["ground", "car"].map((name, id) => ({ id, name, color: [0, 0, 0], ignored: false }) as const);
const around = rectRegion({ x: 0, y: 0, width: 20, height: 20 });

/** Finds single pixels of the diagonal. */
function find(document: OpenDocument, places: readonly number[]): void {
  const regions = places.map((at) => foundRegion({ x: at, y: at, width: 1, height: 1 }, () => 1));
  document.propose(findSuggestions(document, findResult(document, regions)));
}

function setUp() {
  const document = createDocument({ key: "a", labels: createLabelMap(32, 32), traits: suggestionTraits });
  const session = createSession();
  openInSession(session, document, classes, []);
  tellOfDroppedRows(session);
  find(document, [5, 9]);
  const open = (): number => openSuggestions(document.store.getState().proposals.found ?? null).length;
  return { document, session, open };
}

it("is silent where the rows stay: a mask over them, a label beside them", () => {
  const { document, session, open } = setUp();
  document.edit("Mask", (edit) => edit.setMask(around, true));
  document.edit("Paint", (edit) => edit.setLabel(rectRegion({ x: 6, y: 6, width: 3, height: 3 }), 1));
  document.undo();
  document.undo();
  expect(open()).toBe(2);
  expect(session.getState().message).toBeNull();
});

it("says, once a stroke, how many rows an edit of the label dropped, and undo brings them back", () => {
  const { document, session, open } = setUp();
  const stroke = document.begin("Paint");
  stroke.edit.setLabel(rectRegion({ x: 4, y: 4, width: 2, height: 2 }), 1);
  stroke.edit.setLabel(rectRegion({ x: 8, y: 8, width: 2, height: 2 }), 1);
  expect(open()).toBe(0);
  expect(session.getState().message).toBeNull();
  stroke.commit();
  expect(session.getState().message).toMatchObject({
    kind: "info",
    text: expect.stringMatching(/^2 undecided rows were dropped.* Undo/),
  });
  document.undo();
  expect(open()).toBe(2);
  document.redo();
  expect(open()).toBe(0);
});

it("says so when an undo drops rows that came after its step, and redo brings them back", () => {
  const { document, session, open } = setUp();
  document.edit("Paint", (edit) => edit.setLabel(rectRegion({ x: 20, y: 20, width: 1, height: 1 }), 2));
  find(document, [5, 9, 20]);
  expect(open()).toBe(3);
  document.undo();
  expect(open()).toBe(2);
  expect(session.getState().message?.text).toMatch(/^1 undecided row was dropped.* Redo/);
  document.redo();
  expect(open()).toBe(3);
});
