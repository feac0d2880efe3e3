import { componentRegion } from "../../core/components";
import { boundaryBand, growRegion } from "../../core/morphology";
import { PATCH, patchGrid, patchOf } from "../../core/patchGrid";
import type { Random } from "../../core/random";
import { regionArea } from "../../core/region";
import { paint, pixelsOf, windowRect } from "../regions";
import { type LabelledWindow, VOID } from "../window";

/** Smaller components are not hidden by themselves, px. */
export const LEAST_HIDDEN_COMPONENT = 64;
/** So many px around a hidden component are hidden too. */
export const COMPONENT_RIM = 4;
/** Components that one pass hides lie so many px apart. */
export const COMPONENT_GAP = 12;
/** The most passes for components. */
export const COMPONENT_PASSES = 4;
/** Pixels on either side of class boundaries that the band reading hides. */
export const BAND = 6;

/** What is hidden of a window's label, one mask a pass: size * size, 1 = hidden. */
export interface Draws {
  /** Every 16-px patch once, half of them at a time. */
  readonly hidden50: readonly Uint8Array[];
  /** Every patch three times, three quarters of them at a time. */
  readonly hidden75: readonly Uint8Array[];
  /** Whole components, several far apart at a time. */
  readonly component: readonly Uint8Array[];
  /** Along all class boundaries; null where there is none. */
  readonly band: Uint8Array | null;
}

/** All masks of one window. */
export function drawMasks(window: LabelledWindow, random: Random): Draws {
  return {
    hidden50: patchDraws(random, window.size, 2),
    hidden75: patchDraws(random, window.size, 4),
    component: componentDraws(window),
    band: bandDraw(window),
  };
}

/** A random partition of the patches into `parts` equal parts; draw i hides all but part i. */
export function patchDraws(random: Random, size: number, parts: number): Uint8Array[] {
  const grid = patchGrid(size, size, PATCH);
  const part = random.shuffle(Array.from({ length: grid.count }, (_, patch) => patch % parts));
  return Array.from({ length: parts }, (_, draw) => {
    const hidden = new Uint8Array(size * size);
    for (let y = 0, i = 0; y < size; y++) {
      for (let x = 0; x < size; x++, i++) hidden[i] = part[patchOf(grid, x, y)] === draw ? 0 : 1;
    }
    return hidden;
  });
}

/**
 * At most COMPONENT_PASSES masks that together hide the components of the label, largest first. Components of a mask lie
 * at least COMPONENT_GAP px apart, and a mask hides at most half of the window.
 */
export function componentDraws({ size, components }: LabelledWindow): Uint8Array[] {
  const half = Math.floor((size * size) / 2);
  const inside = windowRect(size);
  const eligible = components.list
    .map((component, number) => ({ ...component, number }))
    .filter(({ id, area }) => id !== VOID && area >= LEAST_HIDDEN_COMPONENT && area <= half)
    .sort((a, b) => b.area - a.area);
  const draws: { mask: Uint8Array; zone: Uint8Array; area: number }[] = [];
  for (const { number } of eligible) {
    const component = componentRegion(components, number);
    const hidden = growRegion(component, COMPONENT_RIM, inside);
    const zone = growRegion(component, COMPONENT_RIM + COMPONENT_GAP, inside);
    const area = regionArea(hidden);
    const pixels = pixelsOf(hidden, size);
    let draw = draws.find((one) => one.area + area <= half && pixels.every((pixel) => one.zone[pixel] === 0));
    if (!draw) {
      if (draws.length === COMPONENT_PASSES) continue;
      draw = { mask: new Uint8Array(size * size), zone: new Uint8Array(size * size), area: 0 };
      draws.push(draw);
    }
    paint(draw.mask, size, hidden);
    paint(draw.zone, size, zone);
    draw.area += area;
  }
  return draws.map(({ mask }) => mask);
}

/** The labelled pixels within BAND px of a class boundary, VOID being a class here; null where there is none. */
export function bandDraw({ size, label, components }: LabelledWindow): Uint8Array | null {
  // Component numbers stand for ids: they have the same boundaries and fit a label map.
  const band = boundaryBand({ width: size, height: size, data: Uint16Array.from(components.labels) }, BAND);
  const hidden = new Uint8Array(size * size);
  for (const pixel of pixelsOf(band, size)) if (label[pixel] !== VOID) hidden[pixel] = 1;
  return hidden.includes(1) ? hidden : null;
}
