import { describe, expect, it } from "vitest";
import { countIds } from "../core/countIds";
import { hashLabels } from "../core/hashLabels";
import { createLabelMap } from "../core/labelMap";
import { createRandom, type Random } from "../core/random";
import type { Rect } from "../core/rect";
import { forEachPixel, type Region } from "../core/region";
import { tiledMask } from "../core/tiledMask";
import { tileAt } from "../core/tileGrid";
import { createDocument } from "./document";
import { plainTraits } from "./fixtures/plainTraits";
import type { Edit, ImageDocument } from "./types";

const traits = plainTraits<string>();

interface Rasters {
  readonly labels: Uint16Array;
  readonly mask: Uint8Array;
  readonly hints: Uint8Array;
  /** What taking a hint back restores; not compared, the document does not show it. */
  readonly beneath: Uint16Array;
}

const copy = ({ labels, mask, hints, beneath }: Rasters): Rasters => ({
  labels: labels.slice(),
  mask: mask.slice(),
  hints: hints.slice(),
  beneath: beneath.slice(),
});
const rastersOf = (doc: ImageDocument<string>): Rasters =>
  copy({ labels: doc.labels.data, mask: doc.mask.data, hints: doc.hints.data, beneath: doc.labels.data });

/** The rules of an Edit, one pixel at a time on whole-raster copies. */
function plainEdit(state: Rasters, width: number, height: number, locked: ReadonlySet<number>): Edit<string> {
  const each = (region: Region, visit: (i: number, x: number, y: number) => void) =>
    forEachPixel(region, (x, y) => {
      if (x >= 0 && y >= 0 && x < width && y < height) visit(y * width + x, x, y);
    });
  return {
    setMask: (region, on) =>
      each(region, (i) => {
        if (!on) state.mask[i] = 0;
        else if (state.hints[i] === 0) state.mask[i] = 1;
      }),
    setLabel: (region, id) =>
      each(region, (i) => {
        if (locked.has(id) || locked.has(state.labels[i])) return;
        if (state.mask[i] === 1) {
          state.hints[i] = 1;
          state.beneath[i] = state.labels[i];
        }
        state.labels[i] = id;
        state.mask[i] = 0;
      }),
    setLabels: (region, ids) =>
      each(region, (i, x, y) => {
        const id = ids[(y - region.rect.y) * region.rect.width + x - region.rect.x];
        if (!locked.has(id) && !locked.has(state.labels[i])) state.labels[i] = id;
      }),
    clearHints: (region) =>
      each(region, (i) => {
        state.hints[i] = 0;
      }),
    confirmHints: (region) =>
      each(region, (i) => {
        state.beneath[i] = state.labels[i];
      }),
    takeBackHints: (region) =>
      each(region, (i) => {
        const isFree = !locked.has(state.labels[i]) && !locked.has(state.beneath[i]);
        if (state.hints[i] === 1 && isFree) state.labels[i] = state.beneath[i];
        state.hints[i] = 0;
      }),
    setProposal: () => {},
    dropProposal: () => {},
    addDecision: () => {},
    setDecisions: () => {},
  };
}

function randomRegion(random: Random, width: number, height: number): Region {
  const rect: Rect = {
    x: random.int(width + 20) - 10,
    y: random.int(height + 20) - 10,
    width: random.int(width),
    height: random.int(height / 2),
  };
  const density = random.next();
  return { rect, bits: Uint8Array.from({ length: rect.width * rect.height }, () => (random.next() < density ? 1 : 0)) };
}

/** One random change, as something that can be done to the document and to the oracle alike. */
function randomChange(random: Random, width: number, height: number): (edit: Edit<string>) => void {
  const region = randomRegion(random, width, height);
  const id = random.int(4);
  const ids = Uint16Array.from(region.bits, () => random.int(4));
  const on = random.next() < 0.6;
  const changes: ((edit: Edit<string>) => void)[] = [
    (edit) => edit.setMask(region, on),
    (edit) => edit.setLabel(region, id),
    (edit) => edit.setLabels(region, ids),
    (edit) => edit.clearHints(region),
    (edit) => edit.confirmHints(region),
    (edit) => edit.takeBackHints(region),
  ];
  return changes[random.int(changes.length)] as (edit: Edit<string>) => void;
}

const isSame = (a: Rasters, b: Rasters) =>
  Buffer.compare(Buffer.from(a.labels.buffer), Buffer.from(b.labels.buffer)) === 0 &&
  Buffer.compare(a.mask, b.mask) === 0 &&
  Buffer.compare(a.hints, b.hints) === 0;

/** Pixels that changed in tiles whose stamp did not. */
function unstamped(doc: ImageDocument<string>, before: Rasters, stamps: Uint32Array): number[] {
  const { width, labels, mask, hints } = doc;
  const isOther = (i: number) =>
    labels.data[i] !== before.labels[i] || mask.data[i] !== before.mask[i] || hints.data[i] !== before.hints[i];
  const stampOf = (i: number, of: Uint32Array) => of[tileAt(mask.grid, i % width, Math.floor(i / width))];
  return [...labels.data.keys()].filter((i) => isOther(i) && stampOf(i, stamps) === stampOf(i, mask.stamps));
}

/** Plays a random session on the document and on whole-raster snapshots, comparing after every step. */
function play(seed: number, steps: number): void {
  const random = createRandom(seed);
  const width = 65 + random.int(100);
  const height = 30 + random.int(110);
  const original = createLabelMap(width, height);
  for (let i = 0; i < original.data.length; i++) original.data[i] = random.int(3);
  // What decoding tells of a label spares passes over it, and changes nothing.
  const facts = seed % 2 === 0 ? { facts: { hash: hashLabels(original), counts: countIds(original.data) } } : {};
  const doc = createDocument<string>({ key: "a", labels: original, traits, ...facts });
  expect(doc.snapshot().originalHash).toBe(hashLabels(original));
  let state = rastersOf(doc);
  const done: Rasters[] = [];
  const undone: Rasters[] = [];
  let locked: ReadonlySet<number> = new Set();

  const watched = { rasters: rastersOf(doc) };
  let dirty: Rect[] = [];
  doc.onDirty((rect) => dirty.push(rect));

  for (let step = 0; step < steps; step++) {
    const before = copy(state);
    const stamps = doc.mask.stamps.slice();
    const commit = () => {
      if (isSame(before, state)) return;
      done.push(before);
      undone.length = 0;
    };
    const choice = random.int(10);
    const versionBefore = doc.store.getState().version;
    if (choice < 4) {
      const changes = Array.from({ length: 1 + random.int(3) }, () => randomChange(random, width, height));
      doc.edit(`step ${step}`, (edit) => {
        for (const change of changes) change(edit);
      });
      for (const change of changes) change(plainEdit(state, width, height, locked));
      commit();
    } else if (choice < 6) {
      const changes = Array.from({ length: 1 + random.int(4) }, () => randomChange(random, width, height));
      const stroke = doc.begin(`stroke ${step}`);
      for (const change of changes) {
        change(stroke.edit);
        change(plainEdit(state, width, height, locked));
        expect(isSame(rastersOf(doc), state)).toBe(true);
      }
      if (random.next() < 0.3) {
        stroke.cancel();
        state = before;
      } else {
        stroke.commit();
        commit();
      }
    } else if (choice < 8) {
      doc.undo();
      const previous = done.pop();
      if (previous !== undefined) {
        undone.push(before);
        state = previous;
      }
    } else if (choice < 9) {
      doc.redo();
      const next = undone.pop();
      if (next !== undefined) {
        done.push(before);
        state = next;
      }
    } else {
      locked = new Set([random.int(4)].filter(() => random.next() < 0.5));
      doc.setLocked(locked);
    }

    const now = rastersOf(doc);
    for (const mask of [doc.mask, doc.hints]) expect(mask.areas).toEqual(tiledMask(mask).areas);
    expect(unstamped(doc, before, stamps), `seed ${seed}, step ${step}`).toEqual([]);
    expect(isSame(now, state), `seed ${seed}, step ${step}`).toBe(true);
    const shown = doc.store.getState();
    expect(shown).toMatchObject({
      canUndo: done.length > 0,
      canRedo: undone.length > 0,
      maskedPixels: state.mask.reduce((sum, bit) => sum + bit, 0),
      hintPixels: state.hints.reduce((sum, bit) => sum + bit, 0),
      changedPixels: state.labels.reduce((sum, id, i) => sum + (id === original.data[i] ? 0 : 1), 0),
    });
    // Counted the first time only.
    if (step >= 10) expect([...doc.idCounts()]).toEqual([...countIds(doc.labels.data)]);
    if (!isSame(now, watched.rasters)) expect(shown.version).toBeGreaterThan(versionBefore);
    expectCovered(watched.rasters, now, dirty, width);
    watched.rasters = now;
    dirty = [];
  }

  while (doc.store.getState().canRedo) doc.redo();
  const final = rastersOf(doc);
  while (doc.store.getState().canUndo) doc.undo();
  expect(isSame(rastersOf(doc), { ...final, labels: original.data, mask: blank(final), hints: blank(final) })).toBe(
    true,
  );
  while (doc.store.getState().canRedo) doc.redo();
  expect(isSame(rastersOf(doc), final)).toBe(true);
}

const blank = (rasters: Rasters) => new Uint8Array(rasters.mask.length);

/** Every changed pixel must lie in a dirty rectangle. */
function expectCovered(before: Rasters, after: Rasters, dirty: readonly Rect[], width: number): void {
  for (let i = 0; i < after.mask.length; i++) {
    const changed =
      before.labels[i] !== after.labels[i] || before.mask[i] !== after.mask[i] || before.hints[i] !== after.hints[i];
    if (!changed) continue;
    const [x, y] = [i % width, Math.floor(i / width)];
    const covered = dirty.some((r) => x >= r.x && y >= r.y && x < r.x + r.width && y < r.y + r.height);
    if (!covered) expect.fail(`pixel ${x},${y} changed outside the dirty rectangles`);
  }
}

describe("a random session", () => {
  it.each(Array.from({ length: 12 }, (_, i) => 1000 + i))("equals whole-raster snapshots (seed %i)", (seed) => {
    play(seed, 40);
  });
});
