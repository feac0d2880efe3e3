import { type ClassTable, classOf } from "../core/classTable";
import type { LabelMap } from "../core/labelMap";
import { vocColor } from "../core/palette";
import { createRandom, type Random } from "../core/random";
import type { Rect } from "../core/rect";
import { writePng } from "../formats/png/write";
import type { ImageChanges } from "./changes";
import { isChange, pairsOf } from "./report";

/** A place that may be shown. */
export interface CropPlace {
  readonly label: string;
  readonly bounds: Rect;
  readonly from: number;
  readonly to: number;
  readonly pixels: number;
}

/** Seen through a hole of this many places a pair, whatever their number. */
const mostAPair = 24;

/** Draws places evenly over the pairs of classes, the same ones for the same changes. */
export function createCropChoice(seed: number, most = 24) {
  const pairs = new Map<string, { random: Random; seen: number; pixels: number; places: CropPlace[] }>();
  return {
    add({ label, regions }: ImageChanges): void {
      for (const region of regions.filter(isChange)) {
        // A region of several pairs stands for the largest of them.
        const [{ from, to }] = pairsOf(region);
        const key = `${from} ${to}`;
        const pair = pairs.get(key) ?? {
          random: createRandom(seed + from * 65537 + to),
          seen: 0,
          pixels: 0,
          places: [],
        };
        pairs.set(key, pair);
        const place = { label, bounds: region.bounds, from, to, pixels: region.area };
        pair.seen += 1;
        pair.pixels += region.area;
        if (pair.places.length < mostAPair) pair.places.push(place);
        else {
          const at = pair.random.int(pair.seen);
          if (at < mostAPair) pair.places[at] = place;
        }
      }
    },
    /** The pairs with the most pixels first, one place of each in turn. */
    chosen(): readonly CropPlace[] {
      const sorted = [...pairs.values()].sort((a, b) => b.pixels - a.pixels);
      const lists = sorted.map(({ random, places }) => random.shuffle([...places]));
      const found: CropPlace[] = [];
      for (let turn = 0; turn < mostAPair; turn += 1) {
        for (const list of lists) if (turn < list.length && found.length < most) found.push(list[turn]);
      }
      return found;
    },
  };
}

/** What is shown around a place, px, and the longer side of its picture. */
const margin = 12;
const side = 160;

/** The window that is shown of a place: with some of its surroundings, inside the image. */
export function cropWindow(
  { x, y, width, height }: Rect,
  image: { readonly width: number; readonly height: number },
): Rect {
  const [left, top] = [Math.max(0, x - margin), Math.max(0, y - margin)];
  const right = Math.min(image.width, x + width + margin);
  const bottom = Math.min(image.height, y + height + margin);
  return { x: left, y: top, width: right - left, height: bottom - top };
}

/**
 * A window of a label in its classes' colours, over its photograph (RGBA of the label's size) where there is one: a PNG as
 * a data: address.
 */
export function cropAddress(
  labels: LabelMap,
  window: Rect,
  classes: ClassTable,
  photo: Uint8ClampedArray | null,
): string {
  const scale = Math.min(4, side / Math.max(window.width, window.height));
  const [width, height] = [window.width, window.height].map((length) => Math.max(1, Math.round(length * scale)));
  const samples = new Uint16Array(width * height * 3);
  for (let i = 0; i < width * height; i += 1) {
    const x = window.x + Math.min(window.width - 1, Math.floor((i % width) / scale));
    const y = window.y + Math.min(window.height - 1, Math.floor(Math.floor(i / width) / scale));
    const at = y * labels.width + x;
    const id = labels.data[at];
    const color = classOf(classes, id)?.color ?? vocColor(id % 256);
    for (let c = 0; c < 3; c += 1) {
      samples[3 * i + c] = photo === null ? color[c] : Math.round(0.45 * photo[4 * at + c] + 0.55 * color[c]);
    }
  }
  const png = writePng({ width, height, bitDepth: 8, colorType: 2, samples });
  return `data:image/png;base64,${btoa(Array.from(png, (byte) => String.fromCharCode(byte)).join(""))}`;
}
