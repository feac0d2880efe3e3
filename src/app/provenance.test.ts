import { expect, it } from "vitest";
import { createLabelMap } from "../core/labelMap";
import { rectRegion } from "../core/region";
import { greyPng, memorySource } from "../dataset/fixtures/files";
import { openDataset } from "../dataset/openDataset";
import { createDocument } from "../document/document";
import { accept } from "../review/decisions";
import { findResult, foundRegion } from "../review/fixtures/found";
import { findSuggestions } from "../review/found";
import { applyRule } from "../review/lint/applyRule";
import { packGroups } from "../review/lint/pixelGroups";
import { buildSuggestions, suggestionTraits } from "../review/suggestions";
import { imageRecord, newChanges } from "./provenance";

const size = 32;

/** An L of 2 x 8 + 6 x 2 px that the model turned into cars, and hand-painted car pixels inside and beside its box. */
async function painted() {
  const dataset = await openDataset(memorySource({ "masks/a.png": greyPng(size, size, (pixel) => pixel % 2) }));
  const document = createDocument({
    key: "masks/a.png",
    labels: createLabelMap(size, size),
    traits: suggestionTraits,
  });
  const upright = rectRegion({ x: 4, y: 4, width: 2, height: 8 });
  const foot = rectRegion({ x: 6, y: 10, width: 6, height: 2 });
  for (const part of [upright, foot]) document.edit("mask", (edit) => edit.setMask(part, true));
  const set = buildSuggestions(document, dataset.classes, {
    imageKey: "masks/a.png",
    documentVersion: document.store.getState().version,
    rect: { x: 0, y: 0, width: size, height: size },
    ids: new Uint16Array(size * size).fill(1),
    confidence: new Uint8Array(size * size).fill(250),
    other: new Uint8Array(size * size),
    passesDone: 1,
    passes: 1,
    ratio: 0.5,
    model: "test",
    elapsedMs: 1,
  });
  document.propose(set);
  expect(accept(document, set, 0)).toBe("done");
  const paint = (x: number, y: number, id: number): void =>
    document.edit("Class brush", (edit) => edit.setLabel(rectRegion({ x, y, width: 2, height: 2 }), id));
  return { document, item: dataset.items[0], paint };
}

const painting = (area: number, x: number, y: number) => ({
  source: "hand",
  from: 0,
  to: 1,
  area,
  bounds: { x, y, width: 2, height: 2 },
});

it("names as the hand's what was painted in an accepted suggestion's box, in the same class", async () => {
  const { document, item, paint } = await painted();
  expect(imageRecord(item, document).regions).toMatchObject([{ source: "model", area: 28 }]);
  paint(8, 5, 1);
  expect(imageRecord(item, document)).toMatchObject({
    changedPixels: 32,
    regions: [{ source: "model", area: 28 }, painting(4, 8, 5)],
  });
  expect(JSON.stringify(imageRecord(item, document))).not.toContain("written");
});

it("names the class the user chose for a suggestion, and what was proposed", async () => {
  const { document, item } = await painted();
  document.undo();
  const set = document.store.getState().proposals.live;
  expect(set !== null && accept(document, set, 0, { as: 5 })).toBe("done");
  expect(imageRecord(item, document)).toMatchObject({
    changedPixels: 28,
    regions: [
      { source: "model", decision: "accepted", from: 0, to: 5, area: 28, confidence: null, proposed: { to: 1 } },
    ],
  });
  expect(imageRecord(item, document).regions).toHaveLength(1);
});

it("holds for work that was kept and opened again", async () => {
  const { document, item, paint } = await painted();
  paint(8, 5, 1);
  const { key, original: labels } = document;
  const reopen = (working: ReturnType<typeof document.snapshot>) =>
    imageRecord(item, createDocument({ key, labels, traits: suggestionTraits, working })).regions;
  const working = structuredClone(document.snapshot());
  expect(reopen(working)).toMatchObject([{ source: "model" }, painting(4, 8, 5)]);
});

it("tells what was found from what was rebuilt, and what was painted over it since", async () => {
  const files = { "masks/a.png": greyPng(size, size, (pixel) => pixel % 3) };
  const dataset = await openDataset(memorySource(files));
  const labels = createLabelMap(size, size);
  labels.data[20 * size + 20] = 1;
  const document = createDocument({ key: "masks/a.png", labels, traits: suggestionTraits });
  const found = foundRegion({ x: 2, y: 2, width: 6, height: 4 }, (x) => (x < 5 ? 1 : 2));
  const set = findSuggestions(document, findResult(document, [found]));
  document.propose(set);
  expect(accept(document, set, 0)).toBe("done");
  const groups = packGroups([{ pixels: [20 * size + 20], to: [0] }]);
  expect(applyRule(document, { rule: "pinholes", groups }, () => false, "Fill")).toBe(1);
  document.edit("Class brush", (edit) => edit.setLabel(rectRegion({ x: 7, y: 2, width: 1, height: 2 }), 1));
  const reopened = createDocument({
    ...{ key: document.key, labels, traits: suggestionTraits },
    working: structuredClone(document.snapshot()),
  });
  for (const one of [document, reopened]) {
    expect(imageRecord(dataset.items[0], one).regions).toMatchObject([
      {
        source: "find",
        from: 0,
        to: 1,
        area: 24,
        confidence: 0.8,
        model: "test",
        decision: "accepted",
        ratio: null,
        passes: null,
      },
      {
        source: "lint",
        rule: "pinholes",
        from: 1,
        to: 0,
        area: 1,
        decision: "accepted",
        confidence: null,
        model: null,
      },
      { source: "hand", from: 0, to: 1, area: 2, bounds: { x: 7, y: 2, width: 1, height: 2 } },
    ]);
  }
  const changes = newChanges(dataset);
  changes.add(imageRecord(dataset.items[0], document));
  const json = await changes.end().text();
  expect(json).toContain('"source": "find"');
});
