import * as tf from "@tensorflow/tfjs-core";

/** The part of tfjs-backend-wasm 4.22 that takes memory for tensors. */
interface WasmBackend {
  readonly wasm: { _malloc(bytes: number): number; _free(address: number): void };
}

/**
 * Makes the current wasm engine throw when its memory is used up (4 GB, or what the device grants). tfjs-backend-wasm 4.22
 * does not look at what malloc returns: beyond the limit all new tensors lie at address 0, on top of one another, and
 * answers are silently wrong. To be deleted when tfjs checks it (`move` in backend_wasm.ts).
 * @throws WebAssembly.RuntimeError later, from whatever makes a tensor, as the engine's own kernels do.
 */
export function guardWasmMemory(): void {
  const { wasm } = tf.backend() as unknown as WasmBackend;
  // The first call of an emscripten export puts another function in its own place.
  wasm._free(wasm._malloc(1));
  const malloc = wasm._malloc;
  wasm._malloc = (bytes) => {
    const address = malloc(bytes);
    if (address === 0 && bytes > 0) throw new WebAssembly.RuntimeError("The wasm engine's memory is used up.");
    return address;
  };
}
