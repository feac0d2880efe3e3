import type { Point } from "../../core/point";

interface Zoomed {
  /** Shows the finding as at first. */
  fit(): void;
  /** @param at canvas point that stays where it is, CSS px; the middle by default. */
  zoom(factor: number, at?: Point): void;
  pan(dx: number, dy: number): void;
}

let shown: Zoomed | null = null;

/** The picture of the finding that is shown, for keys and pointer; nothing happens while there is none. */
export const zooming = {
  /** Returns what ends it. */
  attach(one: Zoomed): () => void {
    shown = one;
    return () => {
      if (shown === one) shown = null;
    };
  },
  fit: (): void => shown?.fit(),
  zoom: (factor: number, at?: Point): void => shown?.zoom(factor, at),
  pan: (dx: number, dy: number): void => shown?.pan(dx, dy),
};
