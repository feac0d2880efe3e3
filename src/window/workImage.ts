/** One image for the requests that follow. */
export interface WorkImage {
  /** Dataset key: requests name the image by it. */
  readonly imageKey: string;
  readonly width: number;
  readonly height: number;
  /** width * height * 4 bytes, RGBA, sRGB, not premultiplied. */
  readonly rgba: Uint8ClampedArray;
  /** The image that this one is a scaled copy of, if it is one. */
  readonly scaledFrom?: WorkImage;
}
