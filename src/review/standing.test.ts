import { expect, it } from "vitest";
import { createLabelMap } from "../core/labelMap";
import { rectRegion } from "../core/region";
import { createDocument } from "../document/document";
import { accept, acceptAll, acceptable } from "./decisions";
import { FOUND } from "./sets";
import { asItStands } from "./standing";
import { buildSuggestions, suggestionTraits } from "./suggestions";
import type { SuggestionSet } from "./types";
import type { VoidPolicy } from "./voidUnderMask";

const classes = [0, 1, 9].map((id) => ({ id, name: `${id}`, color: [id, 0, 0] as const, ignored: id === 9 }));
const size = 40;

/** A label of 0 with a void border of 2 px and a void region of 20 px, all masked and rebuilt as 1 by `made`. */
function rebuilt(made: VoidPolicy, confidence: (pixel: number) => number = () => 250) {
  const labels = createLabelMap(size, size);
  const doc = createDocument<SuggestionSet>({ key: "a", labels, traits: suggestionTraits });
  doc.edit("void", (edit) => {
    edit.setLabel(rectRegion({ x: 4, y: 0, width: 2, height: size }), 9);
    edit.setLabel(rectRegion({ x: 15, y: 5, width: 20, height: 20 }), 9);
  });
  const rect = { x: 0, y: 0, width: size, height: size };
  doc.edit("mask", (edit) => edit.setMask(rectRegion(rect), true));
  const result = {
    imageKey: "a",
    documentVersion: doc.store.getState().version,
    rect,
    ids: doc.labels.data.map((id) => (made === "keep" && id === 9 ? 9 : 1)),
    confidence: new Uint8Array(size * size).map((_, pixel) => confidence(pixel)),
    other: new Uint8Array(size * size),
    passesDone: 1,
    passes: 1,
    ratio: 0.5,
    model: "test",
    elapsedMs: 1,
  };
  const set = buildSuggestions(doc, classes, result, made);
  doc.propose(set);
  const area = (policy: VoidPolicy) =>
    asItStands(doc, set, { policy, classes, excluded: null }).suggestions.reduce((sum, one) => sum + one.area, 0);
  return { doc, set, area };
}

it("spares void that the switch says to keep by now, and what was made under it stays as it is", () => {
  const all = size * size;
  const { area } = rebuilt("fill");
  expect([area("fill"), area("auto"), area("keep")]).toEqual([all, all - 80, all - 80 - 400]);
  const kept = rebuilt("keep");
  expect([kept.area("fill"), kept.area("keep")]).toEqual([all - 480, all - 480]);
  const auto = rebuilt("auto");
  expect(asItStands(auto.doc, auto.set, { policy: "auto", classes, excluded: null })).toBe(auto.set);
});

it("writes no void that is kept, wherever the rows come from: after Esc, after undo, kept by an earlier version", () => {
  for (const made of ["esc", "undo", "old"]) {
    const { doc, set } = rebuilt("fill");
    if (made === "esc") {
      doc.edit("Clear mask", (edit) => {
        edit.setMask(rectRegion({ x: 0, y: 0, width: size, height: size }), false);
        edit.setProposal(set);
      });
    }
    if (made === "undo") {
      acceptAll(doc, set, 0, { rule: { policy: "fill", classes, excluded: null } });
      expect(doc.labels.data).not.toContain(9);
      doc.undo();
    }
    const { voidPolicy, ...old } = set.suggestions[0];
    const now = made === "old" ? { ...set, suggestions: [old] } : set;
    if (made === "old") doc.propose(now);
    const rule = { policy: "keep", classes, excluded: null } as const;
    expect(acceptable(asItStands(doc, now, rule), 0.5)).toMatchObject([
      { area: 1120, kept: { locked: 0, void: 480, excluded: 0 } },
    ]);
    expect(accept(doc, now, 0, { rule })).toBe("done");
    expect(doc.labels.data.filter((id) => id === 9)).toHaveLength(480);
    expect(doc.labels.data.filter((id) => id === 1)).toHaveLength(1120);
  }
});

it("what a lock keeps stays masked, and what is left is as sure as the model is there, and recorded as what it is", () => {
  const { doc, set } = rebuilt("fill", (pixel) => (pixel % size < 10 ? 250 : 100));
  const border = 2 * size;
  doc.setLocked(new Set([0]));
  const [one] = asItStands(doc, set).suggestions;
  expect(one).toMatchObject({
    from: 9,
    to: 1,
    area: border + 400,
    kept: { locked: size * size - border - 400, void: 0, excluded: 0 },
  });
  expect(one.confidence).toBeCloseTo((250 * border + 100 * 400) / (255 * (border + 400)));
  expect(accept(doc, set, 0)).toBe("done");
  expect(doc.store.getState().maskedPixels).toBe(size * size - border - 400);
  expect(doc.store.getState().decisions.at(-1)).toMatchObject({ from: 9, to: 1, area: border + 400 });
  expect(doc.store.getState().proposals.live.suggestions).toMatchObject([{ area: border + 400, decision: "accepted" }]);
});

it("leaves alone what was excluded after it was found; what is left of less than half is not sure", () => {
  for (const [columns, confidence] of [
    [8, 0.9],
    [30, 0.49],
  ]) {
    const { doc, set } = rebuilt("fill");
    const [whole] = set.suggestions;
    const found = { ...set, name: FOUND, suggestions: [{ ...whole, confidence: 0.9, found: true as const }] };
    doc.propose(found);
    const data = Uint8Array.from(doc.labels.data, (_, i) => (i % size < columns ? 1 : 0));
    const rule = { policy: "auto", classes, excluded: { width: size, height: size, data } } as const;
    const [left] = asItStands(doc, found, rule).suggestions;
    expect(left).toMatchObject({ area: whole.area - columns * size, kept: { excluded: columns * size }, confidence });
    const before = doc.labels.data.slice();
    expect(accept(doc, found, 0, { rule })).toBe("done");
    doc.labels.data.forEach((id, i) => {
      if (data[i] === 1) expect(id).toBe(before[i]);
    });
    const none = rebuilt("fill");
    none.doc.propose(found);
    const all = { ...rule, excluded: { ...rule.excluded, data: data.fill(1) } };
    expect(accept(none.doc, found, 0, { rule: all })).toBe("excluded");
  }
});

it("records every pair of classes that an accept wrote", () => {
  const { doc, set } = rebuilt("fill");
  accept(doc, set, 0);
  const record = doc.store.getState().decisions.at(-1);
  expect(record?.pairs).toEqual([
    { from: 0, to: 1, area: size * size - 480 },
    { from: 9, to: 1, area: 480 },
  ]);
});
