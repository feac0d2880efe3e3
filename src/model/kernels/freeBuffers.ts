/** tfjs' store of buffers by the names it has inside (4.22): it keeps every buffer that was ever freed, by its size. */
export interface BufferManager {
  device: Pick<GPUDevice, "createBuffer">;
  readonly freeBuffers: Map<string, GPUBuffer[]>;
  numFreeBuffers: number;
  readonly numBytesUsed: number;
  /** Of buffers in use and free ones. */
  numBytesAllocated: number;
  acquireBuffer(size: number, usage: number, mapped?: boolean, reuse?: boolean): GPUBuffer;
  releaseBuffer(buffer: GPUBuffer, reuse?: boolean): void;
}

/** What frees buffers, and knows when nothing that is recorded reads one. */
interface Submitting {
  readonly bufferManager: BufferManager;
  submitQueue(): void;
}

/**
 * Windows, parts and classes come in many sizes, and so do buffers: of the free ones no more than `most` bytes are kept from now
 * on. Those of sizes that were not asked for longest go first, down to half of it, after something was submitted; then `onGone` is
 * called, so that whoever holds some lets go.
 */
export function limitFreeBuffers(engine: Submitting, most: number, onGone: () => void): void {
  const { bufferManager: manager } = engine;
  const lastAsked = new Map<string, number>();
  let asked = 0;
  const acquire = manager.acquireBuffer.bind(manager);
  manager.acquireBuffer = (size, usage, ...rest) => {
    lastAsked.set(`${size}_${usage}`, ++asked);
    return acquire(size, usage, ...rest);
  };

  const freeBytes = () => manager.numBytesAllocated - manager.numBytesUsed;
  const submit = engine.submitQueue.bind(engine);
  engine.submitQueue = () => {
    submit();
    if (freeBytes() <= most) return;
    const bySize = [...manager.freeBuffers].sort(([a], [b]) => (lastAsked.get(a) ?? 0) - (lastAsked.get(b) ?? 0));
    for (const [, buffers] of bySize) {
      for (let one = buffers.pop(); one; one = freeBytes() > most / 2 ? buffers.pop() : undefined) {
        one.destroy();
        manager.numFreeBuffers--;
        manager.numBytesAllocated -= one.size;
      }
      if (freeBytes() <= most / 2) break;
    }
    onGone();
  };
}
