import { setThreadsCount, setWasmPaths } from "@tensorflow/tfjs-backend-wasm";
import * as tf from "@tensorflow/tfjs-core";
import { findErrors } from "../../../src/find/findErrors";
import { runToEnd } from "../../../src/model/fixtures/runToEnd";
import { registerKernels } from "../../../src/model/kernels/register";
import { createModel, type LoadedModel } from "../../../src/model/loadedModel";
import { readModelFile } from "../../../src/model/modelFile";
import { bandImage, bandLabel, requestOf } from "../../../src/reconstruct/fixtures/request";
import { reconstruct } from "../../../src/reconstruct/reconstruct";
import { createWindowCache, type WindowCache } from "../../../src/window/windowCache";
import { loadNetwork, onnxModel } from "./onnx";
import type { Strategy } from "./strategy";
import { withRoomForThreads } from "./threads";
import { benchWindow } from "./window";

const SIZE = 224;
const SLOTS = 8;
/** Does not pause: the app's pauses let messages in and cost what waits, not what runs. */
const checkpoint = async (): Promise<void> => {};

/** tfjs' engine, on WebGPU with our kernels or with those of tfjs alone. */
type Engine = "wasm" | "webgpu" | "webgpu, plain kernels";

/** Makes an engine current and loads a model on it. */
async function load(engine: Engine, model: string, threads = 1): Promise<LoadedModel> {
  const [backend] = engine.split(",");
  if (engine !== "webgpu, plain kernels") registerKernels(engine);
  if (backend === "webgpu") await import("@tensorflow/tfjs-backend-webgpu");
  else {
    setWasmPaths("/wasm/");
    if (threads > 1) setThreadsCount(threads);
    else tf.env().set("WASM_HAS_MULTITHREAD_SUPPORT", false);
  }
  if (!(await withRoomForThreads(threads, () => tf.setBackend(backend))))
    throw new Error(`${backend} does not start in this browser`);
  const read = async (path: string) => (await fetch(`/${model}/${path}`)).arrayBuffer();
  return createModel(await readModelFile(read, () => {}));
}

/** One pass over one window: its image encoded, its label completed, the logits read back. */
export function onePass(engine: Engine, name: string, threads: number, size = SIZE, slots = SLOTS): Strategy {
  const { input, image } = benchWindow(size, slots);
  let model: LoadedModel;
  let last: Float32Array = new Float32Array();
  const run = async (): Promise<void> => {
    const features = runToEnd(model.encode(image, size, size));
    const logits = await model.run(features, input, checkpoint);
    last = await logits.data<"float32">();
    tf.dispose([features, logits]);
  };
  return {
    async prepare() {
      model = await load(engine, name, threads);
      await run();
    },
    run,
    logits: () => last,
    async kernels() {
      const counts: Record<string, number> = {};
      const dispatches = countDispatches();
      const { kernels } = await tf.profile(run as unknown as () => tf.TensorContainer);
      for (const { name: kernel } of kernels) counts[kernel] = (counts[kernel] ?? 0) + 1;
      return engine.startsWith("webgpu") ? { ...counts, dispatches: dispatches() } : counts;
    },
  };
}

/** Counts what WebGPU is asked to dispatch from now on. */
function countDispatches(): () => number {
  if (typeof GPUComputePassEncoder === "undefined") return () => 0;
  let count = 0;
  const { prototype } = GPUComputePassEncoder;
  const { dispatchWorkgroups } = prototype;
  prototype.dispatchWorkgroups = function (...sizes) {
    count++;
    return dispatchWorkgroups.apply(this, sizes);
  };
  return () => {
    prototype.dispatchWorkgroups = dispatchWorkgroups;
    return count;
  };
}

/**
 * From a request of the app to the ids of its first pass: a new window of as many classes as the other strategies see, with a
 * hole of the same size; its label is prepared, too.
 */
export function preview(threads: number): Strategy {
  return withCache(threads, firstPreview());
}

/** The same with the network run by ONNX Runtime; tfjs then only blends, on one thread. */
export function previewByOnnx(threads: number): Strategy {
  return withCache(1, firstPreview(), async (model) => onnxModel(model, await loadNetwork(threads)));
}

function firstPreview(): (cache: WindowCache) => Promise<void> {
  const band = SIZE / SLOTS;
  const image = bandImage(SIZE, SIZE, band);
  const request = requestOf(bandLabel(SIZE, SIZE, [[75, 75, 74, 74]], band), { ratio: 0.5, passes: 4 });
  return async (cache) => {
    const results = reconstruct(cache, image, request, null, checkpoint);
    await results.next();
    await results.return();
  };
}

/** Finding errors in an image of one window, whose label is wrong in its upper rows. */
export function scan(threads: number): Strategy {
  const label = bandLabel(SIZE, SIZE, []);
  const request = { ...label, imageKey: "bands", documentVersion: 1, excluded: label.mask };
  request.labels.fill(5, 0, 40 * SIZE);
  return withCache(threads, async (cache) => {
    await findErrors(cache, bandImage(SIZE, SIZE), request, null, checkpoint, () => {});
  });
}

/** Work on windows that no earlier run has encoded. */
function withCache(
  threads: number,
  work: (cache: WindowCache) => Promise<void>,
  instead = async (model: LoadedModel): Promise<LoadedModel> => model,
): Strategy {
  let model: LoadedModel;
  const run = async (): Promise<void> => {
    const cache = createWindowCache(model);
    await work(cache).finally(() => cache.dispose());
  };
  return {
    async prepare() {
      model = await instead(await load("wasm", "lmae-small", threads));
      await run();
    },
    run,
  };
}
