import { useEffect } from "react";
import { type GroupProps, usePanelRef } from "react-resizable-panels";
import type { Settings } from "../../app/settings";
import { useApp, useSettings } from "../context";

type SizeName = "listWidth" | "panelsWidth" | "classesHeight";
type OpenName = "listOpen" | "panelsOpen" | "classesOpen";

/** How far beside a separator the pointer may take hold of it, CSS px across. */
export const reach = { coarse: 22, fine: 8 } as const;

/** A panel of the layout whose size and fold are settings. */
export interface KeptPanel {
  readonly ref: ReturnType<typeof usePanelRef>;
  readonly open: boolean;
  /** To begin with: CSS px, or a share of the group ("28%"). */
  readonly size: number | string;
  /** Writes down its size, or that it is folded. */
  note(): void;
}

/**
 * @param share its size until the user drags it: CSS px, or a share of the group.
 * @param folded px of it that stay while it is folded, as the panel's `collapsedSize`.
 */
export function useKeptPanel(
  sizeName: SizeName,
  openName: OpenName,
  share: number | string = "28%",
  folded = 0,
): KeptPanel {
  const { settings } = useApp();
  const ref = usePanelRef();
  const open = useSettings((state) => state[openName]);
  const sizeNow = (): number | string => settings.getState()[sizeName] ?? share;
  useEffect(() => {
    const panel = ref.current;
    // Nothing to do where dragging opened or folded it.
    if (panel === null || panel.isCollapsed() === !open) return;
    if (open) panel.resize(settings.getState()[sizeName] ?? share);
    else panel.collapse();
  }, [ref, open, settings, sizeName, share]);
  return {
    ref,
    open,
    size: open ? sizeNow() : folded,
    note() {
      const panel = ref.current;
      if (panel === null) return;
      const isFolded = panel.isCollapsed();
      const size = isFolded ? {} : { [sizeName]: Math.round(panel.getSize().inPixels) };
      settings.setState({ ...size, [openName]: !isFolded } satisfies Partial<Settings>);
    },
  };
}

/** Keeps what the user dragged. What a window that changes its size does to the panels is not kept. */
export function noteSizes(...panels: readonly KeptPanel[]): NonNullable<GroupProps["onLayoutChanged"]> {
  return (_layout, { isUserInteraction }) => {
    if (!isUserInteraction) return;
    // A frame later: after a key the panels still have the size before it.
    requestAnimationFrame(() => {
      for (const panel of panels) panel.note();
    });
  };
}
