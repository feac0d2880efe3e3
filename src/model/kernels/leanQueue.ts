/**
 * tfjs' WebGPU engine (4.22) makes for every dispatch a buffer of uniforms, a bind group and the object of a layout, and for every
 * upload a buffer that lives once: more work for the processor than a small kernel is for a GPU, which waits meanwhile. Here they
 * are made once and found again; what is computed stays the same. To be deleted when tfjs does so itself.
 */

import type { TensorInfo } from "@tensorflow/tfjs-core";
import { type BufferManager, limitFreeBuffers } from "./freeBuffers";

/** Dispatches handed over at once. What is freed meanwhile can be used again only after that: more would hold more memory. */
const BATCH = 32;
/** Bind groups kept: those of some ten different passes. */
const MOST_GROUPS = 4096;
/** Bytes of free buffers kept: those of some passes over the largest window. */
const MOST_FREE_BYTES = 512 * 2 ** 20;

type Uniforms = readonly { readonly type: string; readonly data: number[] }[];

interface TensorData {
  readonly dtype: string;
  readonly shape: readonly number[];
  /** Not uploaded yet. */
  values: ArrayLike<number> | null;
  resource?: unknown;
}

/** What tfjs wants run. */
interface Recorded {
  readonly pipeline: GPUComputePipeline;
  readonly dispatch: readonly [number, number, number];
  readonly outputShape: readonly number[];
  readonly outputComponent?: number | null;
  /** The code wants to know the size of the output. */
  readonly size?: boolean;
  readonly pixelsOpType?: unknown;
}

/** tfjs' engine by the names it has inside. */
export interface QueueOfEngine {
  readonly device: GPUDevice;
  readonly queue: GPUQueue;
  readonly tensorMap: { get(dataId: object): TensorData };
  readonly bufferManager: BufferManager;
  readonly uniformPendingDisposal: GPUBuffer[];
  readonly commandQueueOwnedIds: WeakSet<object>;
  commandEncoder: GPUCommandEncoder | null;
  computePassEncoder: GPUComputePassEncoder | null;
  dispatchCountInPass: number;
  activeTimers?: unknown;
  uploadToGPU(dataId: object): void;
  makeUniforms(uniforms: Uniforms): { readonly buffer: GPUBuffer };
  recordAndSubmit(program: Recorded, output: TensorInfo, inputs: readonly TensorInfo[], own?: Uniforms): void;
  ensureCommandEncoderReady(): void;
  endComputePassEncoder(): void;
  submitQueue(): void;
}

/** How often something was made, for tests. */
export interface LeanQueue {
  groupsMade(): number;
  groupsKept(): number;
}

const changed = new WeakMap<QueueOfEngine, LeanQueue>();

/** Changes a running engine; once is enough. */
export function makeLean(engine: QueueOfEngine, mostGroups = MOST_GROUPS, mostFreeBytes = MOST_FREE_BYTES): LeanQueue {
  const lean = changed.get(engine) ?? change(engine, mostGroups, mostFreeBytes);
  changed.set(engine, lean);
  return lean;
}

function change(engine: QueueOfEngine, mostGroups: number, mostFreeBytes: number): LeanQueue {
  const { device, queue, tensorMap } = engine;
  const idOf = numberObjects();
  reuseInOrder(engine.bufferManager, idOf);
  limitFreeBuffers(engine, mostFreeBytes, () => forget());

  engine.uploadToGPU = (dataId) => {
    const data = tensorMap.get(dataId);
    if (data.resource != null) return;
    const bytes = 4 * data.shape.reduce((product, side) => product * side, 1);
    const usage = GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_SRC | GPUBufferUsage.COPY_DST;
    const buffer = engine.bufferManager.acquireBuffer(bytes, usage);
    // Before what is recorded and not handed over yet: none of that reads a buffer that was free.
    if (data.values) queue.writeBuffer(buffer, 0, wordsOf(data.values, data.dtype));
    data.values = null;
    data.resource = buffer;
  };

  const record = engine.recordAndSubmit.bind(engine);
  const layouts = new Map<GPUComputePipeline, GPUBindGroupLayout>();
  const uniforms = new Map<string, GPUBuffer>();
  const groups = new Map<string, GPUBindGroup>();
  let groupsMade = 0;

  function layoutOf(pipeline: GPUComputePipeline): GPUBindGroupLayout {
    const known = layouts.get(pipeline) ?? pipeline.getBindGroupLayout(0);
    layouts.set(pipeline, known);
    return known;
  }

  /** A buffer with these values that nobody else writes. */
  function uniformsOf(program: Recorded, shapes: readonly number[][], own: Uniforms): GPUBuffer {
    const size = program.size ? sizeOf(program.outputShape) / (program.outputComponent || 1) : -1;
    let key = `${size}`;
    for (const shape of shapes) key += `;${shape}`;
    for (const { type, data } of own) key += `;${type}${data.map((one) => (Object.is(one, -0) ? "-0" : one))}`;
    let buffer = uniforms.get(key);
    if (!buffer) {
      buffer = engine.makeUniforms(uniformsInOrder(shapes, size, own)).buffer;
      // Kept from being used again after the next batch.
      engine.uniformPendingDisposal.pop();
      uniforms.set(key, buffer);
    }
    return buffer;
  }

  function groupOf(program: Recorded, tensors: readonly TensorInfo[], own: Uniforms): GPUBindGroup {
    const { pipeline } = program;
    const [output, ...inputs] = tensors.map(({ shape }) => shape);
    const buffers = tensors.map(({ dataId }) => tensorMap.get(dataId).resource as GPUBuffer);
    buffers.push(uniformsOf(program, [...inputs, output], own));
    let key = `${idOf(pipeline)}`;
    for (const buffer of buffers) key += `,${idOf(buffer)}`;
    let group = groups.get(key);
    if (!group) {
      if (groups.size >= mostGroups) forget(buffers[buffers.length - 1]);
      const entries = buffers.map((buffer, binding) => ({ binding, resource: { buffer } }));
      group = device.createBindGroup({ layout: layoutOf(pipeline), entries });
      groupsMade++;
      groups.set(key, group);
    }
    return group;
  }

  /** Begins anew, but for a buffer of uniforms that is in use. */
  function forget(used?: GPUBuffer): void {
    groups.clear();
    for (const [key, buffer] of uniforms) {
      if (buffer === used) continue;
      uniforms.delete(key);
      // What is recorded may still read it: it is used again after that.
      engine.uniformPendingDisposal.push(buffer);
    }
  }

  engine.recordAndSubmit = (program, output, inputs, own = []) => {
    const tensors = [output, ...inputs];
    const isPlain = program.pixelsOpType == null && engine.activeTimers == null;
    if (!isPlain || tensors.some(({ dataId }) => !(tensorMap.get(dataId).resource instanceof GPUBuffer))) {
      record(program, output, inputs, own);
      return;
    }
    const group = groupOf(program, tensors, own);
    for (const { dataId } of tensors) engine.commandQueueOwnedIds.add(dataId);
    engine.ensureCommandEncoderReady();
    engine.computePassEncoder ??= (engine.commandEncoder as GPUCommandEncoder).beginComputePass();
    engine.computePassEncoder.setPipeline(program.pipeline);
    engine.computePassEncoder.setBindGroup(0, group);
    engine.computePassEncoder.dispatchWorkgroups(...program.dispatch);
    if (++engine.dispatchCountInPass < BATCH) return;
    engine.endComputePassEncoder();
    engine.submitQueue();
  };

  return { groupsMade: () => groupsMade, groupsKept: () => groups.size };
}

/** A number for every object. */
function numberObjects(): (object: object) => number {
  const numbers = new WeakMap<object, number>();
  let last = 0;
  return (object) => {
    const number = numbers.get(object) ?? ++last;
    numbers.set(object, number);
    return number;
  };
}

/**
 * Of the free buffers the oldest is used first, so that the same work gets the same buffers each time, and a buffer knows its size
 * and usage without asking the browser.
 */
function reuseInOrder(manager: BufferManager, idOf: (object: object) => number): void {
  const { device } = manager;
  manager.device = {
    createBuffer(descriptor) {
      const buffer = device.createBuffer(descriptor);
      idOf(buffer);
      const { size, usage } = descriptor;
      return Object.defineProperties(buffer, { size: { value: size }, usage: { value: usage } });
    },
  };
  const release = manager.releaseBuffer.bind(manager);
  manager.releaseBuffer = (buffer, reuse = true) => {
    release(buffer, reuse);
    const free = reuse ? manager.freeBuffers.get(`${buffer.size}_${buffer.usage}`) : undefined;
    if (!free) return;
    // The last one is taken first.
    for (let i = free.length - 1; i > 0 && idOf(free[i - 1]) < idOf(free[i]); i--) {
      [free[i - 1], free[i]] = [free[i], free[i - 1]];
    }
  };
}

/** What all programs of tfjs find in `uniforms`. */
function uniformsInOrder(shapes: readonly number[][], size: number, own: Uniforms): Uniforms {
  const int32 = (data: number[]) => ({ type: "int32", data });
  return [
    { type: "float32", data: [Number.NaN] },
    { type: "float32", data: [Number.POSITIVE_INFINITY] },
    ...shapes.flatMap((shape) => [int32(shape), int32(stridesOf(shape))]),
    ...(size < 0 ? [] : [int32([size])]),
    ...own,
  ];
}

/** Elements between two indices of every axis but the last. */
function stridesOf(shape: readonly number[]): number[] {
  return shape.slice(1).map((_, axis) => sizeOf(shape.slice(axis + 1)));
}

function sizeOf(shape: readonly number[]): number {
  return shape.reduce((product, side) => product * side, 1);
}

/** Values as a GPU has them, four bytes each. */
function wordsOf(values: ArrayLike<number>, dtype: string): Float32Array<ArrayBuffer> | Int32Array<ArrayBuffer> {
  const Words = dtype === "float32" ? Float32Array : Int32Array;
  return values instanceof Words ? (values as Float32Array<ArrayBuffer>) : Words.from(values);
}
