import { describe, expect, it } from "vitest";
import { brushStroke } from "../core/brush";
import { createLabelMap } from "../core/labelMap";
import { createRandom } from "../core/random";
import type { Rect } from "../core/rect";
import { rectRegion } from "../core/region";
import { createDocument } from "./document";
import { plainTraits } from "./fixtures/plainTraits";
import type { DecisionRecord } from "./types";

interface Note {
  readonly text: string;
  readonly rect: Rect;
  readonly version: number;
}

const traits = plainTraits<Note>({ rect: (note) => note.rect, version: (note) => note.version });
const open = (width = 200, height = 150) =>
  createDocument<Note>({ key: "a", labels: createLabelMap(width, height), traits });
const box = (x: number, y: number, width: number, height: number) => rectRegion({ x, y, width, height });
const decision: DecisionRecord = {
  at: 5,
  decision: "accepted",
  source: "model",
  from: 0,
  to: 1,
  area: 4,
  confidence: 0.5,
  model: "m",
  ratio: 0.5,
  passes: 1,
  bounds: { x: 0, y: 0, width: 2, height: 2 },
};

describe("hints", () => {
  it("come from class strokes inside the mask only, and leave the mask", () => {
    const doc = open();
    doc.edit("mask", (edit) => edit.setMask(box(10, 10, 10, 10), true));
    doc.edit("paint", (edit) => edit.setLabel(box(15, 10, 10, 1), 3));
    expect(doc.store.getState()).toMatchObject({ maskedPixels: 95, hintPixels: 5, changedPixels: 10 });
    doc.edit("mask again", (edit) => edit.setMask(box(0, 0, 40, 40), true));
    expect(doc.store.getState().hintPixels).toBe(5);
    doc.edit("accept", (edit) => edit.setLabels(box(10, 10, 10, 10), new Uint16Array(100).fill(7)));
    expect(doc.store.getState().hintPixels).toBe(5);
  });

  it("include strokes with the class that is already there", () => {
    const doc = open();
    doc.edit("mask", (edit) => edit.setMask(box(0, 0, 10, 1), true));
    doc.edit("paint", (edit) => edit.setLabel(box(0, 0, 4, 1), 0));
    expect(doc.store.getState()).toMatchObject({ maskedPixels: 6, hintPixels: 4, changedPixels: 0 });
  });
});

describe("locked classes", () => {
  it("are neither painted over nor painted", () => {
    const doc = open();
    doc.edit("two", (edit) => edit.setLabel(box(0, 0, 4, 4), 2));
    doc.setLocked(new Set([2]));
    doc.edit("over", (edit) => edit.setLabel(box(0, 0, 8, 4), 5));
    expect(doc.labels.data[0]).toBe(2);
    expect(doc.labels.data[5]).toBe(5);
    doc.edit("with", (edit) => edit.setLabel(box(50, 50, 8, 4), 2));
    expect(doc.store.getState().undoName).toBe("over");
  });
});

describe("steps", () => {
  it("make one history entry a stroke, named, and none when nothing changed", () => {
    const doc = open();
    const stroke = doc.begin("Mask brush");
    for (let x = 0; x < 50; x += 5) stroke.edit.setMask(box(x, 20, 8, 8), true);
    expect(doc.store.getState()).toMatchObject({ canUndo: false, maskedPixels: 53 * 8, version: 10 });
    stroke.commit();
    expect(doc.store.getState()).toMatchObject({ undoName: "Mask brush", redoName: null, version: 10 });
    doc.edit("nothing", (edit) => edit.setMask(box(0, 20, 5, 5), true));
    expect(doc.historySize().steps).toBe(1);
    doc.undo();
    expect(doc.store.getState()).toMatchObject({
      maskedPixels: 0,
      canUndo: false,
      redoName: "Mask brush",
      version: 11,
    });
  });

  it("are committed by whatever comes next, and ignore calls afterwards", () => {
    const doc = open();
    const stroke = doc.begin("stroke");
    stroke.edit.setMask(box(0, 0, 4, 4), true);
    doc.undo();
    stroke.edit.setMask(box(0, 0, 9, 9), true);
    stroke.edit.setProposal({ text: "late", rect: { x: 0, y: 0, width: 1, height: 1 }, version: 0 });
    stroke.edit.addDecision(decision);
    stroke.commit();
    stroke.cancel();
    expect(doc.store.getState()).toMatchObject({ maskedPixels: 0, redoName: "stroke", proposals: {}, decisions: [] });
    doc.redo();
    expect(doc.store.getState().maskedPixels).toBe(16);
  });

  it("leave nothing behind when they fail half-way", () => {
    const doc = open();
    const seen: Rect[] = [];
    doc.onDirty((rect) => seen.push(rect));
    expect(() =>
      doc.edit("broken", (edit) => {
        edit.setMask(box(0, 0, 70, 70), true);
        throw new Error("half-way");
      }),
    ).toThrow("half-way");
    expect(doc.store.getState()).toMatchObject({ version: 0, maskedPixels: 0, canUndo: false });
    expect(doc.mask.data.includes(1)).toBe(false);
    expect(seen).toEqual([]);
  });

  it("refuse to nest", () => {
    const doc = open();
    expect(() => doc.edit("outer", () => doc.edit("inner", () => {}))).toThrow("one step at a time");
    expect(() => doc.edit("outer", () => doc.undo())).toThrow("one step at a time");
  });
});

describe("dirty rectangles", () => {
  it("are tight, clipped to the image, and arrive after the store", () => {
    const doc = open();
    const seen: [Rect, number][] = [];
    const stop = doc.onDirty((rect) => seen.push([rect, doc.store.getState().version]));
    doc.edit("mask", (edit) => edit.setMask(box(-20, 60, 50, 10), true));
    doc.edit("more", (edit) => edit.setMask(box(0, 60, 33, 10), true));
    expect(seen).toEqual([
      [{ x: 0, y: 60, width: 30, height: 10 }, 1],
      [{ x: 30, y: 60, width: 3, height: 10 }, 2],
    ]);
    stop();
    doc.undo();
    expect(seen).toHaveLength(2);
  });

  it("stay apart when the pixels are far apart", () => {
    const doc = open(2000, 2000);
    const seen: Rect[] = [];
    doc.onDirty((rect) => seen.push(rect));
    doc.edit("corners", (edit) => {
      edit.setMask(box(0, 0, 5, 5), true);
      edit.setMask(box(1990, 1990, 5, 5), true);
    });
    doc.undo();
    expect(seen).toHaveLength(4);
    for (const rect of seen) expect(rect.width * rect.height).toBe(25);
  });
});

describe("proposals", () => {
  const note = (text: string, version: number): Note => ({
    text,
    version,
    rect: { x: 50, y: 50, width: 20, height: 20 },
  });

  it("are dropped by an edit under them, kept by one beside them, and come back with undo", () => {
    const doc = open();
    const proposal = note("a", 0);
    expect(doc.propose(proposal)).toBe(true);
    doc.edit("beside", (edit) => edit.setMask(box(0, 0, 50, 50), true));
    expect(doc.store.getState().proposals.only ?? null).toBe(proposal);
    doc.edit("under", (edit) => edit.setLabel(box(60, 60, 1, 1), 4));
    expect(doc.store.getState().proposals.only ?? null).toBeNull();
    doc.undo();
    expect(doc.store.getState().proposals.only ?? null).toBe(proposal);
    doc.redo();
    expect(doc.store.getState().proposals.only ?? null).toBeNull();
  });

  it("are refused when older than the last change under them, or from an earlier life of the document", () => {
    const doc = open();
    doc.edit("under", (edit) => edit.setMask(box(60, 60, 1, 1), true));
    expect(doc.propose(note("stale", 0))).toBe(false);
    expect(doc.propose(note("fresh", 1))).toBe(true);
    doc.edit("beside", (edit) => edit.setMask(box(0, 0, 5, 5), true));
    expect(doc.propose(note("still fresh", 1))).toBe(true);
    doc.undo();
    doc.undo();
    expect(doc.propose(note("undone since", 1))).toBe(false);
    expect(doc.propose(note("from nowhere", 99))).toBe(false);
    expect(doc.store.getState().proposals.only ?? null).toBeNull();
  });

  it("change with their step: an accept undone brings label, mask, proposal and decisions back", () => {
    const doc = open();
    doc.edit("mask", (edit) => edit.setMask(box(50, 50, 20, 20), true));
    const before = note("pending", 1);
    doc.propose(before);
    doc.edit("accept", (edit) => {
      edit.setLabels(box(50, 50, 2, 2), Uint16Array.of(1, 1, 1, 1));
      edit.setMask(box(50, 50, 2, 2), false);
      edit.addDecision(decision);
      edit.setProposal(note("accepted", 1));
    });
    expect(doc.store.getState()).toMatchObject({ changedPixels: 4, maskedPixels: 396, decisions: [decision] });
    expect(doc.store.getState().proposals.only?.text).toBe("accepted");
    doc.undo();
    expect(doc.store.getState()).toMatchObject({ changedPixels: 0, maskedPixels: 400, decisions: [] });
    expect(doc.store.getState().proposals.only ?? null).toBe(before);
    doc.redo();
    expect(doc.store.getState()).toMatchObject({ changedPixels: 4, decisions: [decision] });
  });

  it("stay through undo and redo of a step that kept them", () => {
    const doc = open();
    doc.edit("mask", (edit) => edit.setMask(box(50, 50, 20, 20), true));
    const proposal = note("a", 1);
    doc.propose(proposal);
    const clear = () =>
      doc.edit("clear", (edit) => {
        edit.setMask(box(50, 50, 20, 20), false);
        edit.setProposal(proposal);
      });
    clear();
    expect(doc.store.getState()).toMatchObject({ maskedPixels: 0, proposals: { only: proposal } });
    doc.undo();
    expect(doc.store.getState()).toMatchObject({ maskedPixels: 400, proposals: { only: proposal } });
    doc.redo();
    expect(doc.store.getState()).toMatchObject({ maskedPixels: 0, proposals: { only: proposal } });
    clear();
    expect(doc.historySize().steps).toBe(2);
  });

  it("come back when the stroke that dropped them is cancelled", () => {
    const doc = open();
    const proposal = note("a", 0);
    doc.propose(proposal);
    const stroke = doc.begin("stroke");
    stroke.edit.setMask(box(55, 55, 5, 5), true);
    expect(doc.store.getState().proposals.only ?? null).toBeNull();
    stroke.cancel();
    expect(doc.store.getState()).toMatchObject({ proposals: { only: proposal }, canUndo: false, maskedPixels: 0 });
  });
});

describe("several proposals", () => {
  interface Rows extends Note {
    readonly name: string;
    readonly run: number;
  }
  const at = { x: 50, y: 50, width: 20, height: 20 };
  const rows = (name: string, text: string, run = 1): Rows => ({ name, text, run, rect: at, version: run - 1 });
  /** "mask" is dropped by any change, others lose their first letter where the label changes. */
  const openNamed = () =>
    createDocument<Rows>({
      key: "a",
      labels: createLabelMap(200, 150),
      traits: plainTraits<Rows>({
        name: ({ name }) => name,
        version: ({ version }) => version,
        afterChange(one, { isRelabelled }) {
          if (one.name === "mask") return null;
          return isRelabelled(60, 60) ? { ...one, text: one.text.slice(1) } : one;
        },
        continues: (now, then) => now.name === "mask" || now.run === then?.run,
      }),
    });
  const texts = (doc: ReturnType<typeof openNamed>) =>
    Object.fromEntries(Object.entries(doc.store.getState().proposals).map(([name, { text }]) => [name, text]));

  it("stand side by side; a newer one replaces that of its name", () => {
    const doc = openNamed();
    for (const one of [rows("mask", "m"), rows("found", "f"), rows("found", "newer")]) doc.propose(one);
    expect(texts(doc)).toEqual({ mask: "m", found: "newer" });
  });

  it("each lose what a step takes from them and get it back with undo: one history for all", () => {
    const doc = openNamed();
    doc.propose(rows("mask", "ab"));
    doc.propose(rows("found", "cd"));
    doc.edit("accept", (edit) => {
      edit.setLabel(box(60, 60, 1, 1), 3);
      edit.setProposal(rows("mask", "b"));
    });
    expect(texts(doc)).toEqual({ mask: "b", found: "d" });
    doc.edit("mask", (edit) => edit.setMask(box(60, 60, 9, 9), true));
    expect(texts(doc)).toEqual({ found: "d" });
    doc.undo();
    expect(texts(doc)).toEqual({ mask: "b", found: "d" });
    doc.undo();
    expect(texts(doc)).toEqual({ mask: "ab", found: "cd" });
    doc.redo();
    expect(texts(doc)).toEqual({ mask: "b", found: "d" });
  });

  it("of a newer run stay when a step before it is undone, but for what its pixels take; redo gives this back", () => {
    const doc = openNamed();
    doc.propose(rows("found", "ab"));
    doc.edit("accept", (edit) => {
      edit.setLabel(box(60, 60, 1, 1), 3);
      edit.setProposal(rows("found", "b"));
    });
    doc.propose(rows("found", "xyz", 2));
    doc.undo();
    expect(texts(doc)).toEqual({ found: "yz" });
    doc.redo();
    expect(texts(doc)).toEqual({ found: "xyz" });
    doc.undo();
    expect(texts(doc)).toEqual({ found: "yz" });
  });

  it("that come during a stroke outlive its being given up and undone", () => {
    for (const end of ["cancel", "commit"] as const) {
      const doc = openNamed();
      const stroke = doc.begin("stroke");
      doc.propose(rows("found", "ab"));
      stroke.edit.setLabel(box(60, 60, 1, 1), 3);
      expect(texts(doc)).toEqual({ found: "b" });
      stroke[end]();
      if (end === "commit") doc.undo();
      expect(texts(doc)).toEqual({ found: "ab" });
    }
  });

  it("are looked at one at a time, which is no step", () => {
    const doc = openNamed();
    doc.show("found");
    expect(doc.store.getState()).toMatchObject({ shown: "found", canUndo: false, steps: 0 });
  });

  it("count steps done, undone and redone, strokes once they are done", () => {
    const doc = openNamed();
    const steps = () => doc.store.getState().steps;
    const stroke = doc.begin("stroke");
    stroke.edit.setLabel(box(60, 60, 1, 1), 3);
    expect(steps()).toBe(0);
    stroke.commit();
    doc.edit("nothing", () => undefined);
    expect(steps()).toBe(1);
    doc.undo();
    doc.undo();
    doc.redo();
    expect(steps()).toBe(3);
  });
});

describe("a 4096 x 3072 image", () => {
  const all: Rect = { x: 0, y: 0, width: 4096, height: 3072 };

  it("keeps 200 strokes in a few hundred kilobytes and redraws only what they cover", () => {
    const doc = open(4096, 3072);
    const random = createRandom(11);
    let redrawn = 0;
    let calls = 0;
    doc.onDirty((rect) => {
      redrawn += rect.width * rect.height;
      calls++;
    });
    for (let stroke = 0; stroke < 200; stroke++) {
      let at = { x: random.int(4096), y: random.int(3072) };
      const step = doc.begin("Mask brush");
      for (let move = 0; move < 10; move++) {
        const next = { x: at.x + random.int(41) - 20, y: at.y + random.int(41) - 20 };
        step.edit.setMask(brushStroke([at, next], 24, all), random.next() < 0.9);
        at = next;
      }
      step.commit();
    }
    const { steps, bytes } = doc.historySize();
    expect(steps).toBe(200);
    // Whole-raster snapshots would be 10 GB; a stroke meets about 4 to 9 tiles of 64 px.
    expect(bytes).toBeLessThan(600_000);
    expect(redrawn).toBeLessThan(200 * 10 * 64 * 64);
    expect(calls).toBeLessThan(200 * 10 * 4);
  });

  it("forgets the oldest steps beyond its memory, never the newest", () => {
    const doc = createDocument<Note>({
      key: "a",
      labels: createLabelMap(1024, 1024),
      traits,
      historyBytes: 50_000,
    });
    const random = createRandom(5);
    for (let i = 0; i < 40; i++) {
      const ids = Uint16Array.from({ length: 64 * 64 }, () => random.int(60000));
      doc.edit(`noise ${i}`, (edit) => edit.setLabels(box(64 * (i % 16), 64 * Math.floor(i / 16), 64, 64), ids));
    }
    const { steps, bytes } = doc.historySize();
    expect(bytes).toBeLessThanOrEqual(50_000);
    expect(steps).toBe(3);
    expect(doc.store.getState().undoName).toBe("noise 39");
  });

  it("fills and undoes every pixel", () => {
    const doc = open(4096, 3072);
    doc.edit("fill", (edit) => edit.setLabel(rectRegion(all), 9));
    expect(doc.store.getState().changedPixels).toBe(4096 * 3072);
    expect(doc.historySize().bytes).toBeLessThan(1_000_000);
    doc.undo();
    expect(doc.store.getState().changedPixels).toBe(0);
  });
});
