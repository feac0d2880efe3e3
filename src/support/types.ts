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

export interface Size {
  readonly width: number;
  readonly height: number;
}

/** The pixels of an image. */
export interface Picture extends Size {
  /** width * height * 4 bytes, RGBA, sRGB, not premultiplied. */
  readonly rgba: Uint8ClampedArray;
}

/** An image with its label, to learn from what the data set's classes look like. */
export interface LabelledImage {
  /** Dataset key: an image that is learnt again replaces what was learnt from it before. */
  readonly imageKey: string;
  readonly image: Picture;
  /** width * height ids. */
  readonly labels: Uint16Array;
  /** Ids that are void: nothing is learnt from their pixels. */
  readonly ignoredIds: readonly number[];
}

/** What is kept of a labelled image: some of its cells that show one class only. Survives structured cloning. */
export interface ImageCells {
  readonly imageKey: string;
  readonly channels: number;
  /** Half-precision floats (`float16.ts`), [cells, channels]. */
  readonly features: Uint16Array;
  /** The class of each cell. */
  readonly ids: Uint16Array;
}
