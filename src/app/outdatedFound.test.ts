import { describe, expect, it } from "vitest";
import { createLabelMap } from "../core/labelMap";
import { rectRegion } from "../core/region";
import { createDocument } from "../document/document";
import { accept, reject } from "../review/decisions";
import { findResult, foundRegion } from "../review/fixtures/found";
import { findSuggestions } from "../review/found";
import { FOUND } from "../review/sets";
import { suggestionTraits } from "../review/suggestions";
import { takeBack } from "../review/takeBack";
import type { OpenDocument, SuggestionSet } from "../review/types";
import { isEditedSince, trackOutdated } from "./outdatedFound";
import { createSession } from "./session";

const a = foundRegion({ x: 2, y: 2, width: 6, height: 6 }, () => 1);
const b = foundRegion({ x: 20, y: 2, width: 6, height: 6 }, () => 2);

function setUp() {
  const session = createSession();
  const open = (from?: OpenDocument): OpenDocument => {
    const document: OpenDocument = createDocument({
      key: "a.png",
      labels: createLabelMap(40, 10),
      traits: suggestionTraits,
      ...(from === undefined ? {} : { working: from.snapshot(), past: from.past() }),
    });
    trackOutdated(session, document);
    return document;
  };
  const found = (document: OpenDocument) => document.store.getState().proposals[FOUND] as SuggestionSet;
  const search = (document: OpenDocument, regions: readonly (typeof a)[]) => {
    expect(document.propose(findSuggestions(document, findResult(document, regions)))).toBe(true);
  };
  const paint = (document: OpenDocument, x: number) =>
    document.edit("Paint", (edit) => edit.setLabel(rectRegion({ x, y: 9, width: 1, height: 1 }), 3));
  const said = () => session.getState().message?.title;
  return { open, found, search, paint, said };
}

describe("a label that was edited since it was searched", () => {
  it("is told of as long as the edit stands, also after a reload, and no more once it is searched again", () => {
    const { open, found, search, paint } = setUp();
    let document = open();
    const isEdited = () => isEditedSince(document, found(document));
    paint(document, 0);
    search(document, []);
    expect(isEdited()).toBe(false);
    document.edit("Mask", (edit) => edit.setMask(rectRegion({ x: 0, y: 0, width: 1, height: 1 }), true));
    expect(isEdited()).toBe(false);
    paint(document, 1);
    expect(isEdited()).toBe(true);
    document = open(document);
    expect(isEdited()).toBe(true);
    document.undo();
    expect(isEdited()).toBe(false);
    document.redo();
    expect(isEdited()).toBe(true);
    search(document, []);
    expect(isEdited()).toBe(false);
    expect(isEditedSince(document, null)).toBe(false);
  });

  it("is not by decisions on what was found, but by an edit beside them", () => {
    const { open, found, search, paint } = setUp();
    const document = open();
    search(document, [a, b]);
    accept(document, found(document), 0);
    reject(document, found(document), 1);
    expect(isEditedSince(document, found(document))).toBe(false);
    paint(document, 0);
    accept(document, found(document), 1);
    expect(isEditedSince(document, found(document))).toBe(true);
  });
});

describe("a found list whose label is another by undo", () => {
  it("is marked, and said to be, once an accept is undone that was there when it was searched; redo takes the mark away", () => {
    const { open, found, search, said } = setUp();
    const document = open();
    search(document, [a, b]);
    accept(document, found(document), 0);
    search(document, [b]);
    document.undo();
    expect(found(document).suggestions.map(({ to }) => to)).toEqual([2]);
    expect(found(document).outdated).toBe(true);
    expect(said()).toBe("The found list is out of date");
    document.redo();
    expect(found(document).outdated).toBeUndefined();
    document.undo();
    search(document, [a, b]);
    expect(found(document).outdated).toBeUndefined();
  });

  it("stays as it is when what is undone came after the search, or changed no label", () => {
    const { open, found, search, paint, said } = setUp();
    const document = open();
    document.edit("Mask", (edit) => edit.setMask(rectRegion({ x: 0, y: 0, width: 1, height: 1 }), true));
    search(document, [a, b]);
    paint(document, 0);
    accept(document, found(document), 0);
    reject(document, found(document), 1);
    for (let i = 0; i < 4; i++) document.undo();
    expect(found(document).outdated).toBeUndefined();
    expect(said()).toBeUndefined();
  });

  it("keeps the mark through later edits, and over a reload", () => {
    const { open, found, search, paint } = setUp();
    const document = open();
    paint(document, 0);
    search(document, [a, b]);
    document.undo();
    expect(found(document).outdated).toBe(true);
    paint(document, 4);
    expect(found(document).outdated).toBe(true);
    const again = open(document);
    expect(found(again).outdated).toBe(true);
    again.undo();
    expect(found(again).outdated).toBe(true);
  });

  it("of before the step was noted is not marked by undoing what took its rows along", () => {
    const { open, found, search, said } = setUp();
    // Nobody notes the step here.
    const document: OpenDocument = createDocument({
      key: "a.png",
      labels: createLabelMap(40, 10),
      traits: suggestionTraits,
    });
    search(document, [a, b]);
    accept(document, found(document), 0);
    const again = open(document);
    expect(found(again).after).toBeUndefined();
    again.undo();
    expect(found(again).outdated).toBeUndefined();
    expect(said()).toBeUndefined();
  });

  it("is not marked by an undo after a reload of what came after the search, though its steps took no rows along", () => {
    const { open, found, search, paint, said } = setUp();
    const document = open();
    paint(document, 0);
    search(document, []);
    paint(document, 4);
    paint(document, 8);
    const again = open(document);
    again.undo();
    again.undo();
    expect(found(again).outdated).toBeUndefined();
    expect(said()).toBeUndefined();
    again.undo();
    expect(found(again).outdated).toBe(true);
    again.redo();
    expect(found(open(again)).outdated).toBeUndefined();
  });

  it("is marked too by an undo after a reload of what was there at the search, and by taking back one decision of many", () => {
    const { open, found, search, paint } = setUp();
    const document = open();
    search(document, [a, b]);
    accept(document, found(document), 0);
    search(document, [b]);
    accept(document, found(document), 0);
    const again = open(document);
    again.undo();
    expect(found(again).outdated).toBeUndefined();
    again.undo();
    expect(found(again).outdated).toBe(true);
    paint(document, 0);
    const [first] = document.store.getState().decisions;
    expect(takeBack(document, first)).toBe("done");
    expect(found(document).outdated).toBe(true);
    document.undo();
    expect(found(document).outdated).toBeUndefined();
  });
});
