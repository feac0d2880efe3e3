import { componentRegion, labelComponents } from "../../core/components";
import type { LabelMap } from "../../core/labelMap";
import { growRegion } from "../../core/morphology";
import { nearestKnown } from "../../core/nearest";
import { createRandom, type Random } from "../../core/random";
import { forEachPixel } from "../../core/region";

/** Kinds of masks of the evaluation protocol that a self-check draws. */
export const checkKinds = ["random25", "random50", "random75", "block25", "block50", "component"] as const;
export type CheckKind = (typeof checkKinds)[number];

/** What is hidden by each, in the user's words; tables for programs keep the protocol's names. */
export const checkKindTexts: Readonly<Record<CheckKind, string>> = {
  random25: "25 %, in patches",
  random50: "50 %, in patches",
  random75: "75 %, in patches",
  block25: "25 %, one block",
  block50: "50 %, one block",
  component: "a whole object",
};

/** One mask of a square window. Rasters are side * side. */
export interface CheckMask {
  readonly kind: CheckKind;
  /** 1 = hidden. */
  readonly hidden: Uint8Array;
  /** 1 = left visible in it. */
  readonly hints: Uint8Array;
}

/** Pixels of the protocol are of windows of this side; smaller windows are scaled up to it. */
export const WINDOW = 224;
const PATCH = 16;

/**
 * The masks of one window, drawn from `seed`: 16-px patches at three ratios, each in complementary draws that together hide
 * every patch equally often; one rectangle of 25 and one of 50 %; one component with a hint, where the label has one.
 * @param label square.
 */
export function drawMasks(label: LabelMap, ignored: ReadonlySet<number>, seed: number): readonly CheckMask[] {
  const random = createRandom(seed);
  const component = drawComponent(label, ignored, random);
  return [
    ...patches(label.width, "random25", 4, false, random),
    ...patches(label.width, "random50", 2, false, random),
    ...patches(label.width, "random75", 4, true, random),
    drawBlock(label.width, "block25", 0.25, random),
    drawBlock(label.width, "block50", 0.5, random),
    ...(component === null ? [] : [component]),
  ];
}

function patches(side: number, kind: CheckKind, parts: number, rest: boolean, random: Random): CheckMask[] {
  const across = WINDOW / PATCH;
  const order = random.shuffle(Array.from({ length: across * across }, (_, i) => i));
  const part = new Uint8Array(order.length);
  order.forEach((patch, i) => {
    part[patch] = Math.floor((i * parts) / order.length);
  });
  const patchAt = (at: number) => Math.min(across - 1, Math.floor((at * across) / side));
  return Array.from({ length: parts }, (_, number) => ({
    kind,
    hidden: raster(side, (x, y) => (part[patchAt(y) * across + patchAt(x)] === number) !== rest),
    hints: new Uint8Array(side * side),
  }));
}

function drawBlock(side: number, kind: CheckKind, share: number, random: Random): CheckMask {
  const area = share * side * side;
  const [lowest, highest] = [Math.max(0.5, share), Math.min(2, 1 / share)];
  const aspect = Math.exp(Math.log(lowest) + random.next() * (Math.log(highest) - Math.log(lowest)));
  const tall = Math.min(side, Math.max(1, Math.round(Math.sqrt(area * aspect))));
  const wide = Math.min(side, Math.max(1, Math.round(area / tall)));
  const [top, left] = [random.int(side - tall + 1), random.int(side - wide + 1)];
  const isIn = (x: number, y: number) => x >= left && x < left + wide && y >= top && y < top + tall;
  return { kind, hidden: raster(side, isIn), hints: new Uint8Array(side * side) };
}

function drawComponent(label: LabelMap, ignored: ReadonlySet<number>, random: Random): CheckMask | null {
  const side = label.width;
  const scale = side / WINDOW;
  const components = labelComponents(label, undefined, 8);
  const eligible = components.list.flatMap(({ id, area }, number) =>
    !ignored.has(id) && area >= 256 * scale * scale && area <= (side * side) / 2 ? [number] : [],
  );
  if (eligible.length === 0) return null;
  const region = componentRegion(components, eligible[random.int(eligible.length)]);
  const own = new Uint8Array(side * side);
  forEachPixel(region, (x, y) => {
    own[y * side + x] = 1;
  });
  const { distanceSquared } = nearestKnown(
    own.map((bit) => 1 - bit),
    side,
    side,
  );
  let inmost = own.indexOf(1);
  for (let i = 0; i < own.length; i++) if (distanceSquared[i] > distanceSquared[inmost]) inmost = i;
  const [row, column] = [Math.floor(inmost / side), inmost % side];
  const reach = (4 * scale) ** 2;
  const hints = raster(side, (x, y) => own[y * side + x] === 1 && (x - column) ** 2 + (y - row) ** 2 <= reach);
  const hidden = new Uint8Array(side * side);
  forEachPixel(growRegion(region, 8 * scale, { x: 0, y: 0, width: side, height: side }), (x, y) => {
    hidden[y * side + x] = 1 - hints[y * side + x];
  });
  return { kind: "component", hidden, hints };
}

function raster(side: number, isIn: (x: number, y: number) => boolean): Uint8Array {
  return Uint8Array.from({ length: side * side }, (_, i) => (isIn(i % side, Math.floor(i / side)) ? 1 : 0));
}
