/** A promise that ends with an answer, an error, or its caller's abort, whichever comes first. */
export interface Call<T> {
  readonly promise: Promise<T>;
  resolve(value: T): void;
  reject(error: unknown): void;
}

/**
 * @param signal When it aborts, the promise rejects with its reason, after `onAbort` was run. Aborted from the start, it
 * rejects at once and `onAbort` is not run.
 */
export function createCall<T>(signal: AbortSignal | undefined, onAbort: () => void): Call<T> {
  let settle: Pick<Call<T>, "resolve" | "reject"> | undefined;
  const promise = new Promise<T>((resolve, reject) => {
    settle = { resolve, reject };
  });
  // One signal may serve many calls: those that ended must not stay with it.
  const leave = () => signal?.removeEventListener("abort", abort);
  const abort = (): void => {
    leave();
    onAbort();
    settle?.reject(signal?.reason);
  };
  if (signal?.aborted) settle?.reject(signal.reason);
  else signal?.addEventListener("abort", abort);
  return {
    promise,
    resolve(value) {
      leave();
      settle?.resolve(value);
    },
    reject(error) {
      leave();
      settle?.reject(error);
    },
  };
}

/** What a call ends with when nobody waits for it any more, as `AbortController.abort()` has it. */
export function abortError(reason: string): DOMException {
  return new DOMException(reason, "AbortError");
}
