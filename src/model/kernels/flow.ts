import type { Tensor2D } from "@tensorflow/tfjs-core";
import { callKernel, registerProgram } from "./kernel";

/** A step of diffusion in one kernel instead of four. */
export const FLOW = "LmaeFlow";
const LANES = 64;

type Inputs = { readonly share: Tensor2D; readonly own: Tensor2D; readonly flow: Tensor2D };
type Attributes = { readonly width: number };

/**
 * share and own [K, h * w], flow [h * w, 9] of cells in rows of `width`: own + what flows in from the 3x3 neighbours, row by
 * row, [K, h * w].
 */
export function flowStep(share: Tensor2D, own: Tensor2D, flow: Tensor2D, width: number): Tensor2D {
  return callKernel<Tensor2D>(FLOW, { inputs: { share, own, flow }, attrs: { width } });
}

export function registerFlow(): void {
  registerProgram<Inputs, Attributes>(FLOW, ({ share, own, flow }, { width }) => {
    const [slots, cells] = share.shape;
    return {
      key: FLOW,
      inputs: ["share", "own", "flow"],
      from: [share, own, flow],
      output: [slots, cells],
      dispatch: [Math.ceil(cells / LANES), slots],
      workgroup: LANES,
      uniforms: "width : i32,",
      values: [{ type: "int32", data: [width] }],
      code: `
        fn main() {
          let cells = uniforms.outShape[1];
          let cell = i32(workgroupId.x) * ${LANES} + i32(localId.x);
          if (cell >= cells) { return; }
          let plane = i32(workgroupId.y) * cells;
          let width = uniforms.width;
          let x = cell % width;
          let y = cell / width;
          var sum = own[plane + cell];
          for (var i = 0; i < 9; i = i + 1) {
            let column = x + i % 3 - 1;
            let row = y + i / 3 - 1;
            if (column >= 0 && column < width && row >= 0 && row * width < cells) {
              sum = sum + flow[9 * cell + i] * share[plane + row * width + column];
            }
          }
          result[plane + cell] = sum;
        }
      `,
    };
  });
}
