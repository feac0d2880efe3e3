import { type Endpoint, type Remote, wrap } from "comlink";
import { createHeartbeat, mostStepMs } from "../core/heartbeat";
import { FormatError } from "../formats/errors";
import { NeedsRaiseError } from "../formats/labelEncode";
import { inThreadCoder, type LabelCoder } from "./labelCoder";
import type { Failure, Outcome, remoteCoder } from "./remoteCoder";

/** The part of Worker that is used. */
export interface WorkerLike extends Endpoint {
  terminate(): void;
  onerror: ((event: ErrorEvent) => void) | null;
}

interface Call {
  /** Asks the worker that runs. */
  send(remote: Remote<typeof remoteCoder>): void;
  /** Does it in the calling thread instead. */
  doHere(): void;
  reject(error: FormatError): void;
}

/**
 * Works in a worker of its own; where workers cannot start, or once it crashes, in the calling thread. One that hangs is
 * started anew: the call it hangs on fails, others are asked again.
 */
export function createLabelDecoder(start: () => WorkerLike = startWorker): LabelCoder {
  let worker: WorkerLike | null = null;
  let remote: Remote<typeof remoteCoder> | null = null;
  /** Those that the worker has not answered yet, in the order in which they were asked. */
  const waiting = new Set<Call>();
  const heartbeat = createHeartbeat({
    isWaiting: () => waiting.size > 0,
    limitMs: () => mostStepMs,
    onSilence: restart,
  });

  function connect(): void {
    heartbeat.reset();
    try {
      worker = start();
    } catch {
      worker = null;
      remote = null;
      return;
    }
    remote = wrap<typeof remoteCoder>(worker);
    heartbeat.heard();
    worker.onerror = () => {
      worker?.terminate();
      worker = null;
      remote = null;
      for (const call of waiting) call.doHere();
      waiting.clear();
    };
  }

  function restart(seconds: number): void {
    worker?.terminate();
    const [hung, ...others] = waiting;
    waiting.delete(hung);
    hung.reject(
      new FormatError(
        `This file kept the app busy for ${seconds} s and was given up.`,
        "Save it anew in another program.",
      ),
    );
    connect();
    for (const call of others) {
      if (remote) call.send(remote);
      else call.doHere();
    }
    heartbeat.start();
  }

  connect();

  // Bytes and ids are copied to the worker, not moved: a crash must be able to fall back on them.
  const ask = <T>(
    there: (coder: Remote<typeof remoteCoder>) => Promise<Outcome<T>>,
    here: () => Promise<T>,
  ): Promise<T> => {
    if (!remote) return here();
    const asked = remote;
    return new Promise<T>((resolve, reject) => {
      const call: Call = {
        send: (coder) => {
          const answered = (): void => {
            heartbeat.heard();
            waiting.delete(call);
          };
          there(coder).then(
            (outcome) => {
              answered();
              if ("result" in outcome) resolve(outcome.result);
              else reject(errorOf(outcome));
            },
            (error) => {
              answered();
              reject(error);
            },
          );
        },
        doHere: () => resolve(here()),
        reject,
      };
      waiting.add(call);
      call.send(asked);
      heartbeat.start();
    });
  };
  return {
    decode: (...args) =>
      ask(
        (coder) => coder.decode(...args),
        () => inThreadCoder.decode(...args),
      ),
    look: (...args) =>
      ask(
        (coder) => coder.look(...args),
        () => inThreadCoder.look(...args),
      ),
    classLists: (...args) =>
      ask(
        (coder) => coder.classLists(...args),
        () => inThreadCoder.classLists(...args),
      ),
    picture: (...args) =>
      ask(
        (coder) => coder.picture(...args),
        () => inThreadCoder.picture(...args),
      ),
    encode: (...args) =>
      ask(
        (coder) => coder.encode(...args),
        () => inThreadCoder.encode(...args),
      ),
    dispose() {
      worker?.terminate();
      heartbeat.reset();
    },
  };
}

function errorOf({ reason, remedy, needsRaise }: Failure): FormatError {
  return new (needsRaise ? NeedsRaiseError : FormatError)(reason, remedy);
}

function startWorker(): WorkerLike {
  return new Worker(new URL("./labelWorker.ts", import.meta.url), { type: "module" });
}
