import * as tf from "@tensorflow/tfjs-core";
import { createModel, type LoadedModel } from "../../../src/model/loadedModel";
import type { ModelFile } from "../../../src/model/modelFile";
import { makeCurrent, startEngine } from "../../../src/worker/engine";

/** A way to run the model. */
export interface Variant {
  readonly name: "our kernels" | "plain kernels" | "wasm";
  readonly model: LoadedModel;
  /** 5: it runs in every fifth round only, so as not to take the time of the faster ones. */
  readonly every: number;
  /** Makes it the one that runs; models of the others must rest. */
  use(): Promise<void>;
}

/** tfjs' WebGPU engine, on which both sets of kernels run by turns. */
export interface Webgpu {
  /** Rejects with the reason when the device is lost or refuses a program. */
  readonly failed: Promise<never>;
  /** Makes it current, with our kernels or without. */
  use(own: boolean): Promise<void>;
  /** Programs dispatched so far. */
  dispatches(): number;
  /** Pipelines compiled so far. */
  compiled(): number;
}

/** Starts it as the app does. */
export async function startWebgpu(): Promise<Webgpu> {
  await import("@tensorflow/tfjs-backend-webgpu");
  const kernels = () => tf.getKernelsForBackend("webgpu");
  const plain = new Set(kernels().map(({ kernelName }) => kernelName));
  const { lost } = await startEngine("webgpu", "");
  const ours = kernels().filter(({ kernelName }) => !plain.has(kernelName));
  // tfjs has no counts of its own.
  const backend = tf.backend() as unknown as {
    recordAndSubmit(...args: unknown[]): void;
    pipelineCache: Record<string, unknown>;
  };
  let dispatches = 0;
  const submit = backend.recordAndSubmit.bind(backend);
  backend.recordAndSubmit = (...args) => {
    dispatches++;
    submit(...args);
  };
  let isOwn = true;
  return {
    failed: lost.then((reason) => {
      throw new Error(reason);
    }),
    async use(own) {
      await makeCurrent("webgpu");
      if (own === isOwn) return;
      isOwn = own;
      for (const kernel of ours) {
        if (own) tf.registerKernel(kernel);
        else tf.unregisterKernel(kernel.kernelName, "webgpu");
      }
    },
    dispatches: () => dispatches,
    compiled: () => Object.keys(backend.pipelineCache).length,
  };
}

/** The model on WebGPU, with our kernels or without. */
export async function onWebgpu(webgpu: Webgpu, own: boolean, file: ModelFile): Promise<Variant> {
  const use = () => webgpu.use(own);
  await use();
  return { name: own ? "our kernels" : "plain kernels", model: await createModel(file), every: 1, use };
}

/** The model on one thread of the processor. */
export async function onWasm(folder: string, file: ModelFile): Promise<Variant> {
  await startEngine("wasm", `${folder}/`);
  return { name: "wasm", model: await createModel(file), every: 5, use: () => makeCurrent("wasm") };
}
