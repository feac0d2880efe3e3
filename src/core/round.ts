/** A number >= 0 rounded to the nearest whole one, ties to the even one: as Python and IEEE 754 round. */
export function roundToEven(value: number): number {
  const floor = Math.floor(value);
  const rest = value - floor;
  return rest > 0.5 || (rest === 0.5 && floor % 2 === 1) ? floor + 1 : floor;
}

/**
 * A share, 0..1, in whole parts of `whole`, the nearest number of them; 0 and `whole` only where the share is exactly that:
 * rounding must not make anything certain.
 */
export function wholeParts(share: number, whole = 100): number {
  const parts = Math.round(share * whole);
  if (share > 0 && parts === 0) return 1;
  return share < 1 && parts === whole ? whole - 1 : parts;
}
