import * as tf from "@tensorflow/tfjs-core";
import { afterAll, expect, it } from "vitest";
import { wasmEngine } from "../model/fixtures/tinyModel";
import { isEngineLost } from "./jobEnd";
import { guardWasmMemory } from "./wasmMemory";

const kept: tf.Tensor[] = [];
afterAll(() => tf.dispose(kept));

it("an engine whose memory is used up says so instead of laying tensors on top of one another", async () => {
  await wasmEngine();
  guardWasmMemory();
  const one = tf.tensor1d([1, 2, 3]);
  kept.push(one);
  // Up to 6 GB, of which 4 are granted; the system has no need to find pages that nobody writes.
  const { wasm } = tf.backend() as unknown as { wasm: { _malloc(bytes: number): number } };
  const allocate = () => {
    for (let i = 0; i < 6; i++) wasm._malloc(2 ** 30 - 2 ** 16);
  };
  expect(allocate).toThrow("memory is used up");
  try {
    allocate();
  } catch (error) {
    expect(isEngineLost(error)).toBe(true);
  }
  expect([...one.dataSync()]).toEqual([1, 2, 3]);
});
