import { WebGPUBackend } from "@tensorflow/tfjs-backend-webgpu";
import * as tf from "@tensorflow/tfjs-core";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { createRandom } from "../../core/random";
import { createFakeDevice, fakeGlobals } from "./fixtures/fakeGpu";
import { callKernel, registerProgram } from "./kernel";
import { makeLean, type QueueOfEngine } from "./leanQueue";

/** a * factor + b, wherever its code is run. */
const MIX = "LeanQueueTestMix";
type Mix = { readonly a: tf.Tensor2D; readonly b: tf.Tensor2D };

/** The factor is the last of its uniforms. */
function mix([result, a, b, uniforms]: readonly ArrayBuffer[]): void {
  const factor = new DataView(uniforms).getFloat32(52, true);
  const [left, right] = [new Float32Array(a), new Float32Array(b)];
  new Float32Array(result).set(left.map((value, i) => Math.fround(value * factor) + right[i]));
}

function mixed(a: tf.Tensor2D, b: tf.Tensor2D, factor: number): tf.Tensor2D {
  return callKernel<tf.Tensor2D>(MIX, { inputs: { a, b }, attrs: { factor } });
}

/** An engine on a fake device, lean or as tfjs has it. */
async function start(mostGroups?: number) {
  const { device, made } = createFakeDevice({ mix });
  tf.registerBackend("webgpu", () => new WebGPUBackend(device as unknown as GPUDevice, {} as GPUAdapterInfo), 0);
  await tf.setBackend("webgpu");
  const engine = tf.backend() as unknown as QueueOfEngine;
  return { made, lean: mostGroups === undefined ? null : makeLean(engine, mostGroups) };
}

/** Random work: tensors made, mixed, freed and read in any order. Answers in the order in which they were read. */
async function randomWork(seed: number, calls: number): Promise<{ read: number[][]; wanted: number[][] }> {
  const random = createRandom(seed);
  const alive: { readonly tensor: tf.Tensor2D; readonly values: Float32Array }[] = [];
  const [read, wanted]: number[][][] = [[], []];
  const sizes = [4, 6];
  for (let call = 0; call < calls; call++) {
    const act = random.next();
    const same = alive.filter(({ tensor }) => tensor.shape[1] === sizes[call % 2]);
    if (act < 0.25 || same.length < 2) {
      const values = Float32Array.from({ length: 2 * sizes[call % 2] }, () => random.int(9));
      alive.push({ tensor: tf.tensor2d(values.slice(), [2, sizes[call % 2]]), values });
    } else if (act < 0.7) {
      const [a, b] = [same[random.int(same.length)], same[random.int(same.length)]];
      if (a === b) continue;
      const factor = [0, 0.5, -1, 0.25][random.int(4)];
      const values = a.values.map((value, i) => Math.fround(value * factor) + b.values[i]);
      alive.push({ tensor: mixed(a.tensor, b.tensor, factor), values });
    } else if (act < 0.95) {
      const [gone] = alive.splice(random.int(alive.length), 1);
      gone.tensor.dispose();
    } else {
      const one = alive[random.int(alive.length)];
      read.push([...(await one.tensor.data())]);
      wanted.push([...one.values]);
    }
  }
  for (const { tensor } of alive) tensor.dispose();
  return { read, wanted };
}

describe("the queue of tfjs' WebGPU engine, made lean", () => {
  beforeEach(() => {
    vi.stubGlobal("navigator", { gpu: {} });
    for (const [name, value] of Object.entries(fakeGlobals)) vi.stubGlobal(name, value);
    registerProgram<Mix, { factor: number }>(MIX, ({ a, b }, { factor }) => ({
      key: MIX,
      inputs: ["a", "b"],
      from: [a, b],
      output: [a.shape[0], a.shape[1]],
      dispatch: [1, 1],
      workgroup: 64,
      uniforms: "factor : f32,",
      values: [{ type: "float32", data: [factor] }],
      code: "program mix;",
    }));
  });

  afterEach(() => {
    tf.removeBackend("webgpu");
    tf.unregisterKernel(MIX, "webgpu");
    vi.unstubAllGlobals();
  });

  it.each([
    ["as tfjs has it", undefined],
    ["lean", 4096],
    ["lean, forgetting all the time", 2],
  ])("answers the same, %s", async (_, mostGroups) => {
    await start(mostGroups);
    for (let seed = 1; seed <= 20; seed++) {
      const { read, wanted } = await randomWork(seed, 400);
      expect(read.length).toBeGreaterThan(2);
      expect(read).toEqual(wanted);
    }
  });

  it("makes nothing anew for the same work", async () => {
    const { made, lean } = await start(4096);
    const pass = async () => {
      const result = tf.tidy(() => {
        let x = tf.tensor2d([1, 2, 3, 4], [2, 2]);
        const y = tf.tensor2d([1, 1, 1, 1], [2, 2]);
        for (let i = 0; i < 100; i++) x = mixed(x, y, i % 2 === 0 ? 0.5 : -1);
        return x;
      });
      await result.data();
      result.dispose();
    };
    await pass();
    await pass();
    const before = { ...made };
    await pass();
    expect(made).toEqual({ ...before, writes: before.writes + 2, submits: before.submits + 4 });
    expect(lean?.groupsMade()).toBe(made.groups);
  });

  it("keeps no more bind groups than it may", async () => {
    const { lean } = await start(8);
    await randomWork(3, 600);
    expect(lean?.groupsMade()).toBeGreaterThan(8);
    expect(lean?.groupsKept()).toBeLessThanOrEqual(8);
  });
});
