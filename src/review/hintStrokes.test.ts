import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createLabelMap } from "../core/labelMap";
import { createRandom, type Random } from "../core/random";
import type { Rect } from "../core/rect";
import { rectRegion } from "../core/region";
import { createDocument } from "../document/document";
import type { ReconstructionResult } from "../reconstruct/types";
import { accept, reject } from "./decisions";
import { isUndecided, openSuggestions } from "./queue";
import { LIVE } from "./sets";
import { buildSuggestions, suggestionTraits } from "./suggestions";
import type { OpenDocument, SuggestionSet } from "./types";

const size = 40;
const all: Rect = { x: 0, y: 0, width: size, height: size };
const classes = [0, 1, 2, 3].map((id) => ({ id, name: `${id}`, color: [id, 0, 0] as const, ignored: false }));
/** Class 3 was painted over class 0 of the file before there was a mask: that is what lies beneath hints. */
const painted = 3;

function masked(mask: Rect): OpenDocument {
  const doc = createDocument({ key: "a", labels: createLabelMap(size, size), traits: suggestionTraits });
  doc.edit("paint", (edit) => edit.setLabel(rectRegion(all), painted));
  doc.edit("mask", (edit) => edit.setMask(rectRegion(mask), true));
  return doc;
}

function propose(doc: OpenDocument, idAt: (x: number, y: number) => number): SuggestionSet {
  const result: ReconstructionResult = {
    ...{ imageKey: doc.key, documentVersion: doc.store.getState().version, rect: all },
    ids: Uint16Array.from({ length: size * size }, (_, i) => idAt(i % size, Math.floor(i / size))),
    confidence: new Uint8Array(size * size).fill(230),
    other: new Uint8Array(size * size),
    ...{ passesDone: 1, passes: 1, ratio: 0, model: "test", elapsedMs: 1 },
  };
  const set = buildSuggestions(doc, classes, result);
  expect(doc.propose(set)).toBe(true);
  return set;
}

const current = (doc: OpenDocument) => doc.store.getState().proposals[LIVE] as SuggestionSet;
const idOf = (set: SuggestionSet, to: number) => set.suggestions.find((one) => one.to === to)?.id as number;
const count = (doc: OpenDocument, id: number) => doc.labels.data.reduce((sum, one) => sum + (one === id ? 1 : 0), 0);
const paint = (doc: OpenDocument, id: number, rect: Rect) =>
  doc.edit("hint", (edit) => edit.setLabel(rectRegion(rect), id));
/** What clearing the mask does. */
const clear = (doc: OpenDocument) =>
  doc.edit("Clear mask", (edit) => {
    edit.setMask(rectRegion(all), false);
    edit.takeBackHints(rectRegion(all));
    edit.dropProposal(LIVE);
  });

/** Left half to class 1, right half to class 2, each with a hint of its class. */
function twoHints() {
  const doc = masked({ x: 4, y: 4, width: 20, height: 10 });
  paint(doc, 1, { x: 6, y: 6, width: 2, height: 2 });
  paint(doc, 2, { x: 20, y: 6, width: 2, height: 2 });
  return { doc, set: propose(doc, (x) => (x < 14 ? 1 : 2)) };
}

describe("hints", () => {
  it("of a rejected suggestion get the label they had before, not the file's, and the others stay: one step", () => {
    const { doc, set } = twoHints();
    reject(doc, set, idOf(set, 1));
    expect(doc.store.getState()).toMatchObject({ hintPixels: 4, maskedPixels: 96, undoName: "Reject suggestion" });
    expect([count(doc, 1), count(doc, 2), count(doc, 0)]).toEqual([0, 4, 0]);
    doc.undo();
    expect(doc.store.getState()).toMatchObject({ hintPixels: 8, maskedPixels: 192 });
    expect([count(doc, 1), count(doc, 2)]).toEqual([4, 4]);
  });

  it("of an accepted suggestion stay, whatever is rejected or cleared later", () => {
    const { doc, set } = twoHints();
    accept(doc, set, idOf(set, 1));
    reject(doc, current(doc), idOf(set, 2));
    expect([count(doc, 1), count(doc, 2)]).toEqual([100, 0]);
    clear(doc);
    expect([count(doc, 1), count(doc, 2)]).toEqual([100, 0]);
    doc.undo();
    doc.undo();
    clear(doc);
    expect([count(doc, 1), count(doc, 2)]).toEqual([100, 0]);
  });

  it("that still touch the mask after their suggestion was accepted go on as hints, and stay when it is cleared", () => {
    const doc = masked({ x: 4, y: 4, width: 20, height: 10 });
    paint(doc, 1, { x: 13, y: 6, width: 2, height: 2 });
    const set = propose(doc, (x) => (x < 14 ? 1 : 2));
    accept(doc, set, idOf(set, 1));
    expect(doc.store.getState().hintPixels).toBe(4);
    clear(doc);
    expect(doc.store.getState().hintPixels).toBe(0);
    expect(count(doc, 1)).toBe(100 + 2);
  });

  it("that another open suggestion extends too are taken back with the last of them", () => {
    const doc = masked({ x: 4, y: 4, width: 30, height: 10 });
    paint(doc, 1, { x: 10, y: 8, width: 18, height: 1 });
    // Two areas of class 1, which only the hint connects.
    const set = propose(doc, (x) => (x < 12 || x > 26 ? 1 : painted));
    expect(set.suggestions).toHaveLength(2);
    reject(doc, set, set.suggestions[0].id);
    expect(count(doc, 1)).toBe(18);
    reject(doc, current(doc), set.suggestions[1].id);
    expect(count(doc, painted)).toBe(size * size);
    expect(doc.store.getState()).toMatchObject({ hintPixels: 0, maskedPixels: 0 });
  });

  it("keep locked classes", () => {
    const { doc } = twoHints();
    doc.setLocked(new Set([1]));
    clear(doc);
    expect([count(doc, 1), count(doc, 2), doc.store.getState().hintPixels]).toEqual([4, 0, 0]);
  });

  it("are taken back to the same label after a reload, also one after saving", () => {
    const { doc } = twoHints();
    const saved = createLabelMap(size, size, doc.labels.data.slice());
    const kept = doc.snapshot();
    doc.markSaved({ labels: saved, version: doc.store.getState().version });
    const file = createLabelMap(size, size);
    for (const [labels, working] of [[file, kept] as const, [saved, doc.snapshot()] as const]) {
      const again = createDocument({ key: "a", labels, traits: suggestionTraits, working });
      expect(again.store.getState().hintPixels).toBe(8);
      clear(again);
      expect(count(again, painted)).toBe(size * size);
    }
  });

  it("leave no trace when all is rejected or cleared, in whatever order and with other edits between", () => {
    fc.assert(
      fc.property(fc.integer(), (seed) => {
        const random = createRandom(seed);
        const doc = createDocument({ key: "a", labels: randomLabels(random), traits: suggestionTraits });
        /** The label without hints. */
        const plain = doc.labels.data.slice();
        for (let step = 0; step < 12; step++) {
          const rect = randomRect(random);
          const choice = random.int(4);
          if (choice === 0) doc.edit("mask", (edit) => edit.setMask(rectRegion(rect), random.next() < 0.8));
          if (choice === 1) {
            const id = random.int(4);
            forEachIn(rect, (i) => {
              if (doc.mask.data[i] === 0 && doc.hints.data[i] === 0) plain[i] = id;
            });
            paint(doc, id, rect);
          }
          if (choice === 2) propose(doc, () => random.int(4));
          const open = openSuggestions(doc.store.getState().proposals[LIVE] ?? null);
          if (choice === 3 && open.length > 0) reject(doc, current(doc), open[random.int(open.length)].id);
        }
        const before = doc.labels.data.slice();
        clear(doc);
        expect(doc.store.getState()).toMatchObject({ hintPixels: 0, maskedPixels: 0 });
        expect(doc.labels.data).toEqual(plain);
        if (doc.store.getState().undoName === "Clear mask") doc.undo();
        expect(doc.labels.data).toEqual(before);
      }),
      { numRuns: 60 },
    );
  });

  it("never lose what an accept wrote, nor the hints it extends", () => {
    fc.assert(
      fc.property(fc.integer(), (seed) => {
        const random = createRandom(seed);
        const doc = createDocument({ key: "a", labels: randomLabels(random), traits: suggestionTraits });
        for (let i = 0; i < 3; i++) doc.edit("mask", (edit) => edit.setMask(rectRegion(randomRect(random)), true));
        for (let i = 0; i < 4; i++) paint(doc, random.int(4), randomRect(random, 5));
        const blocks = Array.from({ length: 16 }, () => random.int(4));
        propose(doc, (x, y) => blocks[4 * Math.floor(y / 10) + Math.floor(x / 10)]);
        const accepted = new Map<number, number>();
        for (let one = openSuggestions(current(doc))[0]; one; one = openSuggestions(current(doc))[0]) {
          const isAccepted = random.next() < 0.5;
          const decided = current(doc).suggestions.filter((other) => isUndecided(other) && other.folded === one.folded);
          (isAccepted ? accept : reject)(doc, current(doc), one.id);
          for (const { region } of isAccepted ? (one.folded ? decided : [one]) : []) {
            forEachIn(region.rect, (i, k) => {
              if (region.bits[k] === 1) accepted.set(i, doc.labels.data[i]);
            });
          }
        }
        clear(doc);
        for (const [i, id] of accepted) expect(doc.labels.data[i]).toBe(id);
      }),
      { numRuns: 60 },
    );
  });
});

function randomLabels(random: Random) {
  const labels = createLabelMap(size, size);
  for (let i = 0; i < 5; i++) {
    const id = random.int(4);
    forEachIn(randomRect(random), (at) => (labels.data[at] = id));
  }
  return labels;
}

function randomRect(random: Random, most = 16): Rect {
  const [x, y] = [random.int(size - 1), random.int(size - 1)];
  return {
    ...{ x, y },
    width: Math.min(size - x, 1 + random.int(most)),
    height: Math.min(size - y, 1 + random.int(most)),
  };
}

/** @param visit gets a pixel's index in the image and in the rectangle. */
function forEachIn(rect: Rect, visit: (i: number, k: number) => void): void {
  for (let k = 0; k < rect.width * rect.height; k++) {
    visit((rect.y + Math.floor(k / rect.width)) * size + rect.x + (k % rect.width), k);
  }
}
