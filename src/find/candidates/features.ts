import { nearestKnown } from "../../core/nearest";
import type { Region } from "../../core/region";
import type { Evidence } from "../evidence";
import { pixelsAround, pixelsOf } from "../regions";
import type { LabelledScene } from "../scene";
import type { Candidate } from "./candidate";
import { edgesUnder } from "./outline";

/** How far around a region its surroundings reach, px. */
export const RING = 12;

/** QUICK_FEATURES of a candidate; odds as `candidates` takes them, ranks are those of `Appearance`. */
export function describeCandidate(
  { where, kind, fit }: Candidate,
  { width, height, components }: LabelledScene,
  { errorLogit, margin }: Evidence,
  odds: Float32Array,
  ranks: Float32Array,
): number[] {
  const pixels = pixelsOf(where, width);
  const touched = new Uint8Array(components.list.length);
  for (let i = 0; i < pixels.length; i++) touched[components.labels[pixels[i]]] = 1;
  const near = pixelsAround(where, RING, width, height).filter((pixel) => touched[components.labels[pixel]] === 1);
  const ring = near.length > 0 ? near : pixels;
  return [
    meanOver(odds, pixels),
    meanOver(odds, ring),
    meanOver(errorLogit, pixels),
    meanOver(margin, pixels),
    meanOver(margin, ring),
    Math.log(pixels.length),
    Math.log(depthOf(where)),
    edgesUnder(where, ranks, width, height),
    kind === "shift" ? 1 : 0,
    ...fit,
  ];
}

function meanOver(values: Float32Array, pixels: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < pixels.length; i++) sum += values[pixels[i]];
  return sum / pixels.length;
}

/** Distance of a region's innermost pixel to the nearest outside it; beyond the scene's edge is outside. */
function depthOf({ rect, bits }: Region): number {
  const [width, height] = [rect.width + 2, rect.height + 2];
  const outside = new Uint8Array(width * height).fill(1);
  for (let row = 0, i = 0; row < rect.height; row++) {
    for (let column = 0; column < rect.width; column++, i++) outside[(row + 1) * width + column + 1] = 1 - bits[i];
  }
  const { distanceSquared } = nearestKnown(outside, width, height);
  return Math.sqrt(distanceSquared.reduce((most, squared) => Math.max(most, squared), 0));
}
