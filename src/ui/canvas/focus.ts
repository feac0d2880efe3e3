/** Gives the keyboard to the canvas. */
export function focusCanvas(): void {
  canvasElement()?.focus({ preventScroll: true });
}

export function canvasHasFocus(): boolean {
  return document.activeElement !== null && document.activeElement === canvasElement();
}

/** The editor's, or what the queue shows in its place. */
function canvasElement(): HTMLElement | null {
  return document.querySelector<HTMLElement>("[data-testid=canvas], [data-stage]");
}
