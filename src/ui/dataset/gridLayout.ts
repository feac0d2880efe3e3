import { create } from "zustand";

/** Least size of a tile's picture, CSS px; it grows with its row. */
const least = { width: 220, height: 165 } as const;
export const gap = 10;
/** Below the picture: state, name, counts. */
const stripHeight = 30;

/** How tiles lie in a window; keys that go by rows and pages go by it. */
export interface GridLayout {
  readonly columns: number;
  /** Of a tile, CSS px. */
  readonly width: number;
  /** Of a row with the gap below it, CSS px. */
  readonly rowHeight: number;
  /** Whole rows in sight. */
  readonly rows: number;
}

/** As many tiles a row as fit, wide enough to fill it. */
export function layoutOf(width: number, height: number): GridLayout {
  const columns = Math.max(1, Math.floor((width + gap) / (least.width + gap)));
  const tile = Math.max(1, (width - gap * (columns - 1)) / columns);
  const rowHeight = Math.round((tile * least.height) / least.width) + stripHeight + gap;
  return { columns, width: tile, rowHeight, rows: Math.max(1, Math.floor(height / rowHeight)) };
}

/** The layout as it is now. */
export const useGridLayout = create<GridLayout>(() => layoutOf(0, 0));
