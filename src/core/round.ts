/** A number >= 0 rounded to the nearest whole one, ties to the even one: as Python and IEEE 754 round. */
export function roundToEven(value: number): number {
  const floor = Math.floor(value);
  const rest = value - floor;
  return rest > 0.5 || (rest === 0.5 && floor % 2 === 1) ? floor + 1 : floor;
}
