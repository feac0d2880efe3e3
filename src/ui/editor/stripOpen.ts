/** In a lower window the picture needs the room. */
export const highEnough = "(min-height: 900px)";

/** Whether the strip is unfolded. @param chosen as the user left it; null: not said yet. */
export function isStripOpen(chosen: boolean | null): boolean {
  return chosen ?? window.matchMedia(highEnough).matches;
}
