/**
 * Kernels of our own on tfjs' WebGPU engine, where every kernel is a dispatch and plain ones would take ten for a norm.
 * Each has a plain tfjs form beside its caller, which other engines run; a test in the browser holds the two together.
 */

import type { WebGPUBackend, WebGPUProgram } from "@tensorflow/tfjs-backend-webgpu";
import type { NamedAttrMap, NamedTensorMap, Tensor, TensorInfo } from "@tensorflow/tfjs-core";
import * as tf from "@tensorflow/tfjs-core";

/** What tfjs needs of a program beside its code. */
export interface Program {
  /** Programs with the same key have the same code, whatever the shapes. */
  readonly key: string;
  /** The code's names of the input buffers, in order. */
  readonly inputs: readonly string[];
  readonly output: readonly [rows: number, columns: number];
  /** Workgroups. */
  readonly dispatch: readonly [x: number, y: number];
  readonly workgroup: number;
  /** Names and types of `values` in `uniforms`, ending in a comma. */
  readonly uniforms?: string;
  readonly values?: readonly { readonly type: "int32" | "float32"; readonly data: number[] }[];
  /** WGSL with a `fn main()`; it finds `localId`, `workgroupId`, `uniforms` (shapes of inputs and output) and `result`. */
  readonly code: string;
}

type WithAttributes = { readonly inputs: NamedTensorMap; readonly attrs: object };

/** Registers a kernel for the WebGPU engine; `make` turns what it is called with into a program. */
export function registerProgram<I extends NamedTensorMap, A extends NamedAttrMap>(
  kernelName: string,
  make: (inputs: I, attrs: A) => Program & { readonly from: readonly Tensor[] },
): void {
  tf.registerKernel({
    kernelName,
    backendName: "webgpu",
    kernelFunc: ({ inputs, backend, attrs }) => {
      const program = make(inputs as I, attrs as unknown as A);
      return run(backend as WebGPUBackend, program, program.from);
    },
  });
}

/** Whether the current engine has a kernel. */
export function hasKernel(name: string): boolean {
  return tf.getKernel(name, tf.getBackend()) !== undefined;
}

/** Runs a kernel of the current engine. */
export function callKernel<T extends Tensor>(name: string, { inputs, attrs }: WithAttributes): T {
  return tf.engine().runKernel(name, inputs, attrs as NamedAttrMap) as unknown as T;
}

/** Resolves when the WebGPU engine has done what was handed over so far. */
export function workDone(): Promise<void> {
  return (tf.backend() as WebGPUBackend).device.queue.onSubmittedWorkDone().then(() => {});
}

function run(backend: WebGPUBackend, program: Program, inputs: readonly Tensor[]): TensorInfo {
  const { key, inputs: variableNames, output, dispatch, workgroup, uniforms, values, code } = program;
  const description: WebGPUProgram = {
    shaderKey: key,
    variableNames: [...variableNames],
    outputShape: [...output],
    dispatch: [...dispatch, 1],
    // Two dimensions: then tfjs calls main() without an index.
    dispatchLayout: { x: [1], y: [0] },
    workgroupSize: [workgroup, 1, 1],
    ...(uniforms === undefined ? {} : { uniforms }),
    getUserCode: () => code,
  };
  return backend.runWebGPUProgram(
    description,
    [...inputs],
    "float32",
    values?.map((one) => ({ ...one })),
  );
}
