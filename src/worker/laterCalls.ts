import type { ReconstructionResult } from "../reconstruct/types";
import { abortError, type Call, createCall } from "./call";
import type { InferenceClient } from "./inferenceClient";
import type { FromWorker, ToWorker } from "./protocol";

type Message = Extract<FromWorker, { type: "reconstructed" | "cancelled" | "failed" }>;

interface LaterCall extends Call<readonly ReconstructionResult[]> {
  readonly ofOpenImage: boolean;
}

/** The client's side of reconstructions that give way. */
export interface LaterCalls extends Pick<InferenceClient, "reconstructLater"> {
  receive(message: Message): void;
  /** Ends those on the open image with an AbortError: what they were asked about is being asked anew. */
  giveWay(reason: string): void;
  /** Ends all with an AbortError. */
  cancel(reason: string): void;
  /** The worker is gone. */
  fail(error: Error): void;
}

/**
 * @param nextId A new request id.
 * @param tell Sends a message to the worker.
 */
export function createLaterCalls(nextId: () => number, tell: (message: ToWorker) => void): LaterCalls {
  const calls = new Map<number, LaterCall>();

  /** Ends a call, if it is still under way. */
  function end(id: number, how: (call: LaterCall) => void): void {
    const call = calls.get(id);
    calls.delete(id);
    if (call) how(call);
  }

  function cancel(reason: string, isMeant: (call: LaterCall) => boolean): void {
    for (const [requestId, call] of [...calls]) {
      if (!isMeant(call)) continue;
      tell({ type: "cancel", requestId });
      end(requestId, ({ reject }) => reject(abortError(reason)));
    }
  }

  return {
    reconstructLater(requests, { signal, image = null } = {}) {
      const requestId = nextId();
      const call = createCall<readonly ReconstructionResult[]>(signal, () => {
        if (calls.delete(requestId)) tell({ type: "cancel", requestId });
      });
      if (signal?.aborted) return call.promise;
      calls.set(requestId, { ...call, ofOpenImage: image === null });
      tell({ type: "reconstruct-later", requestId, requests, image });
      return call.promise;
    },
    giveWay: (reason) => cancel(reason, ({ ofOpenImage }) => ofOpenImage),
    cancel: (reason) => cancel(reason, () => true),
    receive(message) {
      if (message.type === "reconstructed") return end(message.requestId, (call) => call.resolve(message.results));
      if (message.requestId === null) return;
      const error = message.type === "failed" ? new Error(message.message) : abortError("The worker ended it.");
      end(message.requestId, (call) => call.reject(error));
    },
    fail(error) {
      for (const id of [...calls.keys()]) end(id, (call) => call.reject(error));
    },
  };
}
