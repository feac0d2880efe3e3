import type { Tensor1D, Tensor2D } from "@tensorflow/tfjs-core";
import { callKernel, registerProgram } from "./kernel";

/** A value a pixel in the column of its slot, zeros elsewhere: to be made on the GPU instead of being uploaded. */
export const PLACE = "LmaePlace";
const LANES = 64;

type Inputs = { readonly values: Tensor1D; readonly slots: Tensor1D };
type Attributes = { readonly columns: number };

/** values [N] and slots [N] as floats -> [N, columns]. Slots beyond the columns leave zeros. */
export function placeBySlot(values: Tensor1D, slots: Tensor1D, columns: number): Tensor2D {
  return callKernel<Tensor2D>(PLACE, { inputs: { values, slots }, attrs: { columns } });
}

export function registerPlace(): void {
  registerProgram<Inputs, Attributes>(PLACE, ({ values, slots }, { columns }) => {
    const [pixels] = values.shape;
    return {
      key: PLACE,
      inputs: ["values", "slots"],
      from: [values, slots],
      output: [pixels, columns],
      dispatch: [Math.ceil(pixels / LANES), 1],
      workgroup: LANES,
      code: `
        fn main() {
          let pixel = i32(workgroupId.x) * ${LANES} + i32(localId.x);
          let columns = uniforms.outShape[1];
          if (pixel >= uniforms.outShape[0]) { return; }
          let slot = i32(slots[pixel]);
          for (var c = 0; c < columns; c = c + 1) {
            result[pixel * columns + c] = select(0.0, values[pixel], c == slot);
          }
        }
      `,
    };
  });
}
