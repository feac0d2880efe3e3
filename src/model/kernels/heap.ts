/**
 * Kernels of our own on tfjs' wasm engine. They read and write its memory in plain code, or run its own kernels in a row: tfjs'
 * bookkeeping around every operation (about 20 microseconds) is then paid once.
 */

import type { KernelFunc, NamedAttrMap, NamedTensorMap, Tensor, TensorInfo } from "@tensorflow/tfjs-core";
import * as tf from "@tensorflow/tfjs-core";

/** The part of tfjs-backend-wasm 4.22's engine that its own kernels are written with. */
interface WasmEngine {
  makeOutput(shape: number[], dtype: "float32"): TensorInfo;
  typedArrayFromHeap(info: TensorInfo): Float32Array;
  disposeData(dataId: object): boolean;
}

/** The engine's memory, for the time of one kernel. What it makes is of floats. */
export interface Heap {
  make(shape: readonly number[]): TensorInfo;
  /** The data themselves. Making another tensor can move the memory: make first, then view. */
  view(tensor: TensorInfo): Float32Array;
  /** Runs a kernel of tfjs' own. */
  run(kernelName: string, inputs: Record<string, TensorInfo>, attrs: NamedAttrMap): TensorInfo;
  /** Frees what `make` or `run` made and nobody gets. */
  free(...tensors: readonly TensorInfo[]): void;
}

/** Registers a kernel for the wasm engine. */
export function registerOnHeap<I extends NamedTensorMap, A>(
  kernelName: string,
  work: (heap: Heap, inputs: I, attrs: A) => TensorInfo,
): void {
  const kernelFunc: KernelFunc = ({ inputs, backend, attrs }) =>
    work(heapOf(backend as unknown as WasmEngine), inputs as I, attrs as unknown as A);
  tf.registerKernel({ kernelName, backendName: "wasm", kernelFunc });
}

/**
 * Puts a faster form in the place of a kernel of tfjs' wasm engine, whose module must have been loaded; where `work` returns null,
 * tfjs' own answers.
 */
export function replaceOnHeap<I, A>(
  kernelName: string,
  work: (heap: Heap, inputs: I, attrs: A) => TensorInfo | null,
): void {
  const original = tf.getKernel(kernelName, "wasm");
  tf.unregisterKernel(kernelName, "wasm");
  const kernelFunc: KernelFunc = (call) => {
    const { inputs, backend, attrs } = call;
    const heap = heapOf(backend as unknown as WasmEngine);
    return work(heap, inputs as unknown as I, attrs as unknown as A) ?? original.kernelFunc(call);
  };
  tf.registerKernel({ ...original, kernelFunc });
}

/** A tensor's data under another shape of the same size. */
export function shaped({ dataId, dtype }: TensorInfo | Tensor, ...shape: number[]): TensorInfo {
  return { dataId, dtype, shape };
}

/** Floats below which a loop copies them faster than a call. */
const NARROW = 32;

/** Copies `length` floats that lie side by side. */
export function copyRun(from: Float32Array, start: number, length: number, to: Float32Array, place: number): void {
  if (length >= NARROW) to.set(from.subarray(start, start + length), place);
  else for (let i = 0; i < length; i++) to[place + i] = from[start + i];
}

function heapOf(engine: WasmEngine): Heap {
  return {
    make: (shape) => engine.makeOutput([...shape], "float32"),
    view: (tensor) => engine.typedArrayFromHeap(tensor),
    run(kernelName, inputs, attrs) {
      const kernel = tf.getKernel(kernelName, "wasm");
      return kernel.kernelFunc({ inputs, attrs, backend: engine }) as TensorInfo;
    },
    free(...tensors) {
      for (const { dataId } of tensors) engine.disposeData(dataId);
    },
  };
}
