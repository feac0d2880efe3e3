import { PATCH, patchGrid, patchRect } from "../core/patchGrid";
import type { Random } from "../core/random";
import { IGNORED, KNOWN, MASKED } from "../window/resample";

/** One draw of what a window shows. */
export interface Draw {
  /** 1 = the pixel's label is shown to the model. */
  readonly known: Uint8Array;
  /** Whether any context was hidden: if not, every further draw is the same. */
  readonly random: boolean;
}

/**
 * Mask ratio, the one definition: unknown pixels / non-void pixels of the window. Masked pixels are always unknown; if
 * they are fewer than the ratio asks, 16-px patches of context are hidden too, at random, until they are not. A hint
 * is never hidden. Draws nothing from `random` when the mask alone is enough.
 *
 * @param kinds size * size of IGNORED, MASKED, KNOWN, HINT.
 */
export function drawContext(kinds: Uint8Array, size: number, ratio: number, random: Random): Draw {
  const known = new Uint8Array(kinds.length);
  let unknown = 0;
  let countable = 0;
  for (let i = 0; i < kinds.length; i++) {
    if (kinds[i] === IGNORED) continue;
    countable++;
    if (kinds[i] === MASKED) unknown++;
    else known[i] = 1;
  }
  const wanted = ratio * countable;
  if (unknown >= wanted) return { known, random: false };
  const grid = patchGrid(size, size, PATCH);
  const order = random.shuffle(Array.from({ length: grid.count }, (_, i) => i));
  for (const patch of order) {
    if (unknown >= wanted) break;
    const { x, y, width, height } = patchRect(grid, patch);
    for (let row = y; row < y + height; row++) {
      for (let i = row * size + x; i < row * size + x + width; i++) {
        if (kinds[i] !== KNOWN) continue;
        known[i] = 0;
        unknown++;
      }
    }
  }
  return { known, random: true };
}
