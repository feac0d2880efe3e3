import { type SettingsStore, steppedBrush } from "../../app/settings";
import type { Point } from "../../core/point";
import type { CanvasController } from "./canvasController";

/**
 * Turns pointer and wheel events on the canvas element into strokes, pans and zooms. Returns what removes it.
 * Middle drag and Space + drag pan; the wheel zooms to the pointer; Shift + wheel changes the brush; a double click
 * closes a shape of several clicks.
 */
export function listenToPointer(element: HTMLElement, canvas: CanvasController, settings: SettingsStore): () => void {
  let mode: "idle" | "stroke" | "pan" = "idle";
  let last: Point = { x: 0, y: 0 };
  let space = false;
  /** The pointer that draws: a palm or a second finger on the screen must not join in. */
  let pointer = -1;

  // Not offsetX/Y: those are relative to whichever child canvas was hit.
  const at = (event: MouseEvent): Point => {
    const box = element.getBoundingClientRect();
    return { x: event.clientX - box.left, y: event.clientY - box.top };
  };

  function down(event: PointerEvent): void {
    if (mode !== "idle") return;
    element.focus({ preventScroll: true });
    const pans = event.button === 1 || (event.button === 0 && space);
    if (!pans && event.button !== 0) return;
    event.preventDefault();
    element.setPointerCapture(event.pointerId);
    pointer = event.pointerId;
    last = at(event);
    mode = pans ? "pan" : "stroke";
    if (pans) element.style.cursor = "grabbing";
    else canvas.strokeStart(last, event.ctrlKey || event.metaKey);
  }

  function move(event: PointerEvent): void {
    if (mode !== "idle" && event.pointerId !== pointer) return;
    // The release was not seen, over a dialog of the browser for one.
    if (mode !== "idle" && event.buttons === 0) {
      rest();
      return;
    }
    const here = at(event);
    if (mode === "pan") canvas.pan(here.x - last.x, here.y - last.y);
    last = here;
    canvas.hoverAt(here);
    if (mode === "stroke") {
      const passed = event.getCoalescedEvents();
      canvas.strokeMove(passed.length > 0 ? passed.map(at) : [here], event.ctrlKey || event.metaKey);
    }
  }

  function up(event: PointerEvent): void {
    if (event.pointerId === pointer) rest();
  }

  /** A stroke is done, also where the pointer was taken away: what was drawn is not to be lost. */
  function rest(): void {
    if (mode === "stroke") canvas.strokeEnd();
    element.style.cursor = space ? "grab" : "";
    mode = "idle";
    pointer = -1;
  }

  function wheel(event: WheelEvent): void {
    event.preventDefault();
    // With Shift some browsers report the wheel as sideways.
    const turn = event.deltaY !== 0 ? event.deltaY : event.deltaX;
    if (turn === 0) return;
    if (event.shiftKey) {
      settings.setState(({ brushSize }) => ({ brushSize: steppedBrush(brushSize, turn < 0 ? 1 : -1) }));
      return;
    }
    const px = turn * (event.deltaMode === WheelEvent.DOM_DELTA_LINE ? 33 : 1);
    canvas.zoom(Math.exp(-Math.max(-240, Math.min(240, px)) * 0.002), at(event));
  }

  function spaceKey(event: KeyboardEvent): void {
    if (
      event.code !== "Space" ||
      event.defaultPrevented ||
      (event.type === "keydown" && document.activeElement !== element)
    )
      return;
    if (event.type === "keydown") event.preventDefault();
    holdSpace(event.type === "keydown");
  }

  function holdSpace(held: boolean): void {
    space = held;
    if (mode === "idle") element.style.cursor = held ? "grab" : "";
  }

  const stops = [
    on(element, "pointerdown", down),
    on(element, "pointermove", move),
    on(element, "pointerup", up),
    on(element, "dblclick", (event) => event.button === 0 && !space && canvas.closeShape(true)),
    on(element, "pointercancel", up),
    on(element, "lostpointercapture", up),
    on(element, "pointerleave", () => canvas.hoverAt(null)),
    on(element, "wheel", wheel, { passive: false }),
    on(element, "contextmenu", (event) => event.preventDefault()),
    on(window, "keydown", spaceKey),
    on(window, "keyup", spaceKey),
    // The release is never seen when the window loses the focus meanwhile.
    on(window, "blur", () => {
      holdSpace(false);
      rest();
    }),
  ];
  return () => {
    for (const stop of stops) stop();
  };
}

/** Listens; returns what ends it. Not by one AbortSignal for all: Node warns of a leak from eleven listeners on. */
function on<Name extends keyof WindowEventMap>(
  target: EventTarget,
  name: Name,
  listener: (event: WindowEventMap[Name]) => void,
  options: AddEventListenerOptions = {},
): () => void {
  target.addEventListener(name, listener as EventListener, options);
  return () => target.removeEventListener(name, listener as EventListener, options);
}
