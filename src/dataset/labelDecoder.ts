import { FormatError } from "../formats/errors";
import { type DecodedLabel, decodeLabel, type LabelCodec } from "../formats/labelCodec";

/** Turns label files into ids, here or in a worker. */
export interface LabelDecoder {
  /** @throws FormatError as decodeLabel does. */
  decode(bytes: Uint8Array, codec: LabelCodec): Promise<DecodedLabel>;
  dispose(): void;
}

export interface DecodeRequest {
  readonly id: number;
  readonly bytes: Uint8Array;
  readonly codec: LabelCodec;
}

export type DecodeReply =
  | { readonly id: number; readonly decoded: DecodedLabel }
  | { readonly id: number; readonly reason: string; readonly remedy: string };

/** Decodes in the calling thread. */
export const inThreadDecoder: LabelDecoder = {
  decode: async (bytes, codec) => decodeLabel(bytes, codec),
  dispose: () => undefined,
};

/** The part of Worker that is used. */
export interface WorkerLike {
  postMessage(message: DecodeRequest): void;
  terminate(): void;
  onmessage: ((event: MessageEvent<DecodeReply>) => void) | null;
  onerror: ((event: ErrorEvent) => void) | null;
}

/** Decodes in a worker of its own; where workers cannot start, or once it crashes, in the calling thread. */
export function createLabelDecoder(start: () => WorkerLike = startWorker): LabelDecoder {
  const waiting = new Map<number, DecodeRequest & { resolve(label: Promise<DecodedLabel>): void }>();
  let nextId = 0;
  let worker: WorkerLike | null = null;
  try {
    worker = start();
  } catch {
    return inThreadDecoder;
  }
  worker.onmessage = ({ data }) => {
    const job = waiting.get(data.id);
    waiting.delete(data.id);
    if ("decoded" in data) job?.resolve(Promise.resolve(data.decoded));
    else job?.resolve(Promise.reject(new FormatError(data.reason, data.remedy)));
  };
  worker.onerror = () => {
    worker?.terminate();
    worker = null;
    for (const job of waiting.values()) job.resolve(inThreadDecoder.decode(job.bytes, job.codec));
    waiting.clear();
  };
  return {
    decode: (bytes, codec) => {
      if (!worker) return inThreadDecoder.decode(bytes, codec);
      const request: DecodeRequest = { id: nextId++, bytes, codec };
      return new Promise<DecodedLabel>((resolve) => {
        // Bytes are copied, not moved: a crash must be able to fall back on them.
        waiting.set(request.id, { ...request, resolve });
        worker?.postMessage(request);
      });
    },
    dispose: () => worker?.terminate(),
  };
}

function startWorker(): WorkerLike {
  return new Worker(new URL("./decodeWorker.ts", import.meta.url), { type: "module" });
}
