import { slice_util, type TensorInfo, util } from "@tensorflow/tfjs-core";
import { copyRun, replaceOnHeap } from "./heap";

/**
 * tfjs-backend-wasm 4.22 copies all of a tensor out of its memory before it cuts a part out of it: cropping one window's features
 * took 5 ms. This copies the runs of the part alone.
 */
export function replaceSlice(): void {
  replaceOnHeap<{ x: TensorInfo }, { begin: number[]; size: number[] }>("Slice", (heap, { x }, { begin, size }) => {
    if (x.dtype !== "float32" || x.shape.length === 0) return null;
    const [from, shape] = slice_util.parseSliceParams(x, begin, size);
    const result = heap.make(shape);
    if (util.sizeFromShape(shape) > 0) copyRuns(heap.view(x), x.shape, from, shape, heap.view(result));
    return result;
  });
}

function copyRuns(
  x: Float32Array,
  whole: readonly number[],
  from: readonly number[],
  part: readonly number[],
  result: Float32Array,
): void {
  const strides = [...util.computeStrides([...whole]), 1];
  // Axes from `last` on are one run: all of them but the first are taken whole.
  let last = whole.length - 1;
  while (last > 0 && part[last] === whole[last]) last--;
  const run = part[last] * strides[last];
  const index = new Array<number>(last).fill(0);
  const first = from.reduce((sum, start, axis) => sum + start * strides[axis], 0);
  for (let to = 0, at = first; to < result.length; to += run) {
    copyRun(x, at, run, result, to);
    for (let axis = last - 1; axis >= 0; axis--) {
      at += strides[axis];
      if (++index[axis] < part[axis]) break;
      at -= part[axis] * strides[axis];
      index[axis] = 0;
    }
  }
}
