import type { Tensor2D, Tensor3D, Tensor4D } from "@tensorflow/tfjs-core";
import * as tf from "@tensorflow/tfjs-core";
import type { Rect } from "../core/rect";
import { crop, type SharesAt4 } from "./crop";
import { diffuse } from "./diffuse";
import { carryLabels } from "./kernels/carry";
import type { VisibleLabels } from "./labels";
import { conv2d, gatherRows, linear, upsample } from "./ops";
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

/** What the attention of label propagation carries. */
export type CarriedValues = {
  /** [N8, K + 1]: the visible labels by share, then the known share. */
  readonly byCell: Tensor2D;
  /** The same, [K + 1, N8]. */
  readonly bySlot: Tensor2D;
};

/**
 * softmax(s + log known) @ labels = (softmax(s) @ (known * labels)) / (softmax(s) @ known), so that the known term
 * costs a column here instead of a pass over [N8, N8] scores.
 */
export function carriedValues(labels: VisibleLabels): CarriedValues {
  const [slots, height, width] = labels.own[8].shape;
  const known = tf.reshape(labels.known[8], [1, height * width]);
  const own = tf.reshape(labels.own[8], [slots, height * width]);
  const bySlot = tf.concat([own, tf.add(known, KNOWN_FLOOR)], 0) as Tensor2D;
  return { bySlot, byCell: tf.transpose(bySlot) };
}

/** What a head's attention says of every cell when the cell itself has no vote (leave-one-out). */
export type LeaveOneOutVotes = {
  /** [1, K, h8, w8], shares of each slot by all other cells. */
  readonly otherCells: Tensor4D;
  /** The same by the cells outside the cell's own region: a wrong region cannot vouch for itself. */
  readonly otherRegions: Tensor4D;
  /** [1, h8, w8], how much the latter weigh. */
  readonly otherRegionsWeight: Tensor3D;
};

/** What a head of label propagation says at every cell: shares of each slot, [1, K, h8, w8]. */
export type HeadOutput = {
  readonly spread: Tensor4D;
  /** Absent when not asked for. */
  readonly votes?: LeaveOneOutVotes;
};

/** Which cells have no vote at a cell. */
export type OwnRegions = {
  /** [N8, N8]: 1 where the second cell lies in another region than the first, or in none (0). */
  readonly outside: Tensor2D;
  /** [N8, 2]: the cells' own places in such a matrix. */
  readonly diagonal: Tensor2D;
};

/** Which cells are told what others show: h * w of them. */
export type Poll = {
  /** Their features, [h * w, C]. */
  readonly asked: Tensor2D;
  readonly height: number;
  readonly width: number;
  /** Features of all cells, [N8, C], and how far each is from those asked, [h * w, N8]. */
  readonly voters: Tensor2D;
  readonly distance: Tensor2D;
};

/** All cells of pixels8 [1, h8, w8, C] are told. The distances [N8, N8] stay the caller's. */
export function pollOfAll(pixels8: Tensor4D, distance: Tensor2D): Poll {
  const [, height, width] = pixels8.shape;
  const cells = cellsOf(pixels8);
  return { asked: cells, height, width, voters: cells, distance: tf.clone(distance) };
}

/**
 * The cells of a part (px) are told, which is of another shape each time. What is hidden votes as well: where it is all that a cell
 * listens to, that cell learns next to nothing (KNOWN_FLOOR), and the network was trained so.
 */
export function pollOfPart(pixels8: Tensor4D, distance: Tensor2D, part: Rect): Poll {
  const [, , columns] = pixels8.shape;
  const [x, y, width, height] = [part.x, part.y, part.width, part.height].map((px) => px / 8);
  const cells = Int32Array.from({ length: width * height }, (_, i) => {
    return (y + Math.floor(i / width)) * columns + x + (i % width);
  });
  const asked = cellsOf(crop(pixels8, part, 8));
  return { asked, height, width, voters: cellsOf(pixels8), distance: gatherRows(distance, cells) };
}

function cellsOf(pixels8: Tensor4D): Tensor2D {
  return tf.reshape(pixels8, [-1, pixels8.shape[3]]);
}

/**
 * One head of attention over cells whose values are the visible labels; with the regions of what is visible (where all cells are
 * told) also the votes without the cell itself.
 */
export function propagateHead(
  { propagate: w }: LmaeWeights,
  head: number,
  { asked, height, width, voters, distance }: Poll,
  values: CarriedValues,
  regions: OwnRegions | null,
): HeadOutput {
  const slots = values.byCell.shape[1] - 1;
  const { query, key } = w.heads[head];
  const scores = tf.matMul(linear(asked, query), tf.transpose(linear(voters, key)));
  const weights = tf.softmax(tf.sub(scores, tf.mul(distance, w.distance[head]))) as Tensor2D;
  /** Sums over the cells by slot, [K + 1, N8]. */
  const carry = (votes: Tensor2D): Tensor2D => tf.transpose(tf.matMul(votes, values.byCell));
  const massOf = (sums: Tensor2D): Tensor2D => tf.slice(sums, [slots, 0], [1, -1]);
  const shares = (sums: Tensor2D, mass: Tensor2D): Tensor4D =>
    tf.reshape(tf.div(tf.slice(sums, [0, 0], [slots, -1]), mass), [1, slots, height, width]);
  const all = carry(weights);
  const mass = massOf(all);
  const spread = shares(all, mass);
  if (!regions) return { spread };
  const ownWeight = tf.reshape(tf.gatherND(weights, regions.diagonal), [1, -1]);
  const otherCells = tf.sub(all, tf.mul(ownWeight, values.bySlot)) as Tensor2D;
  const otherRegions = carry(tf.mul(weights, regions.outside));
  // What all others weigh less than that together is lost in rounding.
  const least = tf.mul(mass, LEAST_REST);
  const atLeast = (sums: Tensor2D): Tensor2D => tf.maximum(massOf(sums), least);
  return {
    spread,
    votes: {
      otherCells: shares(tf.relu(otherCells), atLeast(otherCells)),
      otherRegions: shares(otherRegions, atLeast(otherRegions)),
      otherRegionsWeight: tf.reshape(tf.div(massOf(otherRegions), mass), [1, height, width]),
    },
  };
}

/** What all heads say, [heads, K, h8, w8], on engines that have a kernel for it. */
export function propagateAtOnce(
  { query, key, distance }: NonNullable<LmaeWeights["propagate"]["atOnce"]>,
  pixels8: Tensor4D,
  values: CarriedValues,
): Tensor4D {
  const [, height, width] = pixels8.shape;
  const cells = cellsOf(pixels8);
  const asked = { queries: linear(cells, query), keys: linear(cells, key), values: values.byCell, distance };
  return tf.reshape(carryLabels(asked, width), [distance.size, values.byCell.shape[1] - 1, height, width]);
}

/** From the region of every cell, 0 = none: [N8]. */
export function ownRegions(regions: Int32Array): OwnRegions {
  // In plain code: comparing a column with a row takes tfjs' wasm engine a quarter of a second.
  const outside = new Float32Array(regions.length ** 2);
  for (let row = 0, i = 0; row < regions.length; row++) {
    for (let column = 0; column < regions.length; column++, i++) {
      outside[i] = regions[row] !== regions[column] || regions[column] === 0 ? 1 : 0;
    }
  }
  const places = Int32Array.from({ length: 2 * regions.length }, (_, i) => i >> 1);
  return {
    outside: tf.tensor2d(outside, [regions.length, regions.length]),
    diagonal: tf.tensor2d(places, [regions.length, 2], "int32"),
  };
}

/**
 * The heads' shares (spread, [heads, K, h8, w8] in all) mixed by learned weights, then diffused at stride 4 along the image's
 * features pixels4 [1, h4, w4, C]: known shares stay, the rest flows. [K, h4, w4, 1].
 */
export function diffuseSpread(
  { config, affinity, propagate }: LmaeWeights,
  spread: readonly Tensor4D[],
  pixels4: Tensor4D,
  labels: SharesAt4,
): Tensor4D {
  const [, slots, height, width] = spread[0].shape;
  const all = spread.length === 1 ? spread[0] : tf.concat([...spread], 0);
  const mixed = tf.matMul(propagate.mix, tf.reshape(all, [all.shape[0], -1]) as Tensor2D);
  const unknown = tf.sub(1, labels.known[4]);
  const weights = tf.mul(tf.softmax(conv2d(pixels4, affinity)), unknown) as Tensor4D;
  const begun = tf.mul(unknown, upsample(tf.reshape(mixed, [slots, height, width, 1]), 2));
  return diffuse(tf.add(labels.own[4], begun) as Tensor4D, labels.own[4], weights, config.diffusionSteps);
}
