import type { Components } from "../../core/components";

/** A component of up to so many px says nothing of how its class is drawn: it may be the damage that is looked for. */
export const TELLING_AREA = 16;

/** Of a class that has small components alone, this median area or less is noise: nobody draws so small. */
const NOISE_AREA = 2;

/**
 * Classes whose components are mostly thin or small, so that small pieces of them were most likely drawn on purpose: poles,
 * twigs, lane marks, far signs. "thin": at least half the area of the components over TELLING_AREA lies in no square of
 * 4 x 4 px, that is, they are up to 3 px wide. "small": there are none so large, and the median of the others is above
 * NOISE_AREA.
 *
 * @param cover `squareCover` of the label with a side of 4.
 */
export function sparedClasses({ labels, list }: Components, cover: Uint8Array): ReadonlyMap<number, "thin" | "small"> {
  const wide = new Uint32Array(list.length);
  for (let i = 0; i < cover.length; i++) wide[labels[i]] += cover[i];
  const told = new Map<number, { area: number; thin: number; small: number[] }>();
  list.forEach(({ id, area }, number) => {
    const one = told.get(id) ?? { area: 0, thin: 0, small: [] };
    told.set(id, one);
    if (area > TELLING_AREA) {
      one.area += area;
      one.thin += area - wide[number];
    } else one.small.push(area);
  });
  const spared = new Map<number, "thin" | "small">();
  for (const [id, { area, thin, small }] of told) {
    if (area > 0 && 2 * thin >= area) spared.set(id, "thin");
    else if (area === 0 && median(small) > NOISE_AREA) spared.set(id, "small");
  }
  return spared;
}

function median(values: number[]): number {
  return values.sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
}
