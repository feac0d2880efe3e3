import type { Region } from "../../core/region";

/** Pixels of a scene that may be wrong, and what should stand there. */
export interface Candidate {
  readonly where: Region;
  /** The one new class id, or one for every pixel of where.rect that is in the region, 0 for the others. */
  readonly to: number | Int32Array;
  /** A region with another class, or a boundary that lies elsewhere: redrawn, or shifted with its whole component. */
  readonly kind: "region" | "shape" | "shift";
  /**
   * What a shift gains, [0, 0] of any other. Edges: by how much their mean rank under the outline rises over the best of
   * before and the median shift, in standard deviations of all shifts. Colours: the mean log odds that the pixels gained
   * look like the component, and those lost like its surroundings.
   */
  readonly fit: readonly [edgeGainBySpread: number, colourGain: number];
}

/** The new class id of a candidate's pixel, given by its index in a raster of `width` columns. */
export function newIdAt(
  { where: { rect }, to }: Pick<Candidate, "where" | "to">,
  pixel: number,
  width: number,
): number {
  if (typeof to === "number") return to;
  return to[(Math.floor(pixel / width) - rect.y) * rect.width + (pixel % width) - rect.x];
}

/** An id for every pixel of a region, as `Candidate.to` holds them. */
export function idsIn({ rect, bits }: Region, idAt: (x: number, y: number) => number): Int32Array {
  const ids = new Int32Array(bits.length);
  for (let row = 0, i = 0; row < rect.height; row++) {
    for (let column = 0; column < rect.width; column++, i++) {
      if (bits[i] === 1) ids[i] = idAt(rect.x + column, rect.y + row);
    }
  }
  return ids;
}
