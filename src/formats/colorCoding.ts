import type { Rgb } from "../core/classTable";
import { rgbKey, vocIdOf } from "../core/palette";
import { nearColors } from "./nearColors";
import { channelsOf, type Raster } from "./raster";

/** A colour a label file may hold and the class it stands for. */
interface ColorCode {
  readonly color: Rgb;
  readonly id: number;
}

/** Which colours stand for which ids. */
export interface ColorRules {
  readonly colors: readonly ColorCode[];
  /** Colours not listed stand for their VOC index where they have one. */
  readonly vocColors: boolean;
  /** Set where labels are smeared. */
  readonly offPalette?: OffPalette;
  /** Unlisted colours next to a single listed one stand for its class. */
  readonly snaps?: true;
  /** The id is the value of one channel (0 red, 1 green, 2 blue) whatever the others hold. */
  readonly channel?: 0 | 1 | 2;
}

/** Labels that were anti-aliased, resized or compressed: what lies between their classes is one ignored class. */
interface OffPalette {
  readonly id: number;
  /** Ids that stand for themselves; all others are off the palette. */
  readonly ids: readonly number[];
  /** Colours (0xRRGGBB) that are real though no class has them; unlisted others are off the palette. */
  readonly colors: readonly number[];
}

/** A colour no rule names: it became an ignored id of its own. */
export interface UnknownColor {
  readonly id: number;
  readonly color: Rgb;
  readonly count: number;
}

/** The distinct colours of a raster. `index` says for each pixel which one it has. */
export interface FoundColors {
  readonly keys: readonly number[];
  readonly colors: readonly Rgb[];
  readonly counts: readonly number[];
  /** Pixel at which each colour was met first. */
  readonly firstPixel: readonly number[];
  readonly index: Uint32Array;
  /** 16-bit samples none of which is above 255: they are values of 8 bits as they stand. */
  readonly isLow?: boolean;
}

/** The distinct colours of an RGB or RGBA image, however many; alpha does not tell colours apart. One pass. */
export function findColors({ samples, color, width, height, bitDepth }: Raster): FoundColors {
  const channels = channelsOf(color);
  const index = new Uint32Array(width * height);
  const keys: number[] = [];
  const counts: number[] = [];
  const firstPixel: number[] = [];
  // An open hash table: number of a colour + 1, at most half full.
  let table = new Uint32Array(1 << 10);
  const placeOf = (key: number) => {
    let at = hashOf(key) & (table.length - 1);
    while (table[at] > 0 && keys[table[at] - 1] !== key) at = (at + 1) & (table.length - 1);
    return at;
  };
  let lastKey = -1;
  let last = 0;
  for (let i = 0, s = 0; i < index.length; i += 1, s += channels) {
    const key = samples[s] * 0x100000000 + samples[s + 1] * 0x10000 + samples[s + 2];
    if (key !== lastKey) {
      lastKey = key;
      const at = placeOf(key);
      last = table[at] - 1;
      if (last < 0) {
        last = keys.length;
        keys.push(key);
        counts.push(0);
        firstPixel.push(i);
        table[at] = keys.length;
        if (keys.length * 2 > table.length) {
          table = new Uint32Array(table.length * 2);
          for (const [number, known] of keys.entries()) table[placeOf(known)] = number + 1;
        }
      }
    }
    counts[last] += 1;
    index[i] = last;
  }
  const isLow = bitDepth === 16 && keys.every((key) => highest(key) < 256);
  const depth = isLow ? 8 : bitDepth;
  const colors = firstPixel.map((pixel) => eightBitColor(samples, pixel * channels, depth));
  return { keys, colors, counts, firstPixel, index, isLow };
}

/** The highest sample of a colour's key. */
function highest(key: number): number {
  return Math.max(Math.floor(key / 0x100000000), Math.floor(key / 0x10000) & 0xffff, key % 0x10000);
}

/** Spreads neighbouring colours over 32 bits. */
function hashOf(key: number): number {
  const high = Math.floor(key / 0x10000);
  const mixed = Math.imul(high, 0x9e3779b1) ^ Math.imul(key & 0xffff, 0x85ebca6b);
  return (mixed ^ (mixed >>> 15)) >>> 0;
}

/** Stored samples as an 8-bit colour: v * 257 (the standard's scaling) and v * 256 both come back as v. */
function eightBitColor(samples: Uint16Array, at: number, bitDepth: number): Rgb {
  const [r, g, b] = samples.subarray(at, at + 3);
  return bitDepth === 16 ? [r >> 8, g >> 8, b >> 8] : [r, g, b];
}

/** A 16-bit colour counts as an 8-bit one only where it carries no finer value. */
function isEightBit(key: number, bitDepth: number): boolean {
  if (bitDepth < 16) return true;
  const parts = [Math.floor(key / 0x100000000), Math.floor(key / 0x10000) & 0xffff, key % 0x10000];
  return parts.every((v) => v % 257 === 0) || parts.every((v) => v % 256 === 0);
}

/** Ids of unknown colours start here, far above the ids of class lists. */
const firstUnknownId = 0x8000;
const mostUnknown = 0x4000;

/**
 * An id for each found colour: by the rules, else an id of its own. Such an id hangs on the colour alone (a hash, the
 * next free one where two meet), so that it is the same in nearly every file and after a reload.
 */
export function assignIds(
  found: FoundColors,
  bitDepth: number,
  rules: ColorRules,
): { ids: number[]; unknown: UnknownColor[] } {
  const listed = new Map<number, number>();
  for (const { color, id } of rules.colors) if (!listed.has(rgbKey(color))) listed.set(rgbKey(color), id);
  const { channel } = rules;
  if (channel !== undefined) return { ids: found.colors.map((color) => color[channel]), unknown: [] };
  const real = new Set(rules.offPalette?.colors);
  const near = rules.snaps ? nearColors(rules.colors.map(({ color }) => color)) : null;
  const snapped = (color: Rgb) => (near ? rules.colors[near.placeOf(color)]?.id : undefined);
  const ids = found.colors.map((color, i) => {
    const isReal = rules.offPalette === undefined || real.has(rgbKey(color));
    const id = listed.get(rgbKey(color)) ?? snapped(color) ?? (rules.vocColors && isReal ? vocIdOf(color) : -1);
    if (id >= 0 && (found.isLow || isEightBit(found.keys[i], bitDepth))) return id;
    return isReal ? -1 : (rules.offPalette?.id ?? -1);
  });
  const taken = new Set([...ids, ...listed.values()]);
  const order = found.keys.map((_, i) => i).sort((a, b) => found.keys[a] - found.keys[b]);
  const unknown: UnknownColor[] = [];
  for (const i of order.filter((i) => ids[i] < 0)) {
    let id = hashId(rgbKey(found.colors[i]));
    // No label means more colours than there are ids: those of a photograph share theirs.
    while (unknown.length < mostUnknown && taken.has(id)) id = id === 0xffff ? firstUnknownId : id + 1;
    taken.add(id);
    ids[i] = id;
    unknown.push({ id, color: found.colors[i], count: found.counts[i] });
  }
  return { ids, unknown: unknown.sort((a, b) => b.count - a.count) };
}

/** Knuth's multiplicative hash of a colour into the upper half of 16 bits. */
function hashId(key: number): number {
  return firstUnknownId + (Math.imul(key, 2654435761) >>> 17);
}
