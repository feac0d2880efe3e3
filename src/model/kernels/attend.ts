import type { Tensor1D, Tensor2D, TensorInfo } from "@tensorflow/tfjs-core";
import { type Heap, registerOnHeap } from "./heap";
import { callKernel, registerProgram } from "./kernel";

/** Self-attention of all heads in one kernel: softmax online, in the manner of FlashAttention (arXiv 2205.14135). */
export const ATTEND = "LmaeAttend";
/** Queries a workgroup, one a thread. */
const QUERIES = 64;
/** Keys and values held in workgroup memory at a time: 16 KiB must hold them. */
const KEYS = 16;

type Inputs = { readonly qkv: Tensor2D; readonly bias?: Tensor1D };
type Attributes = { readonly headDim: number };

/**
 * qkv [N, 3 D]: queries (already scaled), keys and values of all heads side by side -> the heads' outputs side by side, [N, D].
 * `bias` [N] is added to the logits of each key.
 */
export function attend(qkv: Tensor2D, headDim: number, bias: Tensor1D | null): Tensor2D {
  return callKernel<Tensor2D>(ATTEND, { inputs: { qkv, ...(bias ? { bias } : {}) }, attrs: { headDim } });
}

export function registerAttend(): void {
  registerProgram<Inputs, Attributes>(ATTEND, ({ qkv, bias }, { headDim }) => {
    const [tokens, width] = qkv.shape;
    const dim = width / 3;
    return {
      key: `${ATTEND}${headDim}${bias ? "biased" : ""}`,
      inputs: bias ? ["qkv", "bias"] : ["qkv"],
      from: bias ? [qkv, bias] : [qkv],
      output: [tokens, dim],
      dispatch: [Math.ceil(tokens / QUERIES), dim / headDim],
      workgroup: QUERIES,
      code: codeOf(headDim, bias !== undefined),
    };
  });
}

export function registerAttendOnHeap(): void {
  registerOnHeap<Inputs, Attributes>(ATTEND, onHeap);
}

/** tfjs' wasm engine multiplies only single matrices fast, so heads run one by one. */
function onHeap(heap: Heap, { qkv, bias }: Inputs, { headDim }: Attributes): TensorInfo {
  const [tokens, width] = qkv.shape;
  const dim = width / 3;
  const result = heap.make([tokens, dim]);
  const product = (a: TensorInfo, b: TensorInfo): TensorInfo =>
    heap.run("BatchMatMul", { a, b }, { transposeA: false, transposeB: false });
  for (let from = 0; from < dim; from += headDim) {
    // New ones for every head: tfjs keeps what it made of a right factor for as long as that tensor lives.
    const [query, key, value] = [
      [tokens, headDim],
      [headDim, tokens],
      [tokens, headDim],
    ].map(heap.make);
    takeHead(heap.view(qkv), from, dim, { query: heap.view(query), key: heap.view(key), value: heap.view(value) });
    const scores = product(query, key);
    if (bias) addToRows(heap.view(scores), heap.view(bias));
    const weights = heap.run("Softmax", { logits: scores }, { dim: 1 });
    const head = product(weights, value);
    const [all, own] = [heap.view(result), heap.view(head)];
    for (let row = 0; row < tokens; row++) all.set(own.subarray(row * headDim, (row + 1) * headDim), row * dim + from);
    heap.free(query, key, value, scores, weights, head);
  }
  return result;
}

/** Copies one head's share out of rows of queries, keys and values of `dim` each; keys as columns. */
function takeHead(
  qkv: Float32Array,
  from: number,
  dim: number,
  head: { query: Float32Array; key: Float32Array; value: Float32Array },
): void {
  const tokens = qkv.length / (3 * dim);
  const headDim = head.query.length / tokens;
  for (let row = 0; row < tokens; row++) {
    const at = row * 3 * dim + from;
    head.query.set(qkv.subarray(at, at + headDim), row * headDim);
    head.value.set(qkv.subarray(at + 2 * dim, at + 2 * dim + headDim), row * headDim);
    for (let c = 0; c < headDim; c++) head.key[c * tokens + row] = qkv[at + dim + c];
  }
}

function addToRows(rows: Float32Array, added: Float32Array): void {
  for (let first = 0; first < rows.length; first += added.length)
    for (let c = 0; c < added.length; c++) rows[first + c] += added[c];
}

function codeOf(headDim: number, isBiased: boolean): string {
  return `
    var<workgroup> keys : array<f32, ${KEYS * headDim}>;
    var<workgroup> values : array<f32, ${KEYS * headDim}>;

    fn main() {
      let tokens = uniforms.outShape[0];
      let dim = uniforms.outShape[1];
      let lane = i32(localId.x);
      let start = i32(workgroupId.y) * ${headDim};
      let query = i32(workgroupId.x) * ${QUERIES} + lane;
      // Threads beyond the last query help to load and write nothing.
      let row = min(query, tokens - 1) * 3 * dim + start;
      var own : array<f32, ${headDim}>;
      var sums : array<f32, ${headDim}>;
      for (var c = 0; c < ${headDim}; c = c + 1) {
        own[c] = qkv[row + c];
        sums[c] = 0.0;
      }
      var top = -3.0e38;
      var mass = 0.0;
      for (var first = 0; first < tokens; first = first + ${KEYS}) {
        let count = min(${KEYS}, tokens - first);
        workgroupBarrier();
        for (var i = lane; i < count * ${headDim}; i = i + ${QUERIES}) {
          let at = (first + i / ${headDim}) * 3 * dim + start + i % ${headDim};
          keys[i] = qkv[at + dim];
          values[i] = qkv[at + 2 * dim];
        }
        workgroupBarrier();
        for (var k = 0; k < count; k = k + 1) {
          var logit = ${isBiased ? "bias[first + k]" : "0.0"};
          for (var c = 0; c < ${headDim}; c = c + 1) { logit = logit + own[c] * keys[k * ${headDim} + c]; }
          let above = max(top, logit);
          let kept = exp(top - above);
          let weight = exp(logit - above);
          mass = mass * kept + weight;
          for (var c = 0; c < ${headDim}; c = c + 1) {
            sums[c] = sums[c] * kept + weight * values[k * ${headDim} + c];
          }
          top = above;
        }
      }
      if (query < tokens) {
        for (var c = 0; c < ${headDim}; c = c + 1) { result[query * dim + start + c] = sums[c] / mass; }
      }
    }
  `;
}
