/**
 * A step of the training of a multi-layer perceptron (`support/mlp.ts`) in two kernels instead of thirty-five. What changes from
 * step to step lies on the GPU, so that all steps are the same two dispatches.
 */
import type { Tensor2D } from "@tensorflow/tfjs-core";
import { callKernel, registerProgram } from "./kernel";
import { overLanes } from "./overLanes";

/** Forward and backward: activations and errors of a batch. */
export const ERRORS = "LmaePerceptronErrors";
/** The gradient of all weights, and a step of Adam. */
const ADAM = "LmaePerceptronAdam";

/** Units of the hidden layer, one a lane. */
const LANES = 64;
/** Cells, or rows of weights, that a workgroup takes at once. */
const AT_ONCE = 4;

/** What stays the same in all steps. */
export interface PerceptronTask {
  /** All cells, a one at the end of each: [cells, channels + 1]. */
  readonly inputs: Tensor2D;
  /** Wanted probabilities, [cells, classes]. */
  readonly wanted: Tensor2D;
  /** The cells of each step, int32: [steps, batch]; a batch is a multiple of four. */
  readonly batches: Tensor2D;
  /** Of each step the rate, the rate over the bias of the mean, and the bias of the square: [steps, 3]. */
  readonly schedule: Tensor2D;
}

/** Constants of Adam. */
export interface Adam {
  readonly betas: readonly [number, number];
  readonly epsilon: number;
  /** Of all weights but biases, each step by this times the rate. */
  readonly decay: number;
}

/**
 * What changes: weights, means and squares, a row each: [3, all weights + 1]. Of the weights first [channels + 1, 64], then
 * [64 + 1, classes], biases last in both; at the end of the first row the number of the step.
 */
export type PerceptronState = Tensor2D;

/** The state after one more step. Tidy callers keep only that. */
export function perceptronStep(
  { inputs, wanted, batches, schedule }: PerceptronTask,
  state: PerceptronState,
  { betas, epsilon, decay }: Adam,
): PerceptronState {
  const errors = callKernel<Tensor2D>(ERRORS, { inputs: { inputs, wanted, batches, state }, attrs: {} });
  const attrs = { first: betas[0], second: betas[1], epsilon, decay };
  return callKernel<Tensor2D>(ADAM, { inputs: { inputs, batches, schedule, errors, state }, attrs });
}

export function registerPerceptron(): void {
  registerProgram<PerceptronTask & { state: Tensor2D } & Record<string, Tensor2D>, Record<string, never>>(
    ERRORS,
    ({ inputs, wanted, batches, state }) => {
      const [[, batch], [, classes]] = [batches.shape, wanted.shape];
      return {
        key: ERRORS,
        inputs: ["cells", "wanted", "batches", "state"],
        from: [inputs, wanted, batches, state],
        output: [batch, 2 * LANES + classes],
        dispatch: [batch / AT_ONCE, 1],
        workgroup: LANES,
        code: errorsCode,
      };
    },
  );
  registerProgram<PerceptronTask & { errors: Tensor2D; state: Tensor2D } & Record<string, Tensor2D>, AdamAttributes>(
    ADAM,
    ({ inputs, batches, schedule, errors, state }, { first, second, epsilon, decay }) => {
      const classes = errors.shape[1] - 2 * LANES;
      const groups = Math.ceil(inputs.shape[1] / AT_ONCE) + Math.ceil(((LANES + 1) * classes) / LANES);
      return {
        key: ADAM,
        inputs: ["cells", "batches", "schedule", "errors", "state"],
        from: [inputs, batches, schedule, errors, state],
        output: [state.shape[0], state.shape[1]],
        dispatch: [groups, 1],
        workgroup: LANES,
        uniforms: "first : f32, second : f32, epsilon : f32, decay : f32,",
        values: [1 - first, 1 - second, epsilon, decay].map((value) => ({ type: "float32", data: [value] })),
        code: adamCode,
      };
    },
  );
}

type AdamAttributes = {
  readonly first: number;
  readonly second: number;
  readonly epsilon: number;
  readonly decay: number;
};

/** A workgroup four cells: rows of what the hidden units say, of their errors, and of the classes' errors. */
const errorsCode = `
  var<workgroup> said : array<vec4<f32>, ${LANES}>;
  ${overLanes("total", "vec4<f32>", LANES, "a + b")}
  ${overLanes("largest", "vec4<f32>", LANES, "max(a, b)")}

  fn readFour(at : vec4<i32>) -> vec4<f32> {
    return vec4<f32>(result[at.x], result[at.y], result[at.z], result[at.w]);
  }

  fn writeFour(at : vec4<i32>, values : vec4<f32>) {
    result[at.x] = values.x;
    result[at.y] = values.y;
    result[at.z] = values.z;
    result[at.w] = values.w;
  }

  fn main() {
    let lane = i32(localId.x);
    let columns = uniforms.cellsShape[1];
    let classes = uniforms.wantedShape[1];
    let batch = uniforms.batchesShape[1];
    let width = uniforms.outShape[1];
    let turn = i32(state[uniforms.stateShape[1] - 1]);
    let second = columns * ${LANES};
    let row = i32(workgroupId.x) * ${AT_ONCE};
    let start = turn * batch + row;
    let cell = vec4<i32>(batches[start], batches[start + 1], batches[start + 2], batches[start + 3]);
    let to = (vec4<i32>(0, 1, 2, 3) + row) * width;

    let readAt = cell * columns;
    var sum = vec4<f32>(0.0);
    for (var c = 0; c < columns; c = c + 1) {
      let values = vec4<f32>(cells[readAt.x + c], cells[readAt.y + c], cells[readAt.z + c], cells[readAt.w + c]);
      sum = sum + state[c * ${LANES} + lane] * values;
    }
    let own = max(sum, vec4<f32>(0.0));
    said[lane] = own;
    writeFour(to + lane, own);
    workgroupBarrier();

    var most = vec4<f32>(-3.0e38);
    for (var k = lane; k < classes; k = k + ${LANES}) {
      var logit = vec4<f32>(0.0);
      for (var h = 0; h < ${LANES}; h = h + 1) { logit = logit + said[h] * state[second + h * classes + k]; }
      logit = logit + state[second + ${LANES} * classes + k];
      writeFour(to + ${2 * LANES} + k, logit);
      most = max(most, logit);
    }
    most = largest(lane, most);
    var raised = vec4<f32>(0.0);
    for (var k = lane; k < classes; k = k + ${LANES}) { raised = raised + exp(readFour(to + ${2 * LANES} + k) - most); }
    raised = total(lane, raised);
    let wantedAt = cell * classes;
    for (var k = lane; k < classes; k = k + ${LANES}) {
      let asked = vec4<f32>(wanted[wantedAt.x + k], wanted[wantedAt.y + k], wanted[wantedAt.z + k], wanted[wantedAt.w + k]);
      let at = to + ${2 * LANES} + k;
      writeFour(at, (exp(readFour(at) - most) / raised - asked) / f32(batch));
    }
    storageBarrier();
    workgroupBarrier();

    var back = vec4<f32>(0.0);
    for (var k = 0; k < classes; k = k + 1) {
      back = back + readFour(to + ${2 * LANES} + k) * state[second + lane * classes + k];
    }
    writeFour(to + ${LANES} + lane, select(vec4<f32>(0.0), back, own > vec4<f32>(0.0)));
  }
`;

/** A workgroup four rows of the first weights, or 64 of the second ones. */
const adamCode = `
  fn shift(at : i32, gradient : f32, decays : bool) {
    let size = uniforms.stateShape[1];
    let turn = i32(state[size - 1]);
    let rate = schedule[3 * turn];
    let mean = state[size + at] + (gradient - state[size + at]) * uniforms.first;
    let square = state[2 * size + at] + (gradient * gradient - state[2 * size + at]) * uniforms.second;
    let spread = sqrt(square / schedule[3 * turn + 2]) + uniforms.epsilon;
    let shrunk = state[at] - state[at] * select(0.0, uniforms.decay * rate, decays);
    result[at] = shrunk - mean / spread * schedule[3 * turn + 1];
    result[size + at] = mean;
    result[2 * size + at] = square;
  }

  fn main() {
    let lane = i32(localId.x);
    let columns = uniforms.cellsShape[1];
    let batch = uniforms.batchesShape[1];
    let width = uniforms.errorsShape[1];
    let classes = width - ${2 * LANES};
    let size = uniforms.stateShape[1];
    let turn = i32(state[size - 1]);
    let group = i32(workgroupId.x);
    let firstGroups = (columns + ${AT_ONCE - 1}) / ${AT_ONCE};
    if (group < firstGroups) {
      let row = group * ${AT_ONCE};
      let left = columns - row;
      var gradient = vec4<f32>(0.0);
      for (var i = 0; i < batch; i = i + 1) {
        let at = batches[turn * batch + i] * columns + row;
        var values = vec4<f32>(cells[at], 0.0, 0.0, 0.0);
        if (left > 1) { values.y = cells[at + 1]; }
        if (left > 2) { values.z = cells[at + 2]; }
        if (left > 3) { values.w = cells[at + 3]; }
        gradient = gradient + values * errors[i * width + ${LANES} + lane];
      }
      for (var r = 0; r < min(left, ${AT_ONCE}); r = r + 1) {
        shift((row + r) * ${LANES} + lane, gradient[r], row + r < columns - 1);
      }
      if (group == 0 && lane == 0) {
        result[size - 1] = state[size - 1] + 1.0;
        result[2 * size - 1] = 0.0;
        result[3 * size - 1] = 0.0;
      }
      return;
    }
    let at = (group - firstGroups) * ${LANES} + lane;
    if (at >= ${LANES + 1} * classes) { return; }
    let unit = at / classes;
    let k = at % classes;
    var gradient = 0.0;
    for (var i = 0; i < batch; i = i + 1) {
      let input = select(1.0, errors[i * width + min(unit, ${LANES - 1})], unit < ${LANES});
      gradient = gradient + input * errors[i * width + ${2 * LANES} + k];
    }
    shift(columns * ${LANES} + at, gradient, unit < ${LANES});
  }
`;
