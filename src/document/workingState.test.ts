import { describe, expect, it } from "vitest";
import { createLabelMap } from "../core/labelMap";
import { createRandom } from "../core/random";
import { rectRegion } from "../core/region";
import { createDocument } from "./document";
import { plainTraits } from "./fixtures/plainTraits";
import type { WorkingState } from "./types";
import { WorkingStateError, writtenLabel } from "./workingState";

const traits = plainTraits<string>();
const file = (width = 150, height = 90) => {
  const random = createRandom(4);
  return createLabelMap(
    width,
    height,
    Uint16Array.from({ length: width * height }, () => random.int(3)),
  );
};
const open = (labels = file(), working?: WorkingState) =>
  createDocument<string>({ key: "a", labels, traits, ...(working === undefined ? {} : { working }) });

function worked() {
  const doc = open();
  const random = createRandom(9);
  for (let i = 0; i < 12; i++) {
    const region = rectRegion({ x: random.int(140), y: random.int(80), width: 30, height: 20 });
    doc.edit("mask", (edit) => edit.setMask(region, true));
    doc.edit("paint", (edit) => edit.setLabel(rectRegion({ ...region.rect, width: 9 }), random.int(60000)));
  }
  return doc;
}

describe("working state", () => {
  it("goes on upon a file that was written with this very work, though that was not noted", () => {
    const doc = worked();
    const kept = structuredClone({ working: doc.snapshot(), past: doc.past() });
    const written = createLabelMap(doc.width, doc.height, doc.labels.data.slice());
    const again = createDocument<string>({ key: "a", labels: written, traits, working: kept.working, past: kept.past });
    expect(again.labels.data).toEqual(doc.labels.data);
    expect(again.mask.data).toEqual(doc.mask.data);
    // What was changed is told from the label as it was before.
    const { changedPixels } = doc.store.getState();
    expect(again.store.getState()).toMatchObject({ changedPixels, canUndo: true });
    expect([again.original.data, again.saved().data]).toEqual([file().data, written.data]);
    // What is kept of it from then on belongs to the new file.
    const later = open(written, structuredClone(again.snapshot()));
    expect(later.labels.data).toEqual(doc.labels.data);
    while (again.store.getState().canUndo) again.undo();
    expect(again.labels.data).toEqual(file().data);
    // One pixel more was changed by somebody else.
    written.data[77] ^= 1;
    expect(() => open(written, kept.working)).toThrow("The label file has changed since this work was saved");
  });

  it("brings labels, mask, hints and counts back, through structured cloning", () => {
    const doc = worked();
    const again = open(file(), structuredClone(doc.snapshot()));
    expect(again.labels.data).toEqual(doc.labels.data);
    expect(again.mask.data).toEqual(doc.mask.data);
    expect(again.hints.data).toEqual(doc.hints.data);
    const { maskedPixels, hintPixels, changedPixels } = doc.store.getState();
    expect(again.store.getState()).toMatchObject({
      maskedPixels,
      hintPixels,
      changedPixels,
      canUndo: false,
      version: 0,
    });
    expect(again.snapshot()).toEqual({ ...doc.snapshot(), index: expect.anything(), runs: expect.anything() });
  });

  it("stays whole over generations: work on restored work is saved with the old", () => {
    const first = open(file(), worked().snapshot());
    first.edit("more", (edit) => edit.setLabel(rectRegion({ x: 0, y: 0, width: 5, height: 5 }), 77));
    const second = open(file(), first.snapshot());
    expect(second.labels.data).toEqual(first.labels.data);
    expect(second.mask.data).toEqual(first.mask.data);
  });

  it("is empty for an untouched document and after everything is undone", () => {
    expect(open().snapshot().runs).toHaveLength(0);
    const doc = worked();
    while (doc.store.getState().canUndo) doc.undo();
    expect(doc.snapshot().runs).toHaveLength(0);
  });

  it("follows the file when it is saved in place: later work belongs to the new file", () => {
    const doc = worked();
    const saved = createLabelMap(150, 90, doc.labels.data.slice());
    doc.markSaved({ labels: saved, version: doc.store.getState().version });
    expect(doc.store.getState().savedVersion).toBe(doc.store.getState().version);
    doc.edit("after", (edit) => edit.setLabel(rectRegion({ x: 0, y: 0, width: 50, height: 50 }), 77));
    const again = open(saved, doc.snapshot());
    expect(again.labels.data).toEqual(doc.labels.data);
    expect(again.mask.data).toEqual(doc.mask.data);
    expect(() => open(file(), doc.snapshot())).toThrow("has changed since");
    // Told from the label before the first save, as without the reload.
    expect(again.original.data).toEqual(file().data);
    expect(again.saved().data).toEqual(saved.data);
    expect(again.store.getState().changedPixels).toBe(doc.store.getState().changedPixels);
    expect([...again.idCounts()]).toEqual([...doc.idCounts()]);
    const twice = createLabelMap(150, 90, again.labels.data.slice());
    again.markSaved({ labels: twice, version: 0 });
    expect(open(twice, structuredClone(again.snapshot())).original.data).toEqual(file().data);
    while (doc.store.getState().canUndo) doc.undo();
    expect(doc.labels.data).toEqual(file().data);
    expect(open(saved, doc.snapshot()).labels.data).toEqual(file().data);
  });

  it("holds no earlier label once the file is as it was first, and passes over a damaged one", () => {
    const doc = worked();
    const saved = createLabelMap(150, 90, doc.labels.data.slice());
    doc.markSaved({ labels: saved, version: doc.store.getState().version });
    const state = doc.snapshot();
    const damaged = open(saved, { ...state, first: { ...(state.first ?? expect.fail()), hash: 5 } });
    expect(damaged.labels.data).toEqual(doc.labels.data);
    expect([damaged.original.data, damaged.store.getState().changedPixels]).toEqual([saved.data, 0]);
    const again = open(saved, state);
    again.edit("back", (edit) => edit.setLabels(rectRegion({ x: 0, y: 0, width: 150, height: 90 }), file().data));
    // Not written yet: the file still is the one that was saved.
    expect(again.snapshot().first).toEqual(state.first);
    expect(open(saved, again.snapshot()).store.getState().changedPixels).toBe(0);
    again.markSaved({ labels: createLabelMap(150, 90, again.labels.data.slice()), version: 0 });
    expect(again.snapshot().first).toBeUndefined();
  });

  it("keeps what was drawn while the file was being written", () => {
    const doc = worked();
    const written = { labels: createLabelMap(150, 90, doc.labels.data.slice()), version: doc.store.getState().version };
    const stroke = doc.begin("stroke");
    stroke.edit.setLabel(rectRegion({ x: 0, y: 0, width: 20, height: 20 }), 77);
    doc.markSaved(written);
    stroke.edit.setLabel(rectRegion({ x: 20, y: 0, width: 20, height: 20 }), 77);
    stroke.commit();
    expect(doc.store.getState().savedVersion).not.toBe(doc.store.getState().version);
    expect(open(written.labels, doc.snapshot()).labels.data).toEqual(doc.labels.data);
    expect(doc.labels.data[39]).toBe(77);
  });

  it("is put on the file that was being written when the page went, with what was done meanwhile", () => {
    const doc = worked();
    const saved = createLabelMap(150, 90, doc.labels.data.slice());
    const writing = writtenLabel(doc.snapshot(), saved);
    doc.edit("meanwhile", (edit) => edit.setLabel(rectRegion({ x: 0, y: 0, width: 50, height: 50 }), 77));
    const state = { ...doc.snapshot(), writing };
    for (const onDisk of [file(), saved]) {
      const again = open(onDisk, state);
      expect(again.labels.data).toEqual(doc.labels.data);
      expect(again.mask.data).toEqual(doc.mask.data);
      expect(again.original.data).toEqual(file().data);
      const relative = again.snapshot();
      expect(relative.writing).toBeUndefined();
      expect(open(onDisk, relative).labels.data).toEqual(doc.labels.data);
    }
    // Without the note it is another label; and the note speaks of one only.
    expect(() => open(saved, doc.snapshot())).toThrow("has changed since");
    expect(() => open(createLabelMap(150, 90), state)).toThrow("has changed since");
    const damaged = { ...writing, runs: writing.runs.map((run, i) => (i % 2 === 1 && run > 0 ? run + 1 : run)) };
    expect(() => open(saved, { ...state, writing: damaged })).toThrow("has changed since");
  });

  it("refuses another label, another size, another version and damage, and says which", () => {
    const state = worked().snapshot();
    expect(() => open(file(90, 150), state)).toThrow("150x90");
    expect(() => open(createLabelMap(150, 90), state)).toThrow("has changed since");
    expect(() => open(file(), { ...state, format: 2 as unknown as 1 })).toThrow("another version");
    expect(() => open(file(), { ...state, runs: state.runs.map((run) => run + 1) })).toThrow("damaged");
    expect(() => open(file(), { ...state, index: state.index.map((n, i) => (i % 3 === 0 ? 10_000 : n)) })).toThrow(
      WorkingStateError,
    );
  });
});
