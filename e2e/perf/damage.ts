import { componentRegion, labelComponents } from "../../src/core/components.ts";
import type { LabelMap } from "../../src/core/labelMap.ts";
import { nearestKnown } from "../../src/core/nearest.ts";
import type { Point } from "../../src/core/point.ts";
import { polygonRegion } from "../../src/core/polygon.ts";
import type { Random } from "../../src/core/random.ts";
import { forEachPixel, hasPixel, type Region } from "../../src/core/region.ts";

export const voidId = 255;
/** Share of the image that an object covers. */
const leastShare = 0.01;
const mostShare = 0.2;

/**
 * How people damage the label of one object: it was never drawn (its surroundings cover it), given up as void, given another
 * class, clicked with too few points, or drawn beside its place.
 */
export const damageKinds = ["dropped", "void", "swapped", "coarse", "shifted"] as const;
export type DamageKind = (typeof damageKinds)[number];

const corners = 8;
const shift = 8;

/** A copy of the label with one of its objects damaged; null when it has none of a fitting size. */
export function damaged(truth: LabelMap, kind: DamageKind, random: Random): LabelMap | null {
  const { width, height } = truth;
  const components = labelComponents(truth);
  const eligible = components.list.flatMap(({ id, area }, number) =>
    id !== voidId && area >= leastShare * truth.data.length && area <= mostShare * truth.data.length ? [number] : [],
  );
  if (eligible.length === 0) return null;
  const number = eligible[random.int(eligible.length)];
  const { id } = components.list[number];
  const object = componentRegion(components, number);
  const labels = { width, height, data: truth.data.slice() };
  if (kind === "void" || kind === "swapped") {
    const others = [...new Set(truth.data)].filter((other) => other !== id && other !== voidId);
    const to = kind === "void" ? voidId : others[random.int(others.length)];
    forEachPixel(object, (x, y) => (labels.data[y * width + x] = to));
    return labels;
  }
  drop(labels, object);
  const draw = (x: number, y: number): void => {
    const isInside = x >= 0 && y >= 0 && x < width && y < height;
    if (isInside && truth.data[y * width + x] !== voidId) labels.data[y * width + x] = id;
  };
  if (kind === "coarse") forEachPixel(polygonRegion(few(outline(object)), { x: 0, y: 0, width, height }), draw);
  if (kind === "shifted") {
    const [dx, dy] = [random.next() < 0.5 ? shift : -shift, random.next() < 0.5 ? shift / 2 : -shift / 2];
    forEachPixel(object, (x, y) => draw(x + dx, y + dy));
  }
  return labels;
}

/** Gives an object's pixels the label of the nearest pixel beside it that is not void. */
function drop({ data, width, height }: LabelMap, object: Region): void {
  const known = Uint8Array.from(data, (id, i) =>
    id === voidId || hasPixel(object, i % width, Math.floor(i / width)) ? 0 : 1,
  );
  const { index } = nearestKnown(known, width, height);
  forEachPixel(object, (x, y) => (data[y * width + x] = data[index[y * width + x]]));
}

function few(points: readonly Point[]): Point[] {
  return Array.from({ length: corners }, (_, i) => points[Math.floor((i * points.length) / corners)]);
}

/** The middles of a connected region's outermost pixels, clockwise from its first (Moore's neighbour tracing). */
export function outline(region: Region): Point[] {
  const { rect, bits } = region;
  const start = { x: rect.x + bits.indexOf(1), y: rect.y };
  const steps = [
    [-1, 0],
    [-1, -1],
    [0, -1],
    [1, -1],
    [1, 0],
    [1, 1],
    [0, 1],
    [-1, 1],
  ] as const;
  const points: Point[] = [start];
  let at: Point = start;
  let from = 0;
  // A pixel of a thin part is passed more than once, so that only the way back into the start's first step ends it.
  for (let guard = 0; guard < 4 * bits.length; guard++) {
    const turn = steps.findIndex((_, i) => {
      const [dx, dy] = steps[(from + i) % 8];
      return hasPixel(region, at.x + dx, at.y + dy);
    });
    if (turn < 0) break;
    const direction = (from + turn) % 8;
    const [dx, dy] = steps[direction];
    at = { x: at.x + dx, y: at.y + dy };
    if (at.x === start.x && at.y === start.y) break;
    points.push(at);
    from = (direction + 5) % 8;
  }
  return points;
}
