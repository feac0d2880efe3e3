import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { createSettings } from "../../app/settings";
import type { CanvasController } from "./canvasController";
import { listenToPointer } from "./pointerInput";

let page: EventTarget;
beforeEach(() => {
  page = new EventTarget();
  vi.stubGlobal("window", page);
});
afterEach(() => vi.unstubAllGlobals());

function setUp() {
  const element = Object.assign(new EventTarget(), {
    style: { cursor: "" },
    focus: () => undefined,
    setPointerCapture: () => undefined,
    getBoundingClientRect: () => ({ left: 0, top: 0 }),
  });
  vi.stubGlobal("document", { activeElement: element });
  const canvas = {
    strokeStart: vi.fn(),
    strokeMove: vi.fn(),
    strokeEnd: vi.fn(),
    cancelStroke: vi.fn(),
    hoverAt: vi.fn(),
    pan: vi.fn(),
  };
  listenToPointer(element as unknown as HTMLElement, canvas as unknown as CanvasController, createSettings());
  const fire = (type: string, pointerId: number, x = 0, buttons = 1): void => {
    const fields = {
      pointerId,
      button: 0,
      buttons,
      clientX: x,
      clientY: 0,
      ctrlKey: false,
      metaKey: false,
      getCoalescedEvents: () => [],
    };
    element.dispatchEvent(Object.assign(new Event(type, { cancelable: true }), fields));
  };
  const space = (type: "keydown" | "keyup"): void => {
    page.dispatchEvent(Object.assign(new Event(type, { cancelable: true }), { code: "Space" }));
  };
  return { canvas, element, fire, space };
}

describe("pointer input", () => {
  it("draws with the pointer that began: a palm neither draws nor ends the stroke", () => {
    const { canvas, fire } = setUp();
    fire("pointerdown", 1, 5);
    fire("pointerdown", 2, 90);
    fire("pointermove", 2, 95);
    fire("pointerup", 2, 95);
    expect(canvas.strokeMove).not.toHaveBeenCalled();
    expect(canvas.strokeEnd).not.toHaveBeenCalled();
    fire("pointermove", 1, 6);
    fire("pointerup", 1, 6);
    expect(canvas.strokeMove).toHaveBeenCalledWith([{ x: 6, y: 0 }], false);
    expect(canvas.strokeEnd).toHaveBeenCalledTimes(1);
  });

  it.each(["pointercancel", "lostpointercapture", "blur", "move"])(
    "keeps what was drawn when a %s ends the stroke",
    (end) => {
      const { canvas, fire } = setUp();
      fire("pointerdown", 1, 5);
      fire("pointermove", 1, 9);
      if (end === "blur") page.dispatchEvent(new Event("blur"));
      else if (end === "move") fire("pointermove", 1, 9, 0);
      else fire(end, 1, 9);
      expect(canvas.strokeEnd).toHaveBeenCalledTimes(1);
      expect(canvas.cancelStroke).not.toHaveBeenCalled();
      fire("pointerup", 1, 9);
      expect(canvas.strokeEnd).toHaveBeenCalledTimes(1);
      fire("pointerdown", 1, 5);
      expect(canvas.strokeStart).toHaveBeenCalledTimes(2);
    },
  );

  it("pans while Space is held, and forgets it when the window loses the focus", () => {
    const { canvas, element, fire, space } = setUp();
    space("keydown");
    expect(element.style.cursor).toBe("grab");
    fire("pointerdown", 1, 5);
    fire("pointermove", 1, 9);
    fire("pointerup", 1, 9);
    expect(canvas.pan).toHaveBeenCalledWith(4, 0);
    expect(canvas.strokeStart).not.toHaveBeenCalled();
    page.dispatchEvent(new Event("blur"));
    expect(element.style.cursor).toBe("");
    fire("pointerdown", 1, 5);
    expect(canvas.strokeStart).toHaveBeenCalledTimes(1);
  });
});
