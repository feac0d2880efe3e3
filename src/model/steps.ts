/** Lets other work happen between two blocks of the model; throws to cancel the request. */
export type Checkpoint = () => Promise<void>;

/** Runs steps to their end without a pause. */
export function runToEnd<T>(steps: Generator<unknown, T, void>): T {
  for (;;) {
    const step = steps.next();
    if (step.done) return step.value;
  }
}
