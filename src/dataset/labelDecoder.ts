import { FormatError } from "../formats/errors";
import { NeedsRaiseError } from "../formats/labelEncode";
import { inThreadCoder, type LabelCoder, type LabelJob, type LabelReply, type LabelRequest } from "./labelCoder";

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
