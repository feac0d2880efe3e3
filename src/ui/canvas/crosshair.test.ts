import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { openInSession } from "../../app/fixtures/openInSession";
import { createSession } from "../../app/session";
import { createSettings, type ToolName } from "../../app/settings";
import { createLabelMap } from "../../core/labelMap";
import { createDocument } from "../../document/document";
import { suggestionTraits } from "../../review/suggestions";
import type { OpenDocument } from "../../review/types";
import { CanvasController } from "./canvasController";
import { crosshairKey } from "./crosshair";

const classes = [
  { id: 0, name: "ground", color: [0, 0, 0], ignored: false },
  { id: 1, name: "car", color: [9, 0, 0], ignored: false },
] as const;

const side = 32;

/** 32 x 32, the right half car, at 2.375 CSS px a pixel with a margin of 12. */
function setUp() {
  const ids = Uint16Array.from({ length: side * side }, (_, i) => (i % side < side / 2 ? 0 : 1));
  const document = createDocument({ key: "a", labels: createLabelMap(side, side, ids), traits: suggestionTraits });
  const session = createSession();
  openInSession(session, document, classes);
  const settings = createSettings();
  settings.setState({ classId: 1, brushSize: 1 });
  const strokeEnded = vi.fn();
  const canvas = new CanvasController(settings, session, strokeEnded);
  canvas.start();
  canvas.resize({ width: 100, height: 100 });
  const key = (code: string, more: Partial<KeyboardEvent> = {}): boolean =>
    crosshairKey(canvas.crosshair, {
      code,
      ctrlKey: false,
      metaKey: false,
      altKey: false,
      shiftKey: false,
      repeat: false,
      ...more,
    });
  const at = () => session.getState().crosshair;
  const said = () => session.getState().announcement.text;
  return { canvas, document, session, settings, strokeEnded, key, at, said };
}

beforeEach(() => {
  vi.useFakeTimers();
  const createElement = () => {
    const canvas = Object.assign(new EventTarget(), { width: 0, height: 0, getContext: () => context });
    const context: unknown = new Proxy(
      {},
      { get: (_, name) => (name === "canvas" ? canvas : () => undefined), set: () => true },
    );
    return canvas;
  };
  vi.stubGlobal("document", { createElement });
  vi.stubGlobal(
    "ImageData",
    class {
      readonly data: Uint8ClampedArray;
      constructor(width: number, height: number) {
        this.data = new Uint8ClampedArray(width * height * 4);
      }
    },
  );
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

function pixelsOf({ labels, mask, hints }: OpenDocument) {
  return [labels.data, mask.data, hints.data].map((data) => data.slice());
}

const arrows = ["ArrowLeft", "ArrowRight", "ArrowUp", "ArrowDown"] as const;
const drawing: readonly ToolName[] = ["mask-brush", "mask-eraser", "mask-rectangle", "mask-lasso", "class-brush"];
const pressing: readonly ToolName[] = ["select-region", "fill"];

describe("a stroke by keys", () => {
  it("gives the same pixels as the same stroke by pointer, as one undo step", () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...drawing, ...pressing),
        fc.integer({ min: 1, max: 9 }),
        fc.array(fc.record({ code: fc.constantFrom(...arrows), shiftKey: fc.boolean() }), { maxLength: 30 }),
        (tool, brushSize, moves) => {
          const [keys, pointer] = [setUp(), setUp()];
          for (const { canvas, settings } of [keys, pointer]) {
            // Something for the eraser to take out.
            settings.setState({ tool: "mask-rectangle" });
            canvas.strokeStart({ x: 20, y: 20 }, false);
            canvas.strokeMove([{ x: 80, y: 80 }], false);
            canvas.strokeEnd();
            settings.setState({ tool, brushSize });
          }
          const before = pixelsOf(keys.document);
          keys.canvas.crosshair.start();
          const path = [keys.at()];
          keys.key("Space");
          for (const { code, shiftKey } of moves) {
            keys.key(code, { shiftKey });
            path.push(keys.at());
          }
          if (drawing.includes(tool)) keys.key("Space");

          const css = path.flatMap((one) =>
            one === null ? [] : [{ x: 12 + (one.x + 0.5) * 2.375, y: 12 + (one.y + 0.5) * 2.375 }],
          );
          pointer.canvas.strokeStart(css[0], false);
          for (const point of css.slice(1)) pointer.canvas.strokeMove([point], false);
          pointer.canvas.strokeEnd();

          const after = pixelsOf(keys.document);
          expect(after).toEqual(pixelsOf(pointer.document));
          expect(keys.strokeEnded.mock.calls).toEqual(pointer.strokeEnded.mock.calls);
          if (keys.strokeEnded.mock.calls.length === 1) return;
          keys.document.undo();
          expect(pixelsOf(keys.document)).toEqual(before);
        },
      ),
      { numRuns: 60, seed: 7 },
    );
  });

  it("is taken back by Esc, which ends the crosshair when pressed again", () => {
    const { canvas, document, key, at, said } = setUp();
    canvas.crosshair.start();
    key("Space");
    key("ArrowRight");
    expect(document.store.getState().maskedPixels).toBe(2);
    expect(at()).toMatchObject({ penDown: true });
    key("Escape");
    expect(document.store.getState()).toMatchObject({ maskedPixels: 0, canUndo: false });
    expect(at()).toMatchObject({ penDown: false });
    expect(said()).toBe("Pen up, the stroke is taken back");
    key("Escape");
    expect(at()).toBeNull();
    expect(key("Escape")).toBe(false);
    expect(key("ArrowRight")).toBe(false);
  });

  it("is kept when the pen is lifted, the crosshair ended or the pointer pressed", () => {
    for (const end of ["lift", "end", "pointer"] as const) {
      const { canvas, document, key, said } = setUp();
      canvas.crosshair.start();
      key("Space");
      key("ArrowRight");
      if (end === "pointer") {
        canvas.strokeStart({ x: 13, y: 13 }, false);
        canvas.cancelStroke();
      } else canvas.crosshair[end]();
      expect(document.store.getState()).toMatchObject({ maskedPixels: 2, canUndo: true });
      expect(canvas.crosshair.isPenDown).toBe(false);
      if (end === "lift") expect(said()).toMatch(/^Pen up\. .*2 pixels/);
    }
  });

  it("is put down once while Space is held", () => {
    const { canvas, key } = setUp();
    canvas.crosshair.start();
    key("Space");
    expect(key("Space", { repeat: true })).toBe(true);
    expect(canvas.crosshair.isPenDown).toBe(true);
  });
});

describe("the crosshair", () => {
  it("moves by 1 and 10 px, stops at the edge and says where when it rests", () => {
    const { canvas, key, at, said } = setUp();
    canvas.crosshair.start();
    expect(at()).toEqual({ x: 16, y: 16, penDown: false });
    expect(said()).toMatch(/^Crosshair on, x 16, y 16: car\./);
    key("ArrowLeft");
    key("ArrowUp", { shiftKey: true });
    expect(said()).toMatch(/^Crosshair on/);
    vi.runAllTimers();
    expect(said()).toBe("x 15, y 6: ground");
    key("ArrowUp", { shiftKey: true });
    expect(at()).toMatchObject({ x: 15, y: 0 });
  });

  it("leaves keys with Ctrl alone, and all keys while it is off", () => {
    const { canvas, key } = setUp();
    expect(key("ArrowLeft")).toBe(false);
    expect(key("Space")).toBe(false);
    canvas.crosshair.start();
    expect(key("ArrowLeft", { ctrlKey: true })).toBe(false);
    expect(key("KeyB")).toBe(false);
  });

  it("stays in sight: the view follows it", () => {
    const { canvas, key, session } = setUp();
    canvas.zoom(8);
    const onCanvas = () => {
      const hover = vi.spyOn(canvas, "hoverAt");
      canvas.hoverAt({ x: 0, y: 0 });
      const left = session.getState().pointer;
      canvas.hoverAt({ x: 99, y: 99 });
      const right = session.getState().pointer;
      hover.mockRestore();
      return { left, right };
    };
    canvas.crosshair.start();
    for (let i = 0; i < 12; i++) key("ArrowRight");
    const at = session.getState().crosshair;
    const { left, right } = onCanvas();
    expect(left?.x).toBeLessThan(at?.x ?? 0);
    expect(right === null || right.x >= (at?.x ?? 99)).toBe(true);
  });

  it("goes on in another image as far as that reaches, and ends with none", () => {
    const { canvas, key, session, at } = setUp();
    canvas.crosshair.start();
    key("ArrowRight", { shiftKey: true });
    const small = createDocument({ key: "b", labels: createLabelMap(8, 20), traits: suggestionTraits });
    openInSession(session, small, classes);
    expect(at()).toEqual({ x: 7, y: 16, penDown: false });
    session.setState({ image: null });
    expect(at()).toBeNull();
  });

  it("with a pressing tool acts at once", () => {
    const { canvas, document, settings, key, strokeEnded } = setUp();
    settings.setState({ tool: "fill", classId: 0 });
    canvas.crosshair.start();
    key("Space");
    expect(document.store.getState().changedPixels).toBe(512);
    expect(canvas.crosshair.isPenDown).toBe(false);
    expect(strokeEnded).toHaveBeenCalledTimes(1);
  });
});
