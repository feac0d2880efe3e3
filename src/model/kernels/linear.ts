import type { Tensor1D, Tensor2D } from "@tensorflow/tfjs-core";
import { registerOnHeap, shaped } from "./heap";
import { callKernel } from "./kernel";

/** A linear layer in one kernel: tfjs' matrix product wants three dimensions and reshapes thrice for it. */
export const LINEAR = "LmaeLinear";

type Inputs = { readonly x: Tensor2D; readonly weight: Tensor2D; readonly bias: Tensor1D };
type Attributes = { readonly activation: "linear" | "relu" };

/** x [N, in], weight [in, out], bias [out] -> [N, out]. */
export function linearRows(inputs: Inputs, activation: Attributes["activation"]): Tensor2D {
  return callKernel<Tensor2D>(LINEAR, { inputs, attrs: { activation } });
}

export function registerLinear(): void {
  registerOnHeap<Inputs, Attributes>(LINEAR, (heap, { x, weight, bias }, { activation }) => {
    const [rows, width] = x.shape;
    const [, out] = weight.shape;
    const a = shaped(x, 1, rows, width);
    const b = shaped(weight, 1, width, out);
    const product = heap.run("_FusedMatMul", { a, b, bias }, { transposeA: false, transposeB: false, activation });
    return shaped(product, rows, out);
  });
}
