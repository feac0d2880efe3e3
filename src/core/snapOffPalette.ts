import { createLabelMap, type LabelMap } from "./labelMap";

/**
 * A label in which each pixel of `offId` has the class that is nearest to it, in steps to any of the eight neighbours. Of
 * classes equally near the one of the closest colour wins, then the one that more neighbours have, then the lower id.
 * @param isClass which ids may be given: ignored ones should not.
 * @param farness how far a pixel's own colour is from a class's; leave out where it is not known.
 */
export function snapOffPalette(
  labels: LabelMap,
  offId: number,
  isClass: (id: number) => boolean,
  farness: (pixel: number, id: number) => number = () => 0,
): LabelMap {
  const { width, height } = labels;
  const data = labels.data.slice();
  let open: number[] = [];
  for (let i = 0; i < data.length; i += 1) if (data[i] === offId) open.push(i);
  while (open.length > 0) {
    const given = open.map((pixel): [number, number | null] => [pixel, nearestOf(pixel)]);
    const left = given.filter(([, id]) => id === null);
    // What no class borders on stays as it is.
    if (left.length === open.length) break;
    for (const [pixel, id] of given) if (id !== null) data[pixel] = id;
    open = left.map(([pixel]) => pixel);
  }
  return createLabelMap(width, height, data);

  function nearestOf(pixel: number): number | null {
    const [x, y] = [pixel % width, Math.floor(pixel / width)];
    const votes = new Map<number, number>();
    for (let v = Math.max(0, y - 1); v <= Math.min(height - 1, y + 1); v += 1) {
      for (let u = Math.max(0, x - 1); u <= Math.min(width - 1, x + 1); u += 1) {
        const id = data[v * width + u];
        if (id !== offId && isClass(id)) votes.set(id, (votes.get(id) ?? 0) + 1);
      }
    }
    const ranked = [...votes].sort(([a, ofA], [b, ofB]) => farness(pixel, a) - farness(pixel, b) || ofB - ofA || a - b);
    return ranked[0]?.[0] ?? null;
  }
}
