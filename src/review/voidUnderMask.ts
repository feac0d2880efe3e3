import { type ClassTable, voidIds } from "../core/classTable";
import { labelComponents } from "../core/components";
import { createLabelMap } from "../core/labelMap";
import { nearestKnown } from "../core/nearest";
import { growRect, type Rect, rectArea } from "../core/rect";
import type { ImageDocument } from "../document/types";

/**
 * What becomes of void pixels under the mask: "keep" and "fill" mean all of them; "auto" keeps thin borders and fills
 * regions.
 */
export const voidPolicies = ["auto", "keep", "fill"] as const;
export type VoidPolicy = (typeof voidPolicies)[number];

/** Void up to twice this many px wide is a border, as Pascal VOC draws it around objects. */
const HALF_BORDER = 4;
/** Where borders bend or meet they are wider, but over less than this, px. */
const LEAST_WIDE = 16;
/** A region is filled up to its rim: so far from where it is wide, px. */
const RIM = 2 * HALF_BORDER;

export interface VoidUnderMask {
  /** What is to be rebuilt, one byte a pixel of the image: the mask without void that is kept. Not to be written. */
  readonly rebuild: Uint8Array;
  /** Void pixels under the mask that are kept. */
  readonly kept: number;
}

type Masked = Pick<ImageDocument<unknown>, "labels" | "mask" | "store">;

/** Several parts of the app ask for the same; at 12 megapixels measuring widths takes a second. */
const known = new WeakMap<
  object,
  {
    readonly version: number;
    readonly classes: ClassTable;
    readonly policy: VoidPolicy;
    readonly answer: VoidUnderMask;
  }
>();

/**
 * Splits the mask by `policy`. With "auto", masked void pixels that lie more than HALF_BORDER px from every other label are
 * wide, where at least LEAST_WIDE of them are connected; what is at most RIM steps from these, over masked void pixels, is
 * filled (both 8-connected). So a border is kept wherever it runs, at a region's side too, and so is the rim of a region
 * that the mask only grazes; a region is filled to its rim. Beyond the image's edge nothing is void: a strip along it is a
 * border.
 */
export function voidUnderMask(doc: Masked, classes: ClassTable, policy: VoidPolicy): VoidUnderMask {
  const { version, maskedPixels } = doc.store.getState();
  if (maskedPixels === 0) return { rebuild: doc.mask.data, kept: 0 };
  const before = known.get(doc);
  if (before?.version === version && before.classes === classes && before.policy === policy) return before.answer;
  const answer = splitVoid(doc, voidIds(classes), policy);
  known.set(doc, { version, classes, policy, answer });
  return answer;
}

/** As `voidUnderMask`, of any mask. @param ignored the ids of void. */
export function splitVoid(
  { labels, mask }: Pick<Masked, "labels" | "mask">,
  ignored: ReadonlySet<number>,
  policy: VoidPolicy,
): VoidUnderMask {
  const { data: ids, width } = labels;
  const masked: number[] = [];
  for (let i = mask.data.indexOf(1); i >= 0 && policy !== "fill"; i = mask.data.indexOf(1, i + 1)) {
    if (ignored.has(ids[i])) masked.push(i);
  }
  if (masked.length === 0) return { rebuild: mask.data, kept: 0 };
  const rebuild = mask.data.slice();
  for (const i of masked) rebuild[i] = 0;
  if (policy === "keep") return { rebuild, kept: masked.length };
  let front = wideIn(labels, ignored, masked);
  let filled = front.length;
  for (const i of front) rebuild[i] = 1;
  for (let step = 0; step < RIM && front.length > 0; step++) {
    const next: number[] = [];
    for (const i of front) {
      const x = i % width;
      for (let dy = -width; dy <= width; dy += width) {
        for (let dx = x > 0 ? -1 : 0; dx <= (x + 1 < width ? 1 : 0); dx++) {
          const at = i + dy + dx;
          if (mask.data[at] !== 1 || rebuild[at] === 1) continue;
          // Masked and not to be rebuilt: void that is not reached yet.
          rebuild[at] = 1;
          next.push(at);
        }
      }
    }
    filled += next.length;
    front = next;
  }
  return { rebuild, kept: masked.length - filled };
}

/** Those of the void pixels `masked` that are wide. */
function wideIn(labels: Masked["labels"], ignored: ReadonlySet<number>, masked: readonly number[]): number[] {
  const { data, width, height } = labels;
  const rect = growRect(boundsOf(masked, width), HALF_BORDER + 1);
  const other = new Uint8Array(rectArea(rect)).fill(1);
  for (let y = Math.max(0, rect.y); y < Math.min(height, rect.y + rect.height); y++) {
    for (let x = Math.max(0, rect.x); x < Math.min(width, rect.x + rect.width); x++) {
      if (ignored.has(data[y * width + x])) other[(y - rect.y) * rect.width + x - rect.x] = 0;
    }
  }
  const { distanceSquared } = nearestKnown(other, rect.width, rect.height);
  const placeOf = (i: number) => (Math.floor(i / width) - rect.y) * rect.width + (i % width) - rect.x;
  const wide = createLabelMap(rect.width, rect.height);
  for (const at of masked.map(placeOf)) {
    if (distanceSquared[at] < 0 || distanceSquared[at] > HALF_BORDER ** 2) wide.data[at] = 1;
  }
  const { labels: numbers, list } = labelComponents(wide, undefined, 8);
  return masked.filter((i) => {
    const { id, area } = list[numbers[placeOf(i)]];
    return id === 1 && area >= LEAST_WIDE;
  });
}

function boundsOf(pixels: readonly number[], width: number): Rect {
  let [left, right] = [width, 0];
  for (const i of pixels) {
    left = Math.min(left, i % width);
    right = Math.max(right, i % width);
  }
  const top = Math.floor(pixels[0] / width);
  const bottom = Math.floor(pixels[pixels.length - 1] / width);
  return { x: left, y: top, width: right - left + 1, height: bottom - top + 1 };
}
