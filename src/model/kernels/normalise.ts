import type { Tensor1D, Tensor2D } from "@tensorflow/tfjs-core";
import { registerOnHeap } from "./heap";
import { callKernel, registerProgram } from "./kernel";
import { overLanes } from "./overLanes";

/** Layer norm in one kernel instead of ten. */
export const NORMALISE = "LmaeNormalise";
const LANES = 64;

type Inputs = { readonly x: Tensor2D; readonly gamma?: Tensor1D; readonly beta?: Tensor1D };
type Attributes = { readonly epsilon: number };

/** Rows of x [N, D] with mean 0 and variance 1, times gamma plus beta where these are given. */
export function normaliseRows(x: Tensor2D, epsilon: number, affine?: { gamma: Tensor1D; beta: Tensor1D }): Tensor2D {
  return callKernel<Tensor2D>(NORMALISE, { inputs: { x, ...affine }, attrs: { epsilon } });
}

export function registerNormalise(): void {
  registerProgram<Inputs, Attributes>(NORMALISE, ({ x, gamma, beta }, { epsilon }) => {
    const [rows, columns] = x.shape;
    const affine = gamma && beta ? [gamma, beta] : [];
    return {
      key: `${NORMALISE}${affine.length}`,
      inputs: ["x", "gamma", "beta"].slice(0, 1 + affine.length),
      from: [x, ...affine],
      output: [rows, columns],
      dispatch: [rows, 1],
      workgroup: LANES,
      uniforms: "epsilon : f32,",
      values: [{ type: "float32", data: [epsilon] }],
      code: codeOf(affine.length > 0),
    };
  });
}

export function registerNormaliseOnHeap(): void {
  registerOnHeap<Inputs, Attributes>(NORMALISE, (heap, { x, gamma, beta }, { epsilon }) => {
    const result = heap.make(x.shape);
    const affine = gamma && beta ? { gamma: heap.view(gamma), beta: heap.view(beta) } : null;
    inPlainCode(heap.view(x), x.shape[1], epsilon, affine, heap.view(result));
    return result;
  });
}

/** Rows of `width` from `x` to `result`; scale and shift of each column where there are. */
function inPlainCode(
  x: Float32Array,
  width: number,
  epsilon: number,
  affine: { gamma: Float32Array; beta: Float32Array } | null,
  result: Float32Array,
): void {
  for (let first = 0; first < x.length; first += width) {
    const end = first + width;
    // Two sums side by side: one alone would wait for itself. In doubles the sum of squares loses nothing that floats hold.
    let sum0 = 0;
    let sum1 = 0;
    let squares0 = 0;
    let squares1 = 0;
    for (let i = first + (width & 1); i < end; i += 2) {
      const one = x[i];
      const other = x[i + 1];
      sum0 += one;
      sum1 += other;
      squares0 += one * one;
      squares1 += other * other;
    }
    const odd = width & 1 ? x[first] : 0;
    const mean = (sum0 + sum1 + odd) / width;
    const variance = Math.max((squares0 + squares1 + odd * odd) / width - mean * mean, 0);
    const scale = 1 / Math.sqrt(variance + epsilon);
    if (affine === null) for (let i = first; i < end; i++) result[i] = (x[i] - mean) * scale;
    else {
      const { gamma, beta } = affine;
      for (let c = 0; c < width; c++) result[first + c] = (x[first + c] - mean) * scale * gamma[c] + beta[c];
    }
  }
}

/** A workgroup a row: two passes, since the sum of squares alone would lose digits. */
function codeOf(isAffine: boolean): string {
  return `
    ${overLanes("total", "f32", LANES, "a + b")}

    fn main() {
      let lane = i32(localId.x);
      let columns = uniforms.outShape[1];
      let first = i32(workgroupId.x) * columns;
      var sum = 0.0;
      for (var c = lane; c < columns; c = c + ${LANES}) { sum = sum + x[first + c]; }
      let mean = total(lane, sum) / f32(columns);
      var squares = 0.0;
      for (var c = lane; c < columns; c = c + ${LANES}) {
        let off = x[first + c] - mean;
        squares = squares + off * off;
      }
      let scale = inverseSqrt(total(lane, squares) / f32(columns) + uniforms.epsilon);
      for (var c = lane; c < columns; c = c + ${LANES}) {
        let value = (x[first + c] - mean) * scale;
        result[first + c] = ${isAffine ? "value * gamma[c] + beta[c]" : "value"};
      }
    }
  `;
}
