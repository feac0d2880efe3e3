/**
 * A place on the image in continuous pixel coordinates: pixel (i, j) spans [i, i+1) x [j, j+1) and its centre
 * is (i + 0.5, j + 0.5).
 */
export interface Point {
  readonly x: number;
  readonly y: number;
}
