import { describe, expect, it } from "vitest";
import { createLabelMap } from "../../core/labelMap";
import { openSuggestions } from "../../review/queue";
import type { SuggestionSet } from "../../review/types";
import { changedPixels, dimmed, rim } from "./changedPixels";
import { filledLabels, outlinedLabels } from "./labelPixels";
import { displayPalette, packRgba } from "./palette";
import { proposalPixels, suggestionsRect } from "./proposalPixels";

const red = packRgba([255, 0, 0]);
const blue = packRgba([0, 0, 255]);
const classes = [
  { id: 1, name: "red", color: [255, 0, 0], ignored: false },
  { id: 2, name: "blue", color: [0, 0, 255], ignored: false },
] as const;
const labels = createLabelMap(3, 2, new Uint16Array([1, 1, 2, 1, 1, 2]));

describe("colours of labels", () => {
  it("writes ImageData's byte order", () => {
    expect([...new Uint8Array(new Uint32Array([packRgba([1, 2, 3], 4)]).buffer)]).toEqual([1, 2, 3, 4]);
  });

  it("fills only the asked rectangle, hidden classes transparent", () => {
    const out = new Uint32Array(2);
    filledLabels(labels, displayPalette(classes, new Set()))({ x: 1, y: 1, width: 2, height: 1 }, out);
    expect([...out]).toEqual([red, blue]);
    filledLabels(labels, displayPalette(classes, new Set([2])))({ x: 1, y: 1, width: 2, height: 1 }, out);
    expect([...out]).toEqual([red, 0]);
  });

  it("outlines pixels beside another class, not the image's border", () => {
    const out = new Uint32Array(6);
    outlinedLabels(labels, displayPalette(classes, new Set()))({ x: 0, y: 0, width: 3, height: 2 }, out);
    expect([...out]).toEqual([0, red, blue, 0, red, blue]);
  });

  it("shows what differs from the label as opened: its rim bright, its inside in the new class, the rest dimmed", () => {
    const opened = createLabelMap(4, 4, new Uint16Array(16).fill(1));
    const now = createLabelMap(
      4,
      4,
      Uint16Array.from({ length: 16 }, (_, at) => (at % 4 > 0 ? 2 : 1)),
    );
    const out = new Uint32Array(16);
    changedPixels(now, opened, displayPalette(classes, new Set()))({ x: 0, y: 0, width: 4, height: 4 }, out);
    expect([...out.subarray(4, 8)]).toEqual([dimmed, rim, blue, blue]);
    changedPixels(opened, opened, displayPalette(classes, new Set()))({ x: 1, y: 1, width: 2, height: 2 }, out);
    expect([...out.subarray(0, 4)]).toEqual([dimmed, dimmed, dimmed, dimmed]);
  });

  it("shows an id without a class in grey", () => {
    expect(displayPalette(classes, new Set())[77]).toBe(packRgba([128, 128, 128]));
  });
});

describe("colours of a proposal", () => {
  const region = { rect: { x: 1, y: 0, width: 2, height: 2 }, bits: new Uint8Array([1, 0, 1, 1]) };
  const base = { region, from: 1, area: 3, confidence: 0.5, needsHint: false };
  const set: SuggestionSet = {
    name: "live",
    documentVersion: 1,
    ratio: 0.5,
    passes: 1,
    passesDone: 1,
    model: "test",
    suggestions: [
      { ...base, id: 0, to: 2, decision: "pending" },
      { ...base, id: 1, to: 1, decision: "accepted" },
    ],
    confidence: { rect: region.rect, data: new Uint8Array([255, 0, 0, 255]) },
  };

  it("draws undecided ones in the new class' colour, stronger where the model is surer", () => {
    const open = openSuggestions(set);
    expect(open.map(({ id }) => id)).toEqual([0]);
    const out = new Uint32Array(6);
    proposalPixels(set, open, displayPalette(classes, new Set()))({ x: 0, y: 0, width: 3, height: 2 }, out);
    expect([...out]).toEqual([
      0,
      packRgba([0, 0, 255], 245),
      0,
      0,
      packRgba([0, 0, 255], 60),
      packRgba([0, 0, 255], 245),
    ]);
    expect(suggestionsRect(open)).toEqual(region.rect);
  });

  it("draws each pixel in its own new class, and the first of two that overlap", () => {
    const whole = { rect: region.rect, bits: new Uint8Array(4).fill(1) };
    const suggestions = [
      { ...base, id: 0, to: 2, ids: Uint16Array.of(2, 9, 1, 2), decision: "pending" },
      { ...base, id: 1, region: whole, to: 1, decision: "pending" },
    ] as const;
    const out = new Uint32Array(4);
    const palette = displayPalette(classes, new Set());
    proposalPixels({ ...set, suggestions }, suggestions, palette)(region.rect, out);
    const [red, blue] = [packRgba([255, 0, 0], 0), packRgba([0, 0, 255], 0)];
    expect([...out].map((word) => word & 0xffffff)).toEqual([blue, red, red, blue]);
  });
});
