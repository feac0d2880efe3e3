import type { Checkpoint } from "./steps";

/**
 * A result made once, step by step, by whoever needs it. Callers may run in each other's pauses: the inner one takes the
 * steps that are left, and cannot wait for the outer one, which waits for it. What a cancelled caller has done stays for
 * the next one.
 */
export interface SharedSteps<T> {
  /** `checkpoint` runs between two steps and may throw to cancel. */
  result(checkpoint: Checkpoint): Promise<T>;
  /** The result once it is there, else null. */
  peek(): T | null;
  /** Ends the steps under way, which free what they hold, and forgets the result. No caller may be under way. */
  dispose(): void;
}

/** @param start Begins the steps; called at the first need, and again after they failed. */
export function shareSteps<T>(start: () => Generator<unknown, T, void>): SharedSteps<T> {
  let steps: Generator<unknown, T, void> | null = null;
  let done: { readonly value: T } | null = null;

  function step(): void {
    steps ??= start();
    try {
      const { done: isLast, value } = steps.next();
      if (isLast) done = { value };
    } catch (error) {
      steps = null;
      throw error;
    }
  }

  return {
    async result(checkpoint) {
      for (;;) {
        if (done) return done.value;
        step();
        if (!done) await checkpoint();
      }
    },
    peek: () => done?.value ?? null,
    dispose() {
      steps?.return(undefined as never);
      [steps, done] = [null, null];
    },
  };
}
