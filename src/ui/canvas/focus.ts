import { focusGrid } from "../dataset/gridFocus";

/** Gives the keyboard to the canvas. */
export function focusCanvas(): void {
  canvasElement()?.focus({ preventScroll: true });
}

/** Gives the keyboard to what the view is about: the canvas, what the queue shows, the grid of images. */
export function focusView(): void {
  if (canvasElement() === null) focusGrid();
  else focusCanvas();
}

export function canvasHasFocus(): boolean {
  return document.activeElement !== null && document.activeElement === canvasElement();
}

/** The editor's, or what the queue shows in its place. */
function canvasElement(): HTMLElement | null {
  return document.querySelector<HTMLElement>("[data-testid=canvas], [data-stage]");
}

/** A ref: an element that takes the keys in the canvas' place, at once where what had them is gone. */
export function asStage(element: HTMLElement | null): void {
  if (element === null) return;
  element.tabIndex = 0;
  element.dataset.stage = "";
  if (document.activeElement === document.body) element.focus({ preventScroll: true });
}
