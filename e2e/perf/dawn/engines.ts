import * as tf from "@tensorflow/tfjs-core";
import { createModel, type LoadedModel } from "../../../src/model/loadedModel";
import type { ModelFile } from "../../../src/model/modelFile";
import { makeCurrent, startEngine } from "../../../src/worker/engine";
import { countDispatches } from "../../fixtures/countDispatches";

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
  /** Milliseconds so far during which something was being read back: all else is what the processor takes. */
  waited(): number;
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
  const dispatches = countDispatches();
  const backend = tf.backend() as unknown as {
    getBufferData(buffer: unknown): Promise<unknown>;
    pipelineCache: Record<string, unknown>;
  };
  const waits = createWaits();
  const read = backend.getBufferData.bind(backend);
  backend.getBufferData = (buffer) => waits.during(read(buffer));
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
    dispatches,
    waited: waits.ms,
    compiled: () => Object.keys(backend.pipelineCache).length,
  };
}

/** Sums up the time in which anything is waited for, once where several things are. */
export function createWaits(now = () => performance.now()) {
  let [ms, under, since] = [0, 0, 0];
  return {
    async during<T>(work: Promise<T>): Promise<T> {
      if (under++ === 0) since = now();
      try {
        return await work;
      } finally {
        if (--under === 0) ms += now() - since;
      }
    },
    ms: () => ms,
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
