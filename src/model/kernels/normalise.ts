import type { Tensor1D, Tensor2D } from "@tensorflow/tfjs-core";
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
