import type { LoadedModel } from "../loadedModel";
import type { FindExample, FindRequest, FindResult, WorkImage } from "../protocol";
import type { Checkpoint } from "../reconstruct";

/** Windows looked at, and how many there are. */
export interface FindSteps {
  readonly done: number;
  readonly total: number;
}

/**
 * What the session needs of error finding. It holds what was learnt, but no tensors between two jobs: another data set
 * gets a new one, and this one is dropped. `checkpoint` is awaited between two steps on the engine: other work of the engine
 * may run in it, and it throws to cancel, upon which everything is freed.
 */
export interface Finder {
  /** Whether the model came with rules for finding. */
  finds(model: LoadedModel): boolean;
  /** Learns what the classes look like in one image, in place of what that image taught before. */
  learn(model: LoadedModel, example: FindExample, checkpoint: Checkpoint): Promise<void>;
  /** Yields after every window and returns what looks wrong. What the image itself taught is left out. */
  find(
    model: LoadedModel,
    image: WorkImage,
    request: FindRequest,
    checkpoint: Checkpoint,
  ): AsyncGenerator<FindSteps, FindResult, void>;
}
