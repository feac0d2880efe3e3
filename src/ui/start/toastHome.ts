import { useCallback } from "react";
import { create } from "zustand";

/** Where toasts lie: at the lower left of an element that has something else there to lose, or none. */
interface ToastHome {
  readonly element: HTMLElement | null;
  /** How wide they may be, CSS px. */
  readonly width: number;
}

export const useToastHome = create<ToastHome>(() => ({ element: null, width: 320 }));

/**
 * A ref for the part of a screen that toasts belong to. It has the custom property `--toasts-room`, the height they take: what
 * they must not cover keeps clear of it.
 */
export function useToastRef(width = 320): (element: HTMLElement | null) => (() => void) | undefined {
  return useCallback(
    (element) => {
      if (element === null) return undefined;
      useToastHome.setState({ element, width });
      return () => {
        if (useToastHome.getState().element === element) useToastHome.setState({ element: null });
      };
    },
    [width],
  );
}
