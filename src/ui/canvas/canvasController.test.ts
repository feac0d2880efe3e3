import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { openInSession } from "../../app/fixtures/openInSession";
import { createSession } from "../../app/session";
import { createSettings, type ToolName } from "../../app/settings";
import { createLabelMap } from "../../core/labelMap";
import { rectRegion } from "../../core/region";
import { createDocument } from "../../document/document";
import { suggestionTraits } from "../../review/suggestions";
import { CanvasController } from "./canvasController";
import { renderStats } from "./renderStats";

const classes = [{ id: 0, name: "ground", color: [0, 0, 0], ignored: false }] as const;

/** A canvas as far as colouring and drawing on it needs one. */
function fakeCanvas() {
  const canvas = Object.assign(new EventTarget(), { width: 0, height: 0, getContext: () => context });
  const context: unknown = new Proxy(
    {},
    { get: (_, name) => (name === "canvas" ? canvas : () => undefined), set: () => true },
  );
  return canvas;
}

class FakeImageData {
  readonly data: Uint8ClampedArray;
  constructor(width: number, height: number) {
    this.data = new Uint8ClampedArray(width * height * 4);
  }
}

function setUp(side = 32) {
  const document = createDocument({ key: "a", labels: createLabelMap(side, side), traits: suggestionTraits });
  const session = createSession();
  openInSession(session, document, classes);
  const settings = createSettings();
  const strokeEnded = vi.fn();
  const canvas = new CanvasController(settings, session, strokeEnded);
  canvas.start();
  canvas.resize({ width: 100, height: 100 });
  const click = (tool: ToolName, x: number, y: number): void => {
    settings.setState({ tool });
    canvas.strokeStart({ x, y }, false);
    canvas.strokeEnd();
  };
  return { canvas, click, document, session, settings, strokeEnded };
}

/** All that were made in the test. */
let canvases: ReturnType<typeof fakeCanvas>[] = [];

beforeEach(() => {
  canvases = [];
  const createElement = () => {
    const made = fakeCanvas();
    canvases.push(made);
    return made;
  };
  vi.stubGlobal("document", { createElement });
  vi.stubGlobal("ImageData", FakeImageData);
});
afterEach(() => vi.unstubAllGlobals());

describe("a stroke by pointer", () => {
  function drawing(tool: ToolName) {
    const parts = setUp();
    parts.settings.setState({ tool, brushSize: 3 });
    parts.canvas.strokeStart({ x: 20, y: 20 }, false);
    parts.canvas.strokeMove([{ x: 60, y: 60 }], false);
    return { ...parts, masked: () => parts.document.store.getState().maskedPixels };
  }

  it.each<ToolName>(["mask-brush", "mask-rectangle", "mask-lasso"])(
    "of %s is kept by another tool or image",
    (tool) => {
      for (const end of ["tool", "image", "key"]) {
        const { canvas, document, session, settings, strokeEnded, masked } = drawing(tool);
        if (tool === "mask-lasso") canvas.strokeMove([{ x: 60, y: 20 }], false);
        if (end === "tool") settings.setState({ tool: "mask-eraser" });
        if (end === "image") session.setState({ image: null });
        if (end === "key") canvas.finishStroke();
        expect(masked()).toBeGreaterThan(0);
        const { version } = document.store.getState();
        canvas.strokeMove([{ x: 90, y: 90 }], false);
        canvas.strokeEnd();
        expect(document.store.getState().version).toBe(version);
        // Not for another image: it may have a mask too.
        expect(strokeEnded).toHaveBeenCalledTimes(end === "image" ? 0 : 1);
        document.undo();
        expect(masked()).toBe(0);
      }
    },
  );

  it("is taken back by Esc, aloud", () => {
    const { canvas, session, masked } = drawing("mask-brush");
    expect(canvas.cancelStroke()).toBe(true);
    expect(masked()).toBe(0);
    expect(session.getState().announcement.text).toBe("Stroke taken back");
  });
});

describe("comparing with the label as opened", () => {
  function shown() {
    const parts = setUp();
    const layers = parts.canvas.layers;
    const [redraw, redrawPart] = [vi.spyOn(layers, "redraw"), vi.spyOn(layers, "redrawPart")];
    const context = new Proxy({ canvas: { width: 100, height: 100 } } as unknown as CanvasRenderingContext2D, {
      get: (target, name) => (name === "canvas" ? target.canvas : () => undefined),
      set: () => true,
    });
    return { ...parts, redraw, redrawPart, draw: () => parts.canvas.drawLayer("labels", context, 1) };
  }

  it("redraws only the strip a moved line uncovers, and recolours nothing", () => {
    const { settings, redraw, redrawPart, draw } = shown();
    settings.setState({ compare: "split" });
    expect(redraw).toHaveBeenCalledWith("labels", "overlay");
    draw();
    redraw.mockClear();
    redrawPart.mockClear();
    const { redrawnPixels } = renderStats;
    settings.setState({ splitAt: 0.51 });
    draw();
    expect(redraw).not.toHaveBeenCalled();
    // One hundredth of the canvas: 100 px at (100 - 24) / 32 px an image pixel.
    for (const [, rect] of redrawPart.mock.calls) expect(rect).toMatchObject({ y: 0, height: 32 });
    for (const [, rect] of redrawPart.mock.calls) expect(rect.width).toBeCloseTo(32 / 76);
    expect(redrawPart.mock.calls.map(([layer]) => layer)).toEqual(["labels", "overlay"]);
    expect(renderStats.redrawnPixels).toBe(redrawnPixels);
  });

  it("recolours of a difference what an edit touches", () => {
    const { settings, document, redraw, draw } = shown();
    settings.setState({ compare: "difference" });
    draw();
    redraw.mockClear();
    const { redrawnPixels } = renderStats;
    document.edit("Paint", (edit) => edit.setLabel(rectRegion({ x: 4, y: 4, width: 2, height: 2 }), 3));
    // Now, the difference (a pixel around it more), the mask (and what may be a hint).
    expect(renderStats.redrawnPixels - redrawnPixels).toBeLessThanOrEqual(4 + 16 + 4 + 4);
    expect(redraw).not.toHaveBeenCalled();
  });
});

describe("the end of a stroke", () => {
  it("is told when something changed", () => {
    const { click, document, strokeEnded } = setUp();
    click("mask-brush", 50, 50);
    expect(document.store.getState().maskedPixels).toBeGreaterThan(0);
    expect(strokeEnded).toHaveBeenCalledTimes(1);
  });

  it("goes to the suggestion that the user goes to, unless that is switched off", () => {
    const { session, settings } = setUp(400);
    const fitted = session.getState().zoom;
    session.setState({ lookAt: { x: 300, y: 200, width: 80, height: 60 } });
    expect(session.getState().zoom).toBeCloseTo(100 / (2.5 * 80), 6);
    settings.setState({ zoomToSelected: false });
    session.setState({ lookAt: { x: 3, y: 3, width: 200, height: 200 } });
    expect(session.getState().zoom).toBeGreaterThan(fitted * 2);
  });

  it("is not told for a picked class or a click beside the image: a review goes on", () => {
    const { click, strokeEnded } = setUp();
    click("pick-class", 50, 50);
    click("select-region", -50, -50);
    click("mask-eraser", 50, 50);
    expect(strokeEnded).not.toHaveBeenCalled();
  });
});

describe("a polygon", () => {
  // The image of 32 px is fitted into 100 px: 12 px of margin.
  const at = (x: number, y: number) => ({ x: 12 + (x * 76) / 32, y: 12 + (y * 76) / 32 });
  function clicks(...points: readonly (readonly [number, number])[]) {
    const parts = setUp();
    for (const [x, y] of points) parts.click("mask-polygon", at(x, y).x, at(x, y).y);
    return { ...parts, masked: () => parts.document.store.getState().maskedPixels };
  }

  it("is masked when it is closed, not before; the second press of a double click adds nothing", () => {
    const { canvas, masked, strokeEnded } = clicks([2, 2], [10, 2], [10, 10], [2, 10], [1, 10]);
    expect(strokeEnded).not.toHaveBeenCalled();
    expect(masked()).toBe(0);
    expect(canvas.closeShape(true)).toBe(true);
    expect(masked()).toBe(64);
    expect(strokeEnded).toHaveBeenCalledTimes(1);
    expect(canvas.closeShape()).toBe(false);
  });

  it("loses points one by one, then is over; another tool gives it up aloud", () => {
    const { canvas, click, document, masked, session, settings } = clicks([2, 2], [10, 2]);
    expect(canvas.removePoint() && canvas.isBetweenClicks()).toBe(true);
    expect(canvas.removePoint()).toBe(true);
    expect(canvas.isBetweenClicks() || canvas.removePoint()).toBe(false);
    click("mask-polygon", 50, 50);
    settings.setState({ tool: "mask-brush" });
    expect(canvas.isBetweenClicks()).toBe(false);
    expect(session.getState().announcement.text).toBe("Polygon given up");
    expect(masked()).toBe(0);
    expect(document.store.getState().canUndo).toBe(false);
  });

  it("is drawn with the crosshair too; Esc gives it up before the crosshair ends", () => {
    const { canvas, masked, settings } = clicks();
    settings.setState({ tool: "mask-polygon" });
    canvas.crosshair.start();
    canvas.crosshair.press();
    for (const [dx, dy] of [
      [6, 0],
      [0, 4],
    ]) {
      canvas.crosshair.move(dx, dy);
      canvas.crosshair.press();
    }
    canvas.crosshair.move(-6, 0);
    canvas.crosshair.press();
    expect(masked()).toBe(0);
    expect(canvas.closeShape()).toBe(true);
    expect(masked()).toBe(24);
    canvas.crosshair.press();
    canvas.crosshair.escape();
    expect(canvas.isBetweenClicks()).toBe(false);
    expect(canvas.crosshair.point).not.toBeNull();
  });
});

describe("canvases that lose their pixels", () => {
  beforeEach(() => vi.useFakeTimers());
  afterEach(() => vi.useRealTimers());

  it("are made anew from the document, all at once, and without the help of the old ones", () => {
    const { canvas, document, settings } = setUp();
    document.edit("Mask", (edit) => edit.setMask(rectRegion({ x: 1, y: 1, width: 4, height: 4 }), true));
    const redraw = vi.spyOn(canvas.layers, "redraw");
    const { redrawnPixels } = renderStats;
    const old = [...canvases];
    for (const one of old) one.dispatchEvent(new Event("contextlost"));
    // What is drawn into them meanwhile is lost, too.
    document.edit("Paint", (edit) => edit.setLabel(rectRegion({ x: 4, y: 4, width: 2, height: 2 }), 3));
    for (const one of old) one.dispatchEvent(new Event("contextrestored"));
    canvas.picturesLost();
    const meanwhile = renderStats.redrawnPixels - redrawnPixels;
    vi.advanceTimersByTime(0);
    // The label, the mask and the hints.
    expect(renderStats.redrawnPixels - redrawnPixels - meanwhile).toBe(3 * 32 * 32);
    expect(new Set(redraw.mock.calls.flat())).toEqual(new Set(["image", "labels", "overlay"]));
    const after = renderStats.redrawnPixels;
    for (const one of old) one.dispatchEvent(new Event("contextrestored"));
    vi.advanceTimersByTime(5000);
    expect(renderStats.redrawnPixels).toBe(after);
    settings.setState({ labelMode: "outline" });
    expect(renderStats.redrawnPixels).toBe(after + 32 * 32);
  });

  it("are replaced where the browser does not give them back", () => {
    setUp();
    const { redrawnPixels } = renderStats;
    const [tile] = canvases;
    for (const one of canvases) one.dispatchEvent(new Event("contextlost"));
    vi.advanceTimersByTime(2900);
    expect(renderStats.redrawnPixels).toBe(redrawnPixels);
    vi.advanceTimersByTime(200);
    expect(renderStats.redrawnPixels).toBe(redrawnPixels + 32 * 32);
    tile.dispatchEvent(new Event("contextrestored"));
    vi.advanceTimersByTime(200);
    expect(renderStats.redrawnPixels).toBe(redrawnPixels + 32 * 32);
  });
});
