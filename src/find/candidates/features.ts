import { growRegion } from "../../core/morphology";
import { nearestKnown } from "../../core/nearest";
import { clipRect, growRect } from "../../core/rect";
import { hasPixel, type Region } from "../../core/region";
import { LEAST_PROBABILITY } from "../posteriors";
import type { Scan } from "../readings/scan";
import { pixelsOf, windowRect } from "../regions";
import { componentsOf, type LabelledWindow } from "../window";
import { type Candidate, FIT_FEATURES } from "./candidate";
import { edgesUnder } from "./outline";

/** Given components below this have no mean of their own. */
export const LEAST_COMPONENT = 64;
/** How far around a region its surroundings reach, px. */
export const RING = 12;

/** The features of every pixel, by which the rule tells whether its label is wrong: rasters of size * size. */
export const pixelFeatures = {
  "error logit": ({ errorLogit }: Scan) => errorLogit,
  "hidden50 self confidence": ({ hidden50 }: Scan) => hidden50.selfConfidence,
  "hidden50 margin": ({ hidden50 }: Scan) => hidden50.margin,
  "hidden75 self confidence": ({ hidden75 }: Scan) => hidden75.selfConfidence,
  "hidden75 margin": ({ hidden75 }: Scan) => hidden75.margin,
  "component self confidence": ({ component }: Scan) => component.selfConfidence,
  "component margin": ({ component }: Scan) => component.margin,
  "component hidden": ({ component }: Scan) => component.coverage.map((share) => (share > 0 ? 1 : 0)),
  "band margin": ({ band }: Scan) => band.margin,
  "support self confidence": ({ support }: Scan) => support.selfConfidence,
  "support margin": ({ support }: Scan) => support.margin,
  "support margin of the component": ({ support, slots }: Scan) => overComponents(support.margin, slots),
};

/** The features' names, in the order of the rules. */
export type PixelFeature = keyof typeof pixelFeatures;
export const PIXEL_FEATURES = Object.keys(pixelFeatures) as readonly PixelFeature[];

/** The features of a candidate, by which the rule tells whether it is an error. */
export const REGION_FEATURES = [
  "suspicion",
  "suspicion around",
  "support margin",
  "support margin around",
  "support new class",
  "support self confidence",
  "error logit",
  "hidden50 margin",
  "hidden75 margin",
  "component margin",
  "band margin",
  "log area",
  "log depth",
  "share of component",
  "whole component",
  "new class visible",
  "edges along outline",
] as const;

/** The features of a whole component that is shifted. */
export const SHIFT_FEATURES = [
  "suspicion",
  "support margin",
  "band margin",
  "log area",
  "share of component",
  ...FIT_FEATURES,
] as const;

export type ShiftFeature = (typeof SHIFT_FEATURES)[number];
export type RegionFeature = (typeof REGION_FEATURES)[number];
export type RegionFeatures = Readonly<Record<RegionFeature, number>>;

/** Log odds that the label of every pixel is wrong, size * size: bias + weights . features. */
export function errorLogOdds(
  { bias, weights }: { readonly bias: number; readonly weights: Readonly<Record<PixelFeature, number>> },
  scan: Scan,
): Float32Array {
  const odds = new Float64Array(scan.slots.length).fill(bias);
  for (const name of PIXEL_FEATURES) {
    const values = pixelFeatures[name](scan);
    const weight = weights[name];
    for (let i = 0; i < odds.length; i++) odds[i] += weight * values[i];
  }
  return Float32Array.from(odds);
}

/** The mean of `values` over every component of LEAST_COMPONENT px of a raster of slots, 0 elsewhere. */
export function overComponents(values: Float32Array, slots: Uint8Array): Float32Array {
  const { labels, list } = componentsOf(slots, Math.sqrt(slots.length));
  const sums = new Float64Array(list.length);
  for (let i = 0; i < values.length; i++) sums[labels[i]] += values[i];
  const means = sums.map((sum, number) => (list[number].area < LEAST_COMPONENT ? 0 : sum / list[number].area));
  return Float32Array.from(labels, (number) => means[number]);
}

/** REGION_FEATURES of a candidate; odds as `errorLogOdds` returns them, ranks are those of `Appearance`. */
export function describeCandidate(
  { where, to }: Candidate,
  { size, label, components }: LabelledWindow,
  scan: Scan,
  odds: Float32Array,
  ranks: Float32Array,
): RegionFeatures {
  const { labels: componentOf, list } = components;
  const { support, posteriors } = scan;
  const pixels = pixelsOf(where, size);
  const touched = new Uint8Array(list.length);
  for (const pixel of pixels) touched[componentOf[pixel]] = 1;
  const ring = pixelsAround(where, size).filter((pixel) => touched[componentOf[pixel]] === 1);
  const inside = (values: Float32Array): number => meanOver(values, pixels);
  const around = (values: Float32Array): number => meanOver(values, ring.length > 0 ? ring : pixels);
  const beside = idsBeside(where, label, size);
  let newLogs = 0;
  let visible = 0;
  for (const [id, there] of pixelsByNewId(to, pixels)) {
    const logs = posteriors.logs[posteriors.classes.indexOf(id)];
    if (logs) for (const pixel of there) newLogs += logs[pixel];
    else newLogs += there.length * Math.log(LEAST_PROBABILITY);
    if (beside.has(id)) visible += there.length;
  }
  const component = list.reduce((area, one, number) => area + touched[number] * one.area, 0);
  return {
    suspicion: inside(odds),
    "suspicion around": around(odds),
    "support margin": inside(support.margin),
    "support margin around": around(support.margin),
    "support new class": newLogs / pixels.length,
    "support self confidence": inside(support.selfConfidence),
    "error logit": inside(scan.errorLogit),
    "hidden50 margin": inside(scan.hidden50.margin),
    "hidden75 margin": inside(scan.hidden75.margin),
    "component margin": inside(scan.component.margin),
    "band margin": inside(scan.band.margin),
    "log area": Math.log(pixels.length),
    "log depth": Math.log(depthOf(where)),
    "share of component": pixels.length / component,
    "whole component": pixels.length === component ? 1 : 0,
    "new class visible": visible / pixels.length,
    "edges along outline": edgesUnder(where, ranks, size),
  };
}

function meanOver(values: Float32Array, pixels: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < pixels.length; i++) sum += values[pixels[i]];
  return sum / pixels.length;
}

/** Pixels by the class that they would get. */
function pixelsByNewId(
  to: Candidate["to"],
  pixels: Int32Array,
): Iterable<readonly [number, ArrayLike<number> & Iterable<number>]> {
  if (typeof to === "number") return [[to, pixels]];
  const byId = new Map<number, number[]>();
  for (const pixel of pixels) {
    const there = byId.get(to[pixel]);
    if (there) there.push(pixel);
    else byId.set(to[pixel], [pixel]);
  }
  return byId;
}

/** The pixels at most RING px from a region, without the region itself. */
function pixelsAround(where: Region, size: number): number[] {
  const { rect, bits } = growRegion(where, RING, windowRect(size));
  const pixels: number[] = [];
  for (let y = rect.y, i = 0; y < rect.y + rect.height; y++) {
    for (let x = rect.x; x < rect.x + rect.width; x++, i++) {
      if (bits[i] === 1 && !hasPixel(where, x, y)) pixels.push(y * size + x);
    }
  }
  return pixels;
}

/** The labels in the box around a region, just over RING px wider, but for the region itself. */
function idsBeside(where: Region, label: Int32Array, size: number): Set<number> {
  const box = clipRect(growRect(where.rect, RING + 1), size, size);
  const ids = new Set<number>();
  for (let y = box.y; y < box.y + box.height; y++) {
    for (let x = box.x; x < box.x + box.width; x++) if (!hasPixel(where, x, y)) ids.add(label[y * size + x]);
  }
  return ids;
}

/** Distance of a region's innermost pixel to the nearest outside it; beyond the window's edge is outside. */
function depthOf({ rect, bits }: Region): number {
  const { width, height } = rect;
  const outside = new Uint8Array((width + 2) * (height + 2)).fill(1);
  for (let row = 0, i = 0; row < height; row++) {
    for (let column = 0; column < width; column++, i++) outside[(row + 1) * (width + 2) + column + 1] = 1 - bits[i];
  }
  const { distanceSquared } = nearestKnown(outside, width + 2, height + 2);
  return Math.sqrt(distanceSquared.reduce((most, squared) => Math.max(most, squared), 0));
}
