/**
 * What the other labelled images of a data set say of one image: class posteriors of all its cells at stride 8 of the
 * whole picture, as it was encoded. A row of cells spans the image's width and a column its height, whatever their number.
 */
export interface SupportMap {
  /** Class ids, K of them. */
  readonly classes: readonly number[];
  readonly rows: number;
  readonly columns: number;
  /** [K, rows * columns], summing to 1 over the classes. */
  readonly probabilities: Float32Array;
}
