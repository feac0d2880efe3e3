import type { LabelMap } from "../../core/labelMap";
import type { ValueRuns } from "../../core/runs";

/** Thumbnails fit into this, px: tiles are up to twice as wide as their least width, and screens have more px than CSS has. */
const thumbnailBox = { width: 400, height: 300 } as const;

/** An image of the data set, small. */
export interface Thumbnail {
  readonly width: number;
  readonly height: number;
  /** The photograph as a JPEG file of that size; null where there is none, or it cannot be decoded. */
  readonly photo: Uint8Array<ArrayBuffer> | null;
  /** Why the photograph is missing, where there should be one. */
  readonly photoFailure: string | null;
  /** The label's ids, row by row, width * height of them: colours are given to them only when they are shown. */
  readonly ids: ValueRuns;
  /** Pixels of the whole label by class id. */
  readonly classes: ReadonlyMap<number, number>;
}

export interface Size {
  readonly width: number;
  readonly height: number;
}

/** The size of a picture made to fit into a box, never larger than it is. */
export function fittedSize({ width, height }: Size, box: Size = thumbnailBox): Size {
  const scale = Math.min(1, box.width / width, box.height / height);
  return { width: Math.max(1, Math.round(width * scale)), height: Math.max(1, Math.round(height * scale)) };
}

/**
 * A label made smaller: each pixel has the id that most pixels of its block have, never one that none of them has. Where
 * several have as many, the one met first.
 * @param size at most the label's.
 * @returns size.width * size.height ids.
 */
export function majorityIds({ width, height, data }: LabelMap, size: Size): Uint16Array {
  const out = new Uint16Array(size.width * size.height);
  const counts = new Uint32Array(65536);
  const met: number[] = [];
  for (let row = 0; row < size.height; row++) {
    const top = Math.floor((row * height) / size.height);
    const bottom = Math.max(top + 1, Math.floor(((row + 1) * height) / size.height));
    for (let column = 0; column < size.width; column++) {
      const left = Math.floor((column * width) / size.width);
      const right = Math.max(left + 1, Math.floor(((column + 1) * width) / size.width));
      met.length = 0;
      for (let y = top; y < bottom; y++) {
        for (let at = y * width + left; at < y * width + right; at++) {
          if (counts[data[at]]++ === 0) met.push(data[at]);
        }
      }
      let most = met[0];
      for (const id of met) if (counts[id] > counts[most]) most = id;
      for (const id of met) counts[id] = 0;
      out[row * size.width + column] = most;
    }
  }
  return out;
}
