import { isGrey, rgbOfKey } from "../core/palette";

/** How a value lies in the labels. */
export interface ValueFacts {
  /** Pixels. */
  readonly count: number;
  /** Of them, those that begin a 2 x 2 block of the value ({@link solidPixels}). */
  readonly solid: number;
}

/** A class's pixels lie together: of real ones at least a quarter begin a block, of smeared values next to none. */
const solidShare = 0.25;
/** Fewer loose values than these, for so many values in all, may as well be thin classes. */
const leastLoose = (values: number) => Math.max(3, Math.min(0.4 * values, 8), 0.2 * values);
/** From so many loose values on, labels were compressed as photographs: classes come in shades, and blocks of noise are flat. */
const manyLoose = 32;
const leastShare = 0.001;
/** Levels of a channel between two shades of one class: colours are compressed harder than greys. */
const shade = { color: 8, grey: 3 };

/**
 * Tells classes from what anti-aliasing, resizing and JPEG left between them.
 * @param facts of each value: a colour (0xRRGGBB) or an id.
 * @param isListed values that a class list names, which are real whatever they look like.
 * @returns the real values, or null where the labels are clean.
 */
export function realValues(
  facts: ReadonlyMap<number, ValueFacts>,
  isListed: (value: number) => boolean = () => false,
): ReadonlySet<number> | null {
  const total = [...facts.values()].reduce((sum, { count }) => sum + count, 0);
  const solid = [...facts].filter(([, { count, solid }]) => solid >= solidShare * count);
  const isLoose = ([value, { count, solid }]: readonly [number, ValueFacts]) =>
    solid < solidShare * count && count < 0.02 * total && !isListed(value);
  const loose = [...facts].filter(isLoose).length;
  if (loose < leastLoose(facts.size) || solid.length === 0) return null;
  const real = new Set<number>();
  const isNoisy = loose >= manyLoose;
  for (const [value, { count }] of solid.sort((a, b) => b[1].count - a[1].count)) {
    if (isListed(value)) continue;
    if (isNoisy && (count < leastShare * total || [...real].some((other) => isShade(value, other)))) continue;
    real.add(value);
  }
  for (const value of facts.keys()) if (isListed(value)) real.add(value);
  return real;
}

function isShade(a: number, b: number): boolean {
  const [x, y] = [rgbOfKey(a), rgbOfKey(b)];
  const areGrey = (a < 256 && b < 256) || (isGrey(x) && isGrey(y));
  return x.every((part, i) => Math.abs(part - y[i]) <= (areGrey ? shade.grey : shade.color));
}
