/**
 * Learned diffusion at stride 4: known shares stay, the rest flows along the image.
 *
 * A step is nine products a cell, and an engine needs four kernels for it that each write nine floats a cell. Where the
 * data lie in this process' memory (wasm, cpu) plain code does all steps in a quarter of the time.
 */
import type { Tensor2D, Tensor4D } from "@tensorflow/tfjs-core";
import * as tf from "@tensorflow/tfjs-core";
import { FLOW, flowStep } from "./kernels/flow";
import { hasKernel } from "./kernels/kernel";

/**
 * own [K, h, w, 1]: shares that stay. weights [1, h, w, 9]: how much flows in from each neighbour, row by row, 0 at known
 * cells. start [K, h, w, 1] -> [K, h, w, 1].
 */
export function diffuse(start: Tensor4D, own: Tensor4D, weights: Tensor4D, steps: number): Tensor4D {
  if (hasKernel(FLOW)) return diffuseByKernel(start, own, weights, steps);
  return tf.getBackend() === "webgpu"
    ? diffuseOnEngine(start, own, weights, steps)
    : diffuseInPlace(start, own, weights, steps);
}

/** A kernel a step. */
function diffuseByKernel(start: Tensor4D, own: Tensor4D, weights: Tensor4D, steps: number): Tensor4D {
  const [slots, height, width] = start.shape;
  const planes = (x: Tensor4D) => tf.reshape(x, [slots, height * width]) as Tensor2D;
  const [kept, flow] = [planes(own), tf.reshape(weights, [height * width, 9]) as Tensor2D];
  let share = planes(start);
  for (let i = 0; i < steps; i++) share = flowStep(share, kept, flow, width);
  return tf.reshape(share, start.shape);
}

/** With the engine's kernels. */
export function diffuseOnEngine(start: Tensor4D, own: Tensor4D, weights: Tensor4D, steps: number): Tensor4D {
  const filter = neighbourFilter();
  let share = start;
  for (let i = 0; i < steps; i++) {
    const neighbours = tf.depthwiseConv2d(share, filter, 1, 1);
    share = tf.add(own, tf.sum(tf.mul(neighbours, weights), 3, true)) as Tensor4D;
  }
  return share;
}

/** In plain code; waits for what the engine is doing. */
export function diffuseInPlace(start: Tensor4D, own: Tensor4D, weights: Tensor4D, steps: number): Tensor4D {
  const [slots, height, width] = start.shape;
  const flow = weights.dataSync<"float32">();
  const kept = own.dataSync<"float32">();
  const begun = start.dataSync<"float32">();
  const result = new Float32Array(begun.length);
  const size = width * height;
  const moving = movingCells(flow, width);
  for (let at = 0; at < slots * size; at += size) {
    const plane = begun.subarray(at, at + size);
    diffusePlane(plane, kept.subarray(at, at + size), flow, moving, width, steps, result.subarray(at, at + size));
  }
  return tf.tensor4d(result, [slots, height, width, 1]);
}

/** Cells into which anything flows, and their places in a framed plane: the others, all of them known, keep their share. */
interface Moving {
  readonly cells: Int32Array;
  readonly framed: Int32Array;
}

function movingCells(flow: Float32Array, width: number): Moving {
  const found: number[] = [];
  for (let cell = 0; 9 * cell < flow.length; cell++) {
    let inflow = 0;
    for (let i = 9 * cell; i < 9 * cell + 9; i++) inflow += Math.abs(flow[i]);
    if (inflow > 0) found.push(cell);
  }
  const cells = Int32Array.from(found);
  return { cells, framed: cells.map((cell) => cell + 2 * Math.floor(cell / width) + width + 3) };
}

/** One slot, [h, w]; flow [h, w, 9]. */
function diffusePlane(
  start: Float32Array,
  kept: Float32Array,
  flow: Float32Array,
  moving: Moving,
  width: number,
  steps: number,
  result: Float32Array,
): void {
  // A frame of zeros around the plane spares the test for the border.
  const wide = width + 2;
  const rows = start.length / width;
  let now = new Float32Array(wide * (rows + 2));
  let next = new Float32Array(wide * (rows + 2));
  for (let y = 0; y < rows; y++) {
    now.set(start.subarray(y * width, (y + 1) * width), (y + 1) * wide + 1);
    next.set(kept.subarray(y * width, (y + 1) * width), (y + 1) * wide + 1);
  }
  for (let step = 0; step < steps; step++) {
    flowOnce(now, kept, flow, moving, width, next);
    // What nothing flows into is what it keeps from the first step on, whatever it began with.
    if (step === 0) now.set(next);
    [now, next] = [next, now];
  }
  for (let y = 0; y < rows; y++) {
    const framed = (y + 1) * wide + 1;
    result.set(now.subarray(framed, framed + width), y * width);
  }
}

/** One step of the moving cells, both planes framed. */
function flowOnce(
  from: Float32Array,
  kept: Float32Array,
  flow: Float32Array,
  { cells, framed }: Moving,
  width: number,
  to: Float32Array,
): void {
  const wide = width + 2;
  for (let m = 0; m < cells.length; m++) {
    const cell = cells[m];
    const i = framed[m];
    const at = 9 * cell;
    to[i] =
      kept[cell] +
      flow[at] * from[i - wide - 1] +
      flow[at + 1] * from[i - wide] +
      flow[at + 2] * from[i - wide + 1] +
      flow[at + 3] * from[i - 1] +
      flow[at + 4] * from[i] +
      flow[at + 5] * from[i + 1] +
      flow[at + 6] * from[i + wide - 1] +
      flow[at + 7] * from[i + wide] +
      flow[at + 8] * from[i + wide + 1];
  }
}

/** Filter [3, 3, 1, 9] whose output channel i is the i-th neighbour, row by row. */
function neighbourFilter(): Tensor4D {
  return tf.reshape(tf.eye(9), [3, 3, 1, 9]);
}
