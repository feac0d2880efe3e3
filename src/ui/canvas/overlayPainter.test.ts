import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { createLabelMap } from "../../core/labelMap";
import { createDocument } from "../../document/document";
import { findResult, foundRegion } from "../../review/fixtures/found";
import { findSuggestions } from "../../review/found";
import { suggestionTraits } from "../../review/suggestions";
import { OverlayPainter } from "./overlayPainter";
import { renderStats } from "./renderStats";

const size = 40;

/** A canvas that counts what is drawn from others into it. */
function fakeCanvas() {
  const drawImage = vi.fn();
  const context: object = new Proxy(
    {},
    { get: (_, name) => known[String(name)] ?? (() => undefined), set: () => true },
  );
  const canvas = Object.assign(new EventTarget(), { width: size, height: size, getContext: () => context });
  const known: Record<string, unknown> = { drawImage, canvas };
  return { canvas, context: context as CanvasRenderingContext2D, drawImage };
}

class FakeImageData {
  readonly data: Uint8ClampedArray;
  constructor(width: number, height: number) {
    this.data = new Uint8ClampedArray(width * height * 4);
  }
}

function setUp() {
  const labels = createLabelMap(size, size);
  const document = createDocument({ key: "a", labels, traits: suggestionTraits });
  const overlay = new OverlayPainter(document, () => undefined);
  const found = foundRegion({ x: 2, y: 2, width: 5, height: 5 }, () => 1);
  const set = findSuggestions(document, findResult(document, [found]));
  const palette = new Uint32Array(65536).fill(0xffffffff);
  const target = fakeCanvas();
  /** Draws a frame; returns how many pixels were coloured for it and how many rasters were drawn. */
  const draw = (heat: boolean) => {
    const before = renderStats.redrawnPixels;
    target.drawImage.mockClear();
    const view = { scale: 1, x: 0, y: 0 };
    overlay.draw(
      target.context,
      { view, pixelRatio: 1, selected: null, marks: null, heat, shape: null, brush: null, crosshair: null, from: 0 },
      null,
    );
    return { coloured: renderStats.redrawnPixels - before, rasters: target.drawImage.mock.calls.length };
  };
  return { draw, overlay, palette, set };
}

describe("the overlay", () => {
  beforeEach(() => {
    vi.stubGlobal("document", { createElement: () => fakeCanvas().canvas });
    vi.stubGlobal("ImageData", FakeImageData);
    vi.stubGlobal(
      "Path2D",
      class {
        moveTo(): void {}
        lineTo(): void {}
      },
    );
  });
  afterEach(() => vi.unstubAllGlobals());

  it("colours the heat once, when it is first shown, and draws it in place of the proposed classes", () => {
    const { draw, overlay, palette, set } = setUp();
    expect(draw(true)).toEqual({ coloured: 0, rasters: 0 });
    overlay.showProposal(set, palette);
    expect(draw(false)).toEqual({ coloured: 0, rasters: 1 });
    expect(draw(true)).toEqual({ coloured: size * size, rasters: 1 });
    expect(draw(true)).toEqual({ coloured: 0, rasters: 1 });
    overlay.showProposal({ ...set, suggestions: [] }, palette);
    expect(draw(true).coloured).toBe(0);
    overlay.showProposal(null, palette);
    expect(draw(true)).toMatchObject({ coloured: 0 });
    overlay.showProposal(set, palette);
    expect(draw(true).coloured).toBe(size * size);
  });

  it("greys what is excluded until it no longer is", () => {
    const { draw, overlay } = setUp();
    overlay.showExcluded({ width: size, height: size, data: new Uint8Array(size * size).fill(1, 0, 80) });
    expect(draw(false)).toEqual({ coloured: 0, rasters: 1 });
    overlay.showExcluded(null);
    expect(draw(false)).toEqual({ coloured: 0, rasters: 0 });
  });
});
