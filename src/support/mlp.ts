/**
 * A multi-layer perceptron with one hidden layer (Rumelhart, Hinton and Williams 1986) that names cells. Trained by Adam with decoupled weight decay (Loshchilov and Hutter 2019). The twin of
 * `training/lmae/support/classifier.py`.
 */

import * as tf from "@tensorflow/tfjs-core";
import { createRandom, type Random } from "../core/random";
import { hasKernel, workDone } from "../model/kernels/kernel";
import { ERRORS, perceptronStep } from "../model/kernels/perceptron";
import type { Checkpoint } from "../model/steps";
import { type CellFeatures, type LabelledCells, rowsOf } from "./cells";

/** Units of the hidden layer. */
export const HIDDEN = 64;
/** Steps of the training, each on BATCH cells drawn at random. */
export const STEPS = 400;
export const BATCH = 256;
/** Of the first step; falls linearly to zero. */
export const LEARNING_RATE = 3e-3;
/** Weight decay is DECAY_CELLS / the number of cells, at most MOST_DECAY: few cells should not be learnt by heart. */
export const DECAY_CELLS = 40000;
export const MOST_DECAY = 8;
/** This share of the wanted probability is spread over all classes: labels are flawed. */
export const LABEL_SMOOTHING = 0.02;

const BETAS = [0.9, 0.999] as const;
const EPSILON = 1e-8;
/** Steps between two checkpoints. */
const STEPS_AT_ONCE = 10;

/** logits = [relu([x, 1] first), 1] second, where x = (features - mean) / scale. */
export interface Mlp {
  /** Ids, ascending. */
  readonly classes: readonly number[];
  readonly mean: Float32Array;
  readonly scale: Float32Array;
  /** [channels + 1, HIDDEN] */
  readonly first: Float32Array;
  /** [HIDDEN + 1, classes] */
  readonly second: Float32Array;
}

/** The weights of a layer and the moments of their gradient. The last row holds biases, which do not decay. */
type AdamState = {
  readonly weights: tf.Tensor2D;
  readonly mean: tf.Tensor2D;
  readonly square: tf.Tensor2D;
};

/** The number of a step, from 0, of how many. */
interface Time {
  readonly step: number;
  readonly steps: number;
}

/**
 * Trains an MLP to tell the classes `known`, ascending, from at least one cell; each shows one of them. Checkpoints every
 * few steps, holding tensors meanwhile; frees everything when done, cancelled or failed.
 */
export async function trainMlp(
  { features, ids }: LabelledCells,
  known: readonly number[],
  seed: number,
  checkpoint: Checkpoint,
  steps = STEPS,
): Promise<Mlp> {
  const { channels } = features;
  const scaling = momentsOf(features);
  const decay = Math.min(MOST_DECAY, DECAY_CELLS / ids.length);
  const random = createRandom(seed);
  const task: Task = {
    inputs: withOnes(scaled(features, scaling), channels),
    wanted: wantedOf(ids, known),
    start: [firstWeights(channels, random), new Float32Array((HIDDEN + 1) * known.length)],
    decay,
    draw: () => Int32Array.from({ length: BATCH }, () => random.int(ids.length)),
    steps,
  };
  const [first, second] = await (hasKernel(ERRORS) ? byKernels(task, checkpoint) : onEngine(task, checkpoint));
  return { classes: known, ...scaling, first, second };
}

/** A training. */
interface Task {
  /** [cells, channels + 1] */
  readonly inputs: CellFeatures;
  /** [cells, classes] */
  readonly wanted: CellFeatures;
  /** The weights of both layers. */
  readonly start: readonly [first: Float32Array, second: Float32Array];
  readonly decay: number;
  /** The cells of the next step. */
  draw(): Int32Array;
  readonly steps: number;
}

type Layers = readonly Float32Array[];

/** With the engine's kernels. */
async function onEngine({ inputs, wanted, start, decay, draw, steps }: Task, checkpoint: Checkpoint): Promise<Layers> {
  let layers = tf.tidy(() => [
    adamState(start[0], [inputs.channels, HIDDEN]),
    adamState(start[1], [HIDDEN + 1, wanted.channels]),
  ]);
  const decays = layers.map(({ weights: { shape } }) => decaysOf(shape[0], decay));
  try {
    for (let step = 0; step < steps; step++) {
      const batch = draw();
      const next = tf.tidy(() => {
        // Gathered here: tfjs' wasm engine takes as long for that as for all the rest of a step.
        const [inputRows, wantedRows] = [inputs, wanted].map((rows) => tensorOf(rowsOf(rows, batch)));
        return trainStep(layers, decays, inputRows, wantedRows, { step, steps });
      });
      tf.dispose(layers);
      layers = next;
      if (step % STEPS_AT_ONCE === STEPS_AT_ONCE - 1) await checkpoint();
    }
    return await Promise.all(layers.map(({ weights }) => weights.data<"float32">()));
  } finally {
    tf.dispose(decays);
    tf.dispose(layers);
  }
}

/** With kernels of our own, all cells on the GPU: else its thirty-five dispatches a step keep the processor busy, not the GPU. */
async function byKernels({ inputs, wanted, start, decay, draw, steps }: Task, checkpoint: Checkpoint): Promise<Layers> {
  const [first, second] = start;
  const count = first.length + second.length;
  const begun = new Float32Array(3 * (count + 1));
  begun.set(first);
  begun.set(second, first.length);
  const batches = new Int32Array(steps * BATCH);
  for (let step = 0; step < steps; step++) batches.set(draw(), step * BATCH);
  const schedule = Array.from({ length: steps }, (_, step) => {
    const { rate, meanRate, bias } = ratesOf({ step, steps });
    return [rate, meanRate, bias];
  });
  const task = {
    inputs: tensorOf(inputs),
    wanted: tensorOf(wanted),
    batches: tf.tensor2d(batches, [steps, BATCH]),
    schedule: tf.tensor2d(schedule),
  };
  let state = tf.tensor2d(begun, [3, count + 1]);
  let before = Promise.resolve();
  try {
    for (let step = 0; step < steps; step++) {
      const next = tf.tidy(() => perceptronStep(task, state, { betas: BETAS, epsilon: EPSILON, decay }));
      state.dispose();
      state = next;
      if (step % STEPS_AT_ONCE < STEPS_AT_ONCE - 1) continue;
      // Handed over faster than done: who asks at a checkpoint must not wait for all steps.
      await before;
      before = workDone();
      await checkpoint();
    }
    const weights = await state.data<"float32">();
    return [weights.slice(0, first.length), weights.slice(first.length, count)];
  } finally {
    state.dispose();
    tf.dispose(task);
  }
}

/** The probabilities of cells' classes, [cells, classes], computed on the engine. Not tidy. */
export function mlpProbabilities(mlp: Mlp, cells: CellFeatures): tf.Tensor2D {
  const { classes, first, second } = mlp;
  const inputs = tensorOf(withOnes(scaled(cells, mlp), cells.channels));
  const hidden: tf.Tensor2D = tf.relu(tf.matMul(inputs, tf.tensor2d(first, [cells.channels + 1, HIDDEN])));
  return tf.softmax(tf.matMul(withOne(hidden), tf.tensor2d(second, [HIDDEN + 1, classes.length])));
}

/**
 * Both layers after one step on the cross-entropy of a batch of cells: inputs [BATCH, channels + 1], wanted
 * [BATCH, classes]. Matrices are transposed before they are multiplied: tfjs' wasm engine multiplies only plain ones fast.
 */
function trainStep(
  [first, second]: readonly AdamState[],
  decays: readonly tf.Tensor2D[],
  inputs: tf.Tensor2D,
  wanted: tf.Tensor2D,
  time: Time,
): AdamState[] {
  const active: tf.Tensor2D = tf.relu(tf.matMul(inputs, first.weights));
  const hidden = withOne(active);
  const probabilities = tf.softmax(tf.matMul(hidden, second.weights));
  const error: tf.Tensor2D = tf.div(tf.sub(probabilities, wanted), BATCH);
  const weightsOut = tf.transpose(tf.slice(second.weights, [0, 0], [HIDDEN, -1]));
  const back: tf.Tensor2D = tf.mul(tf.matMul(error, weightsOut), tf.step(active));
  return [
    adamStep(first, tf.matMul(tf.transpose(inputs), back), decays[0], time),
    adamStep(second, tf.matMul(tf.transpose(hidden), error), decays[1], time),
  ];
}

/** One step of Adam; decay [rows, 1] is the weight decay of each row. */
function adamStep(
  { weights, mean, square }: AdamState,
  gradient: tf.Tensor2D,
  decay: tf.Tensor2D,
  time: Time,
): AdamState {
  const { rate, meanRate, bias } = ratesOf(time);
  const [b1, b2] = BETAS;
  const newMean = tf.add(mean, tf.mul(tf.sub(gradient, mean), 1 - b1));
  const newSquare = tf.add(square, tf.mul(tf.sub(tf.square(gradient), square), 1 - b2));
  const spread = tf.add(tf.sqrt(tf.div(newSquare, bias)), EPSILON);
  const change = tf.mul(tf.div(newMean, spread), meanRate);
  const shrunk = tf.sub(weights, tf.mul(weights, tf.mul(decay, rate)));
  return { weights: tf.sub(shrunk, change), mean: newMean, square: newSquare } as AdamState;
}

/** Of a step: the rate, the same over the bias of the mean, and the bias of the square. */
function ratesOf({ step, steps }: Time): { rate: number; meanRate: number; bias: number } {
  const rate = LEARNING_RATE * (1 - step / steps);
  const [b1, b2] = BETAS;
  return { rate, meanRate: rate / (1 - b1 ** (step + 1)), bias: 1 - b2 ** (step + 1) };
}

function adamState(weights: Float32Array, shape: [number, number]): AdamState {
  return { weights: tf.tensor2d(weights, shape), mean: tf.zeros(shape), square: tf.zeros(shape) };
}

/** A column of weight decay for all rows but the last. */
function decaysOf(rows: number, decay: number): tf.Tensor2D {
  return tf.tensor2d(new Float32Array(rows).fill(decay, 0, rows - 1), [rows, 1]);
}

function firstWeights(channels: number, random: Random): Float32Array {
  const weights = new Float32Array((channels + 1) * HIDDEN);
  for (let i = 0; i < channels * HIDDEN; i++) weights[i] = (2 * random.next() - 1) / Math.sqrt(channels);
  return weights;
}

/** The wanted probabilities of cells, [cells, known]. */
function wantedOf(ids: Int32Array, known: readonly number[]): CellFeatures {
  const columns = new Map(known.map((id, column) => [id, column]));
  const values = new Float32Array(ids.length * known.length).fill(LABEL_SMOOTHING / known.length);
  ids.forEach((id, cell) => {
    values[cell * known.length + (columns.get(id) ?? 0)] += 1 - LABEL_SMOOTHING;
  });
  return { values, channels: known.length };
}

/** Mean and standard deviation of every channel. */
function momentsOf({ values, channels }: CellFeatures): Pick<Mlp, "mean" | "scale"> {
  const cells = values.length / channels;
  const mean = new Float64Array(channels);
  const square = new Float64Array(channels);
  for (let i = 0; i < values.length; i += channels) for (let c = 0; c < channels; c++) mean[c] += values[i + c] / cells;
  for (let i = 0; i < values.length; i += channels) {
    for (let c = 0; c < channels; c++) square[c] += (values[i + c] - mean[c]) ** 2 / cells;
  }
  return { mean: Float32Array.from(mean), scale: Float32Array.from(square, (value) => Math.sqrt(value) + 1e-6) };
}

function scaled({ values, channels }: CellFeatures, { mean, scale }: Pick<Mlp, "mean" | "scale">): Float32Array {
  const result = new Float32Array(values.length);
  for (let i = 0; i < values.length; i += channels) {
    for (let c = 0; c < channels; c++) result[i + c] = (values[i + c] - mean[c]) / scale[c];
  }
  return result;
}

/** A one at the end of every row. */
function withOnes(values: Float32Array, channels: number): CellFeatures {
  const rows = values.length / channels;
  const result = new Float32Array(rows * (channels + 1)).fill(1);
  for (let row = 0; row < rows; row++) {
    result.set(values.subarray(row * channels, (row + 1) * channels), row * (channels + 1));
  }
  return { values: result, channels: channels + 1 };
}

function tensorOf({ values, channels }: CellFeatures): tf.Tensor2D {
  return tf.tensor2d(values, [values.length / channels, channels]);
}

function withOne(values: tf.Tensor2D): tf.Tensor2D {
  return tf.concat2d([values, tf.ones([values.shape[0], 1])], 1);
}
