import type { Tensor2D, Tensor4D } from "@tensorflow/tfjs-core";
import * as tf from "@tensorflow/tfjs-core";
import type { Labels } from "./labels";
import { conv2d, linear, toFloat } from "./ops";
import type { LmaeWeights } from "./weights";

/** Euclidean distance between the cells of an h x w grid, in cells: [h * w, h * w]. */
export function cellDistance(height: number, width: number): Tensor2D {
  const cells = height * width;
  const byOffset = new Float32Array(cells);
  for (let y = 0; y < height; y++) for (let x = 0; x < width; x++) byOffset[y * width + x] = Math.hypot(x, y);
  const values = new Float32Array(cells * cells);
  for (let a = 0; a < cells; a++) {
    const ay = Math.floor(a / width);
    const ax = a % width;
    for (let by = 0; by < height; by++) {
      const row = Math.abs(ay - by) * width;
      const at = a * cells + by * width;
      for (let bx = 0; bx < width; bx++) values[at + bx] = byOffset[row + Math.abs(ax - bx)];
    }
  }
  return tf.tensor2d(values, [cells, cells]);
}

/** Weight of an unknown cell as a source of labels. */
const KNOWN_FLOOR = 1e-13;
/** The least weight of all other cells together, as a share of all weight. */
const LEAST_REST = 0.01;

/**
 * What the attention of label propagation carries, [N8, K + 1]: the visible labels by share, then the known share.
 * softmax(s + log known) @ labels = (softmax(s) @ (known * labels)) / (softmax(s) @ known), so that the known term
 * costs a column here instead of a pass over [N8, N8] scores.
 */
export function propagationValues(labels: Labels): Tensor2D {
  const [, height, width, slots] = labels.own[8].shape;
  const known = tf.reshape(labels.known[8], [height * width, 1]);
  const own = tf.reshape(labels.own[8], [height * width, slots]);
  return tf.concat([own, tf.add(known, KNOWN_FLOOR)], 1) as Tensor2D;
}

/** What a head's attention says of every cell when the cell itself has no vote (leave-one-out). */
export type LeaveOneOutVotes = {
  /** [1, h8, w8, K], shares of each slot by all other cells. */
  readonly otherCells: Tensor4D;
  /** The same by the cells outside the cell's own region: a wrong region cannot vouch for itself. */
  readonly otherRegions: Tensor4D;
  /** [1, h8, w8, 1], how much the latter weigh. */
  readonly otherRegionsWeight: Tensor4D;
};

/** What a head of label propagation says at every cell: shares of each slot, [1, h8, w8, K]. */
export type HeadOutput = {
  readonly spread: Tensor4D;
  /** Absent when not asked for. */
  readonly votes?: LeaveOneOutVotes;
};

/**
 * One head of attention over pixels8 [1, h8, w8, C] whose values are the visible labels. With `outside` [N8, N8] (1 =
 * the second cell lies outside the first one's region, `outsideOwnRegion`) also the votes without the cell itself.
 */
export function propagateHead(
  { propagate: w }: LmaeWeights,
  head: number,
  pixels8: Tensor4D,
  values: Tensor2D,
  distance: Tensor2D,
  outside: Tensor2D | null,
): HeadOutput {
  const [, height, width, depth] = pixels8.shape;
  const cells = tf.reshape(pixels8, [height * width, depth]) as Tensor2D;
  const slots = values.shape[1] - 1;
  const { query, key } = w.heads[head];
  const scores = tf.matMul(linear(cells, query), tf.transpose(linear(cells, key)));
  const weights = tf.softmax(tf.sub(scores, tf.mul(distance, w.distance[head]))) as Tensor2D;
  const carried = tf.matMul(weights, values) as Tensor2D;
  const massOf = (sums: Tensor2D): Tensor2D => tf.slice(sums, [0, slots], [-1, 1]);
  const shares = (sums: Tensor2D, mass: Tensor2D): Tensor4D =>
    tf.reshape(tf.div(tf.slice(sums, [0, 0], [-1, slots]), mass), [1, height, width, slots]);
  const mass = massOf(carried);
  const spread = shares(carried, mass);
  if (!outside) return { spread };
  const ownWeight = tf.sum(tf.mul(weights, toFloat(tf.equal(distance, 0))), 1, true);
  const otherCells = tf.sub(carried, tf.mul(ownWeight, values)) as Tensor2D;
  const otherRegions = tf.matMul(tf.mul(weights, outside) as Tensor2D, values) as Tensor2D;
  // What all others weigh less than that together is lost in rounding.
  const least = tf.mul(mass, LEAST_REST);
  const atLeast = (sums: Tensor2D): Tensor2D => tf.maximum(massOf(sums), least);
  return {
    spread,
    votes: {
      otherCells: shares(tf.relu(otherCells), atLeast(otherCells)),
      otherRegions: shares(otherRegions, atLeast(otherRegions)),
      otherRegionsWeight: tf.reshape(tf.div(massOf(otherRegions), mass), [1, height, width, 1]),
    },
  };
}

/** [N, N]: 1 where the second cell lies in another region than the first, or in none (0). */
export function outsideOwnRegion(regions: Int32Array): Tensor2D {
  const cells = tf.tensor1d(regions, "int32");
  const [first, second] = [tf.reshape(cells, [-1, 1]), tf.reshape(cells, [1, -1])];
  return toFloat(tf.logicalOr(tf.notEqual(first, second), tf.equal(second, 0))) as Tensor2D;
}

/** The heads' shares mixed by learned weights: [1, h8, w8, K]. */
export function mixHeads({ propagate: w }: LmaeWeights, heads: readonly Tensor4D[]): Tensor4D {
  return tf.addN(heads.map((head, i) => tf.mul(head, w.mix[i])));
}

/** Filter [3, 3, 1, 9] whose output channel i is the i-th neighbour, row by row. */
function neighbourFilter(): Tensor4D {
  return tf.reshape(tf.eye(9), [3, 3, 1, 9]);
}

/**
 * Learned diffusion at stride 4 from start [K, h4, w4, 1]: known shares stay, the rest flows along the image.
 * own4 [K, h4, w4, 1], known4 [1, h4, w4, 1], pixels4 [1, h4, w4, C] -> [K, h4, w4, 1].
 */
export function diffuse(
  { config, affinity }: LmaeWeights,
  start: Tensor4D,
  pixels4: Tensor4D,
  own4: Tensor4D,
  known4: Tensor4D,
): Tensor4D {
  const unknown = tf.sub(1, known4);
  const weights = tf.mul(tf.softmax(conv2d(pixels4, affinity)), unknown);
  const filter = neighbourFilter();
  let share = tf.add(own4, tf.mul(unknown, start)) as Tensor4D;
  for (let i = 0; i < config.diffusionSteps; i++) {
    const neighbours = tf.depthwiseConv2d(share, filter, 1, 1);
    share = tf.add(own4, tf.sum(tf.mul(neighbours, weights), 3, true)) as Tensor4D;
  }
  return share;
}
