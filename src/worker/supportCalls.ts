import { abortError, type Call, createCall } from "./call";
import type { SupportClient } from "./inferenceClient";
import type { FromWorker, ToWorker } from "./protocol";

type Message = Extract<FromWorker, { type: "support-learnt" | "support-fitted" | "cancelled" | "failed" }>;
type Answer<Type> = Extract<FromWorker, { type: Type }>;

/** The client's side of learning support. */
export interface SupportCalls extends SupportClient {
  receive(message: Message): void;
  /** Ends everything under way with an AbortError. */
  cancel(reason: string): void;
  /** The worker is gone, and what it had learnt with it. */
  fail(error: Error): void;
}

/**
 * @param nextId A new request id.
 * @param tell Sends a message to the worker.
 */
export function createSupportCalls(
  nextId: () => number,
  tell: (message: ToWorker, transfer?: Transferable[]) => void,
): SupportCalls {
  /** Calls under way by request id. */
  const learnCalls = new Map<number, Call<Answer<"support-learnt">["cells"]>>();
  const fitCalls = new Map<number, Call<Answer<"support-fitted">["facts"]>>();

  function begin<T>(
    calls: Map<number, Call<T>>,
    signal: AbortSignal | undefined,
    send: (id: number) => void,
  ): Promise<T> {
    const id = nextId();
    const call = createCall<T>(signal, () => {
      if (calls.delete(id)) tell({ type: "cancel", requestId: id });
    });
    if (signal?.aborted) return call.promise;
    calls.set(id, call);
    send(id);
    return call.promise;
  }

  /** Ends a call, if it is still under way. */
  function end<T>(calls: Map<number, Call<T>>, id: number, how: (call: Call<T>) => void): void {
    const call = calls.get(id);
    calls.delete(id);
    if (call) how(call);
  }

  function rejectAll(error: unknown): void {
    for (const id of [...learnCalls.keys()]) end(learnCalls, id, (call) => call.reject(error));
    for (const id of [...fitCalls.keys()]) end(fitCalls, id, (call) => call.reject(error));
  }

  function cancel(reason: string): void {
    for (const requestId of [...learnCalls.keys(), ...fitCalls.keys()]) tell({ type: "cancel", requestId });
    rejectAll(abortError(reason));
  }

  return {
    learn: (example, { signal } = {}) =>
      begin(learnCalls, signal, (requestId) => {
        const transfer = [example.image.rgba.buffer, example.labels.buffer] as ArrayBuffer[];
        tell({ type: "learn-support", requestId, example }, transfer);
      }),
    fit: ({ signal, isDraft = false } = {}) =>
      begin(fitCalls, signal, (requestId) => tell({ type: "fit-support", requestId, isDraft })),
    restore: (images) => tell({ type: "restore-support", images }),
    forget() {
      cancel("What was learnt is forgotten.");
      tell({ type: "forget-support" });
    },
    cancel,
    receive(message) {
      switch (message.type) {
        case "support-learnt":
          end(learnCalls, message.requestId, (call) => call.resolve(message.cells));
          break;
        case "support-fitted":
          end(fitCalls, message.requestId, (call) => call.resolve(message.facts));
          break;
        case "cancelled":
        case "failed": {
          if (message.requestId === null) break;
          const error = message.type === "failed" ? new Error(message.message) : abortError("The worker ended it.");
          end(learnCalls, message.requestId, (call) => call.reject(error));
          end(fitCalls, message.requestId, (call) => call.reject(error));
        }
      }
    },
    fail: rejectAll,
  };
}
