import type { FindExample, FindRequest, FindResult } from "../find/types";
import { abortError, type Call, createCall } from "./call";
import type { FindOptions, InferenceClient } from "./inferenceClient";
import type { FromWorker, ToWorker } from "./protocol";

type Message = Extract<FromWorker, { type: "learnt" | "find-progress" | "found" | "cancelled" | "failed" }>;

interface LearnCall extends Call<void> {
  readonly key: string;
}

interface FindCall extends Call<FindResult> {
  readonly request: FindRequest;
  readonly onProgress: FindOptions["onProgress"];
}

/** The client's side of learning and finding. */
export interface BackgroundCalls extends Pick<InferenceClient, "learn" | "find" | "forget" | "learntKeys"> {
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
export function createBackgroundCalls(
  nextId: () => number,
  tell: (message: ToWorker, transfer?: Transferable[]) => void,
): BackgroundCalls {
  const learnt = new Set<string>();
  /** Calls under way by request id. */
  const learnCalls = new Map<number, LearnCall>();
  const findCalls = new Map<number, FindCall>();

  /** Forgets a call that has ended and returns it. */
  function take<T>(calls: Map<number, T>, id: number): T | undefined {
    const call = calls.get(id);
    calls.delete(id);
    return call;
  }

  /** Forgets a call that its caller has ended. */
  function drop(calls: Map<number, unknown>, id: number): void {
    if (calls.delete(id)) tell({ type: "cancel", requestId: id });
  }

  function cancelAll(calls: Map<number, Call<never> | Call<void> | FindCall>, reason: string): void {
    for (const [id, call] of [...calls]) {
      drop(calls, id);
      call.reject(abortError(reason));
    }
  }

  function cancel(reason: string): void {
    cancelAll(findCalls, reason);
    cancelAll(learnCalls, reason);
  }

  return {
    learn(example: FindExample, { signal } = {}) {
      const id = nextId();
      const call = createCall<void>(signal, () => drop(learnCalls, id));
      if (signal?.aborted) return call.promise;
      learnCalls.set(id, { ...call, key: example.imageKey });
      // Until it is learnt again, what it taught may be out of date.
      learnt.delete(example.imageKey);
      const transfer = [example.image.rgba.buffer, example.labels.buffer] as ArrayBuffer[];
      tell({ type: "learn", requestId: id, example }, transfer);
      return call.promise;
    },
    find(request, { signal, onProgress } = {}) {
      const id = nextId();
      const call = createCall<FindResult>(signal, () => drop(findCalls, id));
      if (signal?.aborted) return call.promise;
      cancelAll(findCalls, "A newer search took its place.");
      findCalls.set(id, { ...call, request, onProgress });
      tell({ type: "find", requestId: id, request });
      return call.promise;
    },
    cancel,
    forget() {
      cancel("What was learnt is forgotten.");
      learnt.clear();
      tell({ type: "forget" });
    },
    learntKeys: () => learnt,
    receive(message) {
      switch (message.type) {
        case "learnt": {
          const call = take(learnCalls, message.requestId);
          if (call) learnt.add(call.key);
          call?.resolve();
          break;
        }
        case "find-progress":
          findCalls.get(message.requestId)?.onProgress?.(message.done, message.total);
          break;
        case "found": {
          const { requestId, result } = message;
          if (result.documentVersion !== findCalls.get(requestId)?.request.documentVersion) break;
          take(findCalls, requestId)?.resolve(result);
          break;
        }
        case "cancelled":
        case "failed": {
          if (message.requestId === null) break;
          const error = message.type === "failed" ? new Error(message.message) : abortError("The worker ended it.");
          take(learnCalls, message.requestId)?.reject(error);
          take(findCalls, message.requestId)?.reject(error);
        }
      }
    },
    fail(error) {
      learnt.clear();
      const calls = [...learnCalls.values(), ...findCalls.values()];
      learnCalls.clear();
      findCalls.clear();
      for (const { reject } of calls) reject(error);
    },
  };
}
