import type { Tensor, TensorContainer } from "@tensorflow/tfjs-core";
import * as tf from "@tensorflow/tfjs-core";

/**
 * Owner of the tensors that live across the pauses of a generator, where `tf.tidy` cannot reach: whatever a step
 * returns is freed by `dispose`, at the end or on cancel.
 */
export interface Arena {
  /** Runs a step in `tf.tidy` and owns the tensors it returns. */
  run<T extends TensorContainer>(step: () => T): T;
  /** The same, then frees `old`, which the result takes the place of. */
  replace<T extends Tensor>(old: Tensor, step: () => T): T;
  /** Gives a tensor to the caller. */
  release<T extends Tensor>(tensor: T): T;
  dispose(): void;
}

export function createArena(): Arena {
  const owned = new Set<Tensor>();
  const run = <T extends TensorContainer>(step: () => T): T => {
    const result = tf.tidy(step);
    collect(result, owned);
    return result;
  };
  return {
    run,
    replace(old, step) {
      const result = run(step);
      owned.delete(old);
      old.dispose();
      return result;
    },
    release(tensor) {
      owned.delete(tensor);
      return tensor;
    },
    dispose() {
      for (const tensor of owned) tensor.dispose();
      owned.clear();
    },
  };
}

function collect(value: TensorContainer, into: Set<Tensor>): void {
  if (value instanceof tf.Tensor) into.add(value);
  else if (Array.isArray(value)) for (const item of value) collect(item, into);
  else if (typeof value === "object" && value !== null) for (const item of Object.values(value)) collect(item, into);
}
