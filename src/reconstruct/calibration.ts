/**
 * Temperature for the mean of `passes` passes: linear between the numbers of passes that were measured, constant
 * beyond them, 1 when nothing was.
 */
export function temperatureFor(measured: ReadonlyMap<number, number>, passes: number): number {
  const points = [...measured].sort(([a], [b]) => a - b);
  const above = points.find(([count]) => count >= passes);
  const below = points.findLast(([count]) => count <= passes);
  if (!above || !below) return above?.[1] ?? below?.[1] ?? 1;
  if (above[0] === below[0]) return above[1];
  return below[1] + ((above[1] - below[1]) * (passes - below[0])) / (above[0] - below[0]);
}
