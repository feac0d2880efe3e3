import type { ClassTable } from "../../core/classTable";
import { displayPalette } from "../canvas/palette";
import { useDisplayClasses, useSettings } from "../context";

let known: {
  readonly classes: ClassTable;
  readonly hidden: ReadonlySet<number>;
  readonly palette: Uint32Array;
} | null = null;

/** The colour of every id; one for all tiles. */
export function usePalette(): Uint32Array {
  const classes = useDisplayClasses();
  const hidden = useSettings((state) => state.hiddenClasses);
  if (known?.classes !== classes || known.hidden !== hidden) {
    known = { classes, hidden, palette: displayPalette(classes, hidden) };
  }
  return known.palette;
}
