import type { FindRequest, FindResult } from "../find/types";
import { abortError, type Call, createCall } from "./call";
import type { FindOptions, InferenceClient } from "./inferenceClient";
import type { FromWorker, ToWorker } from "./protocol";

type Message = Extract<FromWorker, { type: "find-progress" | "found" | "cancelled" | "failed" }>;

interface FindCall extends Call<FindResult> {
  readonly id: number;
  readonly request: FindRequest;
  readonly onProgress: FindOptions["onProgress"];
}

/** The client's side of finding errors: one search at a time. */
export interface FindCalls extends Pick<InferenceClient, "find" | "scan"> {
  receive(message: Message): void;
  /** Ends the search under way with an AbortError. */
  cancel(reason: string): void;
  /** The worker is gone. */
  fail(error: Error): void;
}

/**
 * @param nextId A new request id.
 * @param tell Sends a message to the worker.
 */
export function createFindCalls(nextId: () => number, tell: (message: ToWorker) => void): FindCalls {
  let current: FindCall | null = null;

  /** Ends the search under way, if it is that of the id. */
  function end(id: number | undefined, how: (call: FindCall) => void): void {
    if (current === null || current.id !== id) return;
    const call = current;
    current = null;
    how(call);
  }

  function cancel(reason: string): void {
    end(current?.id, ({ id, reject }) => {
      tell({ type: "cancel", requestId: id });
      reject(abortError(reason));
    });
  }

  function begin(
    request: FindRequest,
    { signal, onProgress }: FindOptions,
    message: (requestId: number) => ToWorker,
  ): Promise<FindResult> {
    const id = nextId();
    const call = createCall<FindResult>(signal, () => end(id, () => tell({ type: "cancel", requestId: id })));
    if (signal?.aborted) return call.promise;
    cancel("A newer search took its place.");
    current = { ...call, id, request, onProgress };
    tell(message(id));
    return call.promise;
  }

  return {
    find: (request, options = {}) => begin(request, options, (requestId) => ({ type: "find", requestId, request })),
    scan: (image, request, options = {}) =>
      begin(request, options, (requestId) => ({ type: "scan", requestId, request, image })),
    cancel,
    receive(message) {
      switch (message.type) {
        case "find-progress": {
          const { done, total, scan } = message;
          if (current?.id === message.requestId) current.onProgress?.({ done, total, scan });
          break;
        }
        case "found": {
          const { requestId, result } = message;
          if (result.documentVersion === current?.request.documentVersion) {
            end(requestId, (call) => call.resolve(result));
          }
          break;
        }
        case "cancelled":
        case "failed": {
          if (message.requestId === null) break;
          const error = message.type === "failed" ? new Error(message.message) : abortError("The worker ended it.");
          end(message.requestId, (call) => call.reject(error));
        }
      }
    },
    fail: (error) => end(current?.id, (call) => call.reject(error)),
  };
}
