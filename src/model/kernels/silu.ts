import type { Tensor2D } from "@tensorflow/tfjs-core";
import { callKernel, registerProgram } from "./kernel";

/** x * sigmoid(x) in one kernel instead of two. */
export const SILU = "LmaeSilu";
const LANES = 64;

/** Of x [N, D]. */
export function siluRows(x: Tensor2D): Tensor2D {
  return callKernel<Tensor2D>(SILU, { inputs: { x }, attrs: {} });
}

export function registerSilu(): void {
  registerProgram<{ x: Tensor2D }, Record<string, never>>(SILU, ({ x }) => {
    const [rows, columns] = x.shape;
    return {
      key: SILU,
      inputs: ["x"],
      from: [x],
      output: [rows, columns],
      dispatch: [Math.ceil(columns / LANES), rows],
      workgroup: LANES,
      code: `
        fn main() {
          let columns = uniforms.outShape[1];
          let column = i32(workgroupId.x) * ${LANES} + i32(localId.x);
          if (column >= columns) { return; }
          let at = i32(workgroupId.y) * columns + column;
          let value = x[at];
          result[at] = value / (1.0 + exp(-value));
        }
      `,
    };
  });
}
