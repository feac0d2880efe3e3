import { registerAttend, registerAttendOnHeap } from "./attend";
import { registerCarry } from "./carry";
import { registerFlow } from "./flow";
import { replaceGather } from "./gather";
import { registerLinear } from "./linear";
import { registerNormalise, registerNormaliseOnHeap } from "./normalise";
import { registerPerceptron } from "./perceptron";
import { registerPlace } from "./place";
import { registerSilu } from "./silu";
import { replaceSlice } from "./slice";

const kernels = {
  webgpu: [
    registerNormalise,
    registerSilu,
    registerAttend,
    registerCarry,
    registerFlow,
    registerPerceptron,
    registerPlace,
  ],
  wasm: [registerNormaliseOnHeap, registerLinear, registerAttendOnHeap, replaceSlice, replaceGather],
};

const registered = new Set<keyof typeof kernels>();

/** Gives one of tfjs' engines, whose module has been loaded, the kernels of this folder; once is enough. */
export function registerKernels(engine: keyof typeof kernels): void {
  if (registered.has(engine)) return;
  registered.add(engine);
  for (const register of kernels[engine]) register();
}
