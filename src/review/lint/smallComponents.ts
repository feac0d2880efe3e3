import type { Component, Components } from "../../core/components";
import type { Group } from "./pixelGroups";
import { TELLING_AREA } from "./sparedClasses";
import type { LintInput } from "./types";

/**
 * As close as this to a larger component of its own class, px, a small one is that one's ragged edge: leaves before the sky.
 * On undamaged CamVid labels three in four are; of noise thrown at random one in a hundred.
 */
const RAGGED = 2;

/** A small component, inside one class (a pinhole) or at the border of several (a speck), and what it would become. */
export interface SmallComponent extends Group {
  readonly kind: "pinhole" | "speck";
}

/**
 * The components of up to `most` px with what is around them: the class that shares most of their rim, of components that are
 * larger. Void and locked classes are neither small components nor what one would become; the ragged edges of larger
 * components, and what reaches into the excluded area or into `claimed` pixels, are left out.
 */
export function smallComponents(
  { ignored, locked, excluded }: LintInput,
  components: Components,
  most: number,
  claimed: Uint8Array,
): SmallComponent[] {
  const { list } = components;
  const kept = (id: number): boolean => ignored.has(id) || locked.has(id);
  const isBarred = (pixel: number): boolean => claimed[pixel] === 1 || excluded?.data[pixel] === 1;
  const found: SmallComponent[] = [];
  list.forEach((component, number) => {
    const { id, area } = component;
    if (area > most || kept(id)) return;
    const pixels: number[] = [];
    const rim = new Map<number, number>();
    const isLarge = (other: number): boolean => list[other].area > Math.max(TELLING_AREA, most);
    let touchesEdge = false;
    forEachPixelOf(components, component, number, (at, beside) => {
      pixels.push(at);
      for (const pixel of beside) {
        const other = pixel < 0 ? -1 : components.labels[pixel];
        if (other < 0) touchesEdge = true;
        else if (other !== number && isLarge(other)) rim.set(list[other].id, (rim.get(list[other].id) ?? 0) + 1);
      }
    });
    const best = [...rim].sort((a, b) => b[1] - a[1] || a[0] - b[0])[0]?.[0];
    if (best === undefined || kept(best) || best === id || pixels.some(isBarred)) return;
    if (isRagged(components, component, number, isLarge)) return;
    const kind = rim.size === 1 && !touchesEdge ? "pinhole" : "speck";
    found.push({ pixels, to: pixels.map(() => best), kind });
  });
  return found;
}

function isRagged(
  { labels, list, rect }: Components,
  { id, bounds }: Component,
  number: number,
  isLarge: (component: number) => boolean,
): boolean {
  const { width, height } = rect;
  const [right, bottom] = [bounds.x + bounds.width + RAGGED, bounds.y + bounds.height + RAGGED];
  for (let y = Math.max(0, bounds.y - RAGGED); y < Math.min(height, bottom); y++) {
    for (let x = Math.max(0, bounds.x - RAGGED); x < Math.min(width, right); x++) {
      const other = labels[y * width + x];
      if (other !== number && list[other].id === id && isLarge(other)) return true;
    }
  }
  return false;
}

/** Visits a component's pixels with their four neighbours, -1 beyond the image. */
function forEachPixelOf(
  { labels, rect }: Components,
  { bounds }: Component,
  number: number,
  visit: (pixel: number, beside: readonly number[]) => void,
): void {
  const { width, height } = rect;
  for (let y = bounds.y; y < bounds.y + bounds.height; y++) {
    for (let x = bounds.x; x < bounds.x + bounds.width; x++) {
      const at = y * width + x;
      if (labels[at] !== number) continue;
      const below = y + 1 < height ? at + width : -1;
      visit(at, [x > 0 ? at - 1 : -1, x + 1 < width ? at + 1 : -1, y > 0 ? at - width : -1, below]);
    }
  }
}
