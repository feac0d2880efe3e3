import { type Endpoint, wrap } from "comlink";
import { FormatError } from "../formats/errors";
import { NeedsRaiseError } from "../formats/labelEncode";
import { inThreadCoder, type LabelCoder } from "./labelCoder";
import type { Failure, Outcome, remoteCoder } from "./remoteCoder";

/** The part of Worker that is used. */
export interface WorkerLike extends Endpoint {
  terminate(): void;
  onerror: ((event: ErrorEvent) => void) | null;
}

/** Works in a worker of its own; where workers cannot start, or once it crashes, in the calling thread. */
export function createLabelDecoder(start: () => WorkerLike = startWorker): LabelCoder {
  let worker: WorkerLike | null = null;
  try {
    worker = start();
  } catch {
    return inThreadCoder;
  }
  const remote = wrap<typeof remoteCoder>(worker);
  /** For each call that the worker has not answered yet: does it here instead. */
  const waiting = new Set<() => void>();
  worker.onerror = () => {
    worker?.terminate();
    worker = null;
    for (const doHere of waiting) doHere();
    waiting.clear();
  };
  // Bytes and ids are copied to the worker, not moved: a crash must be able to fall back on them.
  const ask = <T>(there: () => Promise<Outcome<T>>, here: () => Promise<T>): Promise<T> => {
    if (!worker) return here();
    return new Promise<T>((resolve, reject) => {
      const doHere = () => resolve(here());
      waiting.add(doHere);
      there()
        .then((outcome) => ("result" in outcome ? resolve(outcome.result) : reject(errorOf(outcome))), reject)
        .finally(() => waiting.delete(doHere));
    });
  };
  return {
    decode: (...args) =>
      ask(
        () => remote.decode(...args),
        () => inThreadCoder.decode(...args),
      ),
    look: (...args) =>
      ask(
        () => remote.look(...args),
        () => inThreadCoder.look(...args),
      ),
    classLists: (...args) =>
      ask(
        () => remote.classLists(...args),
        () => inThreadCoder.classLists(...args),
      ),
    picture: (...args) =>
      ask(
        () => remote.picture(...args),
        () => inThreadCoder.picture(...args),
      ),
    encode: (...args) =>
      ask(
        () => remote.encode(...args),
        () => inThreadCoder.encode(...args),
      ),
    dispose: () => worker?.terminate(),
  };
}

function errorOf({ reason, remedy, needsRaise }: Failure): FormatError {
  return new (needsRaise ? NeedsRaiseError : FormatError)(reason, remedy);
}

function startWorker(): WorkerLike {
  return new Worker(new URL("./labelWorker.ts", import.meta.url), { type: "module" });
}
