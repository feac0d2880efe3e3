import type { Region } from "../../core/region";

/** How the outline of a shifted component lies on the image's edges, before and after, and what colours it gains. */
export const FIT_FEATURES = [
  "edge before",
  "edge after",
  "edge gain",
  "edge gain by length",
  "edge gain by spread",
  "log length",
  "log thickness",
  "grown",
  "shifted by",
  "colour gain",
  "colour gain by area",
] as const;

export type FitFeatures = Readonly<Record<(typeof FIT_FEATURES)[number], number>>;

/** Pixels of a window that may be wrong, and what should stand there. */
export interface Candidate {
  readonly where: Region;
  /** The one new class id, or a raster of size * size that holds them there. */
  readonly to: number | Int32Array;
  /** Whether it says that a boundary lies elsewhere, rather than that a region has another class. */
  readonly shape: boolean;
  /** Of a whole component that is shifted: how it fits the image's edges. */
  readonly fit: FitFeatures | null;
}

/** The new class id of a pixel, given by its index in the window. */
export function newIdAt(to: Candidate["to"], pixel: number): number {
  return typeof to === "number" ? to : to[pixel];
}
