import * as tf from "@tensorflow/tfjs-core";
import type { CellFeatures } from "./cells";
import { type Mlp, mlpProbabilities } from "./mlp";

/** Class posteriors of cells. */
interface Posteriors {
  /** Ids, ascending. */
  readonly classes: readonly number[];
  /** [classes][cells]; in every cell they sum to 1. */
  readonly probabilities: Float32Array;
}

/** The mean of what MLPs (at least one) say of cells. One that does not know a class gives it 0. */
export async function meanPosteriors(mlps: readonly Mlp[], cells: CellFeatures): Promise<Posteriors> {
  const classes = [...new Set(mlps.flatMap((mlp) => mlp.classes))].sort((a, b) => a - b);
  const count = cells.values.length / cells.channels;
  const probabilities = new Float32Array(classes.length * count);
  for (const mlp of mlps) {
    const tensor = tf.tidy(() => tf.transpose(mlpProbabilities(mlp, cells)));
    const own = await tensor.data<"float32">();
    tensor.dispose();
    for (const [row, id] of mlp.classes.entries()) {
      const at = classes.indexOf(id) * count;
      for (let cell = 0; cell < count; cell++) probabilities[at + cell] += own[row * count + cell] / mlps.length;
    }
  }
  return { classes, probabilities };
}
