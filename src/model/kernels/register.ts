import { registerAttend } from "./attend";
import { registerCarry } from "./carry";
import { registerFlow } from "./flow";
import { registerNormalise } from "./normalise";
import { registerPerceptron } from "./perceptron";
import { registerPlace } from "./place";
import { registerSilu } from "./silu";

let isRegistered = false;

/** Gives tfjs' WebGPU engine the kernels of this folder; once is enough. */
export function registerKernels(): void {
  if (isRegistered) return;
  isRegistered = true;
  for (const register of [
    registerNormalise,
    registerSilu,
    registerAttend,
    registerCarry,
    registerFlow,
    registerPerceptron,
    registerPlace,
  ])
    register();
}
