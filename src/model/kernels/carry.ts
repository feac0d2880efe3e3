import type { Tensor1D, Tensor2D } from "@tensorflow/tfjs-core";
import { callKernel, registerProgram } from "./kernel";

/** Label propagation of all heads in one kernel: attention with a distance penalty whose values are the visible labels. */
export const CARRY = "LmaeCarry";
const QUERIES = 64;
const KEYS = 32;

type Inputs = {
  readonly queries: Tensor2D;
  readonly keys: Tensor2D;
  readonly values: Tensor2D;
  readonly distance: Tensor1D;
};
type Attributes = { readonly width: number };

/**
 * Queries (already scaled) and keys [N, H * C] of H heads side by side, of the cells of a grid `width` cells wide; values [N, K + 1]: the visible labels by share, then the known share; distance [H]: the penalty a cell's distance.
 * Shares of each slot, [H, K * N].
 */
export function carryLabels(inputs: Inputs, width: number): Tensor2D {
  return callKernel<Tensor2D>(CARRY, { inputs, attrs: { width } });
}

export function registerCarry(): void {
  registerProgram<Inputs, Attributes>(CARRY, ({ queries, keys, values, distance }, { width }) => {
    const [cells, columns] = values.shape;
    const [heads] = distance.shape;
    const headDim = queries.shape[1] / heads;
    return {
      key: `${CARRY}${headDim},${columns}`,
      inputs: ["queries", "keys", "values", "distance"],
      from: [queries, keys, values, distance],
      output: [heads, (columns - 1) * cells],
      dispatch: [Math.ceil(cells / QUERIES), heads],
      workgroup: QUERIES,
      uniforms: "width : i32,",
      values: [{ type: "int32", data: [width] }],
      code: codeOf(headDim, columns),
    };
  });
}

/** What a softmax divides by cancels out of the shares: they are sums over the known sum. */
function codeOf(headDim: number, columns: number): string {
  return `
    var<workgroup> near : array<f32, ${KEYS * headDim}>;
    var<workgroup> labels : array<f32, ${KEYS * columns}>;

    fn main() {
      let cells = uniforms.valuesShape[0];
      let across = uniforms.queriesShape[1];
      let lane = i32(localId.x);
      let head = i32(workgroupId.y);
      let cell = i32(workgroupId.x) * ${QUERIES} + lane;
      let own = min(cell, cells - 1);
      let x = own % uniforms.width;
      let y = own / uniforms.width;
      let penalty = distance[head];
      var query : array<f32, ${headDim}>;
      for (var c = 0; c < ${headDim}; c = c + 1) { query[c] = queries[own * across + head * ${headDim} + c]; }
      var sums : array<f32, ${columns}>;
      for (var c = 0; c < ${columns}; c = c + 1) { sums[c] = 0.0; }
      var top = -3.0e38;
      for (var first = 0; first < cells; first = first + ${KEYS}) {
        let count = min(${KEYS}, cells - first);
        workgroupBarrier();
        for (var i = lane; i < count * ${headDim}; i = i + ${QUERIES}) {
          near[i] = keys[(first + i / ${headDim}) * across + head * ${headDim} + i % ${headDim}];
        }
        for (var i = lane; i < count * ${columns}; i = i + ${QUERIES}) { labels[i] = values[first * ${columns} + i]; }
        workgroupBarrier();
        for (var k = 0; k < count; k = k + 1) {
          let right = f32((first + k) % uniforms.width - x);
          let down = f32((first + k) / uniforms.width - y);
          var logit = -penalty * sqrt(right * right + down * down);
          for (var c = 0; c < ${headDim}; c = c + 1) { logit = logit + query[c] * near[k * ${headDim} + c]; }
          let above = max(top, logit);
          let kept = exp(top - above);
          let weight = exp(logit - above);
          for (var c = 0; c < ${columns}; c = c + 1) { sums[c] = sums[c] * kept + weight * labels[k * ${columns} + c]; }
          top = above;
        }
      }
      if (cell < cells) {
        let start = head * uniforms.outShape[1] + cell;
        for (var c = 0; c < ${columns - 1}; c = c + 1) { result[start + c * cells] = sums[c] / sums[${columns - 1}]; }
      }
    }
  `;
}
