import type { Tensor4D } from "@tensorflow/tfjs-core";
import * as tf from "@tensorflow/tfjs-core";
import { halved, type Raster } from "./raster";

/** About what mean and standard deviation of `between` are in a band. */
const USUAL_MEAN = 0.25;
const USUAL_DEVIATION = 0.1;
/** Added to a variance under its root: rounding of a constant must not show. */
const LEAST_VARIANCE = 1e-4;
/** The least share of hidden cells that a mean over them is divided by. */
const LEAST_SHARE = 1e-3;

/**
 * How the hidden cells around every cell of stride 8 (3 x 3 of these) lie between two classes, [1, h8, w8, 3]: mean and
 * standard deviation of `between` over the hidden cells, scaled, and their share. between [h2, w2] is that of `rivals`,
 * known [h2, w2] the share that shows a label. The twin of `hole_shape` in `training/lmae/model/rivals.py`.
 */
export function holeShape(between: Float32Array, known: Raster): Tensor4D {
  const cells = between.length;
  const moments = new Float32Array(3 * cells);
  for (let i = 0; i < cells; i++) {
    const hidden = 1 - known.values[i];
    moments[i] = hidden;
    moments[cells + i] = hidden * between[i];
    moments[2 * cells + i] = hidden * between[i] * between[i];
  }
  const { values, width, height } = halved(halved({ ...known, planes: 3, values: moments }));
  const shape = new Float32Array(width * height * 3);
  for (let y = 0, i = 0; y < height; y++) {
    for (let x = 0; x < width; x++, i++) {
      const [share, sum, squares] = [0, 1, 2].map((plane) => meanAround(values, plane, x, y, width, height));
      const count = Math.max(share, LEAST_SHARE);
      const mean = sum / count;
      const deviation = Math.sqrt(Math.max(squares / count - mean * mean, 0) + LEAST_VARIANCE);
      shape.set([mean / USUAL_MEAN, deviation / USUAL_DEVIATION, share], 3 * i);
    }
  }
  return tf.tensor4d(shape, [1, height, width, 3]);
}

/** Mean of the 3 x 3 cells around one; beyond the border there are none. */
function meanAround(values: Float32Array, plane: number, x: number, y: number, width: number, height: number): number {
  let [sum, count] = [0, 0];
  for (let row = Math.max(0, y - 1); row <= Math.min(height - 1, y + 1); row++) {
    for (let column = Math.max(0, x - 1); column <= Math.min(width - 1, x + 1); column++, count++) {
      sum += values[(plane * height + row) * width + column];
    }
  }
  return sum / count;
}
