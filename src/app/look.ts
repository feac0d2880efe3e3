/** How a photograph is shown. Display only: neither labels nor what the model gets depend on it. */
export interface Look {
  /** -100..100 percent of the range. */
  readonly brightness: number;
  /** -100..100: flat grey to black and white. */
  readonly contrast: number;
  /** Above 1 dark parts get lighter. */
  readonly gamma: number;
}

export const plainLook: Look = { brightness: 0, contrast: 0, gamma: 1 };
export const lookLimits = { percent: { min: -100, max: 100 }, gamma: { min: 0.2, max: 3 } } as const;

export function isPlain({ brightness, contrast, gamma }: Look): boolean {
  return brightness === 0 && contrast === 0 && gamma === 1;
}

/** Whether a stored value is a look. */
export function isLook(value: unknown): boolean {
  if (typeof value !== "object" || value === null) return false;
  const { brightness, contrast, gamma } = value as Record<string, unknown>;
  const within = (one: unknown, { min, max }: { min: number; max: number }): boolean =>
    typeof one === "number" && one >= min && one <= max;
  return (
    within(brightness, lookLimits.percent) && within(contrast, lookLimits.percent) && within(gamma, lookLimits.gamma)
  );
}

/** What each of the 256 values is shown as, 0..1: contrast around the middle, then brightness, then gamma. */
export function lookTable({ brightness, contrast, gamma }: Look): readonly number[] {
  const steepness = Math.tan(((Math.min(contrast, 99) / 100 + 1) * Math.PI) / 4);
  return Array.from({ length: 256 }, (_, value) => {
    const changed = (value / 255 - 0.5) * steepness + 0.5 + brightness / 100;
    return Math.min(1, Math.max(0, changed)) ** (1 / gamma);
  });
}

/** The looks that were chosen: for all images, and by an item's key for single ones. */
export interface Looks {
  readonly look: Look;
  readonly looks: ReadonlyMap<string, Look>;
}

/** How an item's photograph is shown. */
export function lookOf({ look, looks }: Looks, key: string): Look {
  return looks.get(key) ?? look;
}

/** The looks with an item's changed: its own where it has one, else that of all. */
export function changedLook({ looks }: Looks, key: string, look: Look): Partial<Looks> {
  return looks.has(key) ? { looks: new Map(looks).set(key, look) } : { look };
}
