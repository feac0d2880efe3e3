import type { LabelMap } from "../core/labelMap";
import { FormatError } from "../formats/errors";
import { type DecodedLabel, decodeLabel, type LabelCodec } from "../formats/labelCodec";
import { type EncodeOptions, encodeLabel, NeedsRaiseError } from "../formats/labelEncode";
import type { SeenLabels } from "../formats/layout";
import { lookAtLabel } from "../formats/lookAtLabel";

/** Reads label files, here or in a worker. */
export interface LabelDecoder {
  /** @throws FormatError as decodeLabel does. */
  decode(bytes: Uint8Array, codec: LabelCodec): Promise<DecodedLabel>;
  /** @throws FormatError as lookAtLabel does. */
  look(bytes: Uint8Array): Promise<SeenLabels>;
  dispose(): void;
}

/** Turns label files into ids and back. */
export interface LabelCoder extends LabelDecoder {
  /** @throws FormatError, NeedsRaiseError as encodeLabel does. */
  encode(original: Uint8Array, labels: LabelMap, codec: LabelCodec, options?: EncodeOptions): Promise<Uint8Array>;
}

interface DecodeJob {
  readonly kind: "decode";
  readonly bytes: Uint8Array;
  readonly codec: LabelCodec;
}

interface LookJob {
  readonly kind: "look";
  readonly bytes: Uint8Array;
}

interface EncodeJob {
  readonly kind: "encode";
  readonly bytes: Uint8Array;
  readonly labels: LabelMap;
  readonly codec: LabelCodec;
  readonly options?: EncodeOptions;
}

type LabelJob = DecodeJob | LookJob | EncodeJob;

export type LabelRequest = LabelJob & { readonly id: number };

export type LabelReply =
  | { readonly id: number; readonly decoded: DecodedLabel }
  | { readonly id: number; readonly seen: SeenLabels }
  | { readonly id: number; readonly encoded: Uint8Array }
  | { readonly id: number; readonly reason: string; readonly remedy: string; readonly needsRaise: boolean };

/** Works in the calling thread. */
export const inThreadCoder: LabelCoder = {
  decode: async (bytes, codec) => decodeLabel(bytes, codec),
  look: async (bytes) => lookAtLabel(bytes),
  encode: async (original, labels, codec, options) => encodeLabel(original, labels, codec, options),
  dispose: () => undefined,
};

/** The part of Worker that is used. */
export interface WorkerLike {
  postMessage(message: LabelRequest): void;
  terminate(): void;
  onmessage: ((event: MessageEvent<LabelReply>) => void) | null;
  onerror: ((event: ErrorEvent) => void) | null;
}

/** A request under way: how to end it with the worker's answer, and how to do it here instead. */
interface Waiting {
  settle(reply: LabelReply): void;
  doHere(): void;
}

/** Works in a worker of its own; where workers cannot start, or once it crashes, in the calling thread. */
export function createLabelDecoder(start: () => WorkerLike = startWorker): LabelCoder {
  const waiting = new Map<number, Waiting>();
  let nextId = 0;
  let worker: WorkerLike | null = null;
  try {
    worker = start();
  } catch {
    return inThreadCoder;
  }
  worker.onmessage = ({ data }) => {
    const job = waiting.get(data.id);
    waiting.delete(data.id);
    job?.settle(data);
  };
  worker.onerror = () => {
    worker?.terminate();
    worker = null;
    const jobs = [...waiting.values()];
    waiting.clear();
    for (const job of jobs) job.doHere();
  };
  // Bytes and ids are copied to the worker, not moved: a crash must be able to fall back on them.
  const ask = <T>(job: LabelJob, doHere: () => Promise<T>, read: (reply: LabelReply) => T): Promise<T> => {
    if (!worker) return doHere();
    const id = nextId++;
    return new Promise<T>((resolve, reject) => {
      waiting.set(id, {
        doHere: () => doHere().then(resolve, reject),
        settle: (reply) => {
          if ("reason" in reply) reject(errorOf(reply));
          else resolve(read(reply));
        },
      });
      worker?.postMessage({ ...job, id });
    });
  };
  return {
    decode: (bytes, codec) =>
      ask(
        { kind: "decode", bytes, codec },
        () => inThreadCoder.decode(bytes, codec),
        (reply) => {
          if ("decoded" in reply) return reply.decoded;
          throw new TypeError("The worker answered something else");
        },
      ),
    look: (bytes) =>
      ask(
        { kind: "look", bytes },
        () => inThreadCoder.look(bytes),
        (reply) => {
          if ("seen" in reply) return reply.seen;
          throw new TypeError("The worker answered something else");
        },
      ),
    encode: (original, labels, codec, options = {}) =>
      ask(
        { kind: "encode", bytes: original, labels, codec, options },
        () => inThreadCoder.encode(original, labels, codec, options),
        (reply) => {
          if ("encoded" in reply) return reply.encoded;
          throw new TypeError("The worker answered something else");
        },
      ),
    dispose: () => worker?.terminate(),
  };
}

function errorOf(reply: { reason: string; remedy: string; needsRaise: boolean }): FormatError {
  return new (reply.needsRaise ? NeedsRaiseError : FormatError)(reply.reason, reply.remedy);
}

function startWorker(): WorkerLike {
  return new Worker(new URL("./labelWorker.ts", import.meta.url), { type: "module" });
}
