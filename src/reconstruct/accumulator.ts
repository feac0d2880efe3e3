import type { PartLogits } from "../model/loadedModel";
import type { Sampler } from "./sampler";

/** What one window says in one pass. */
export interface WindowAnswer {
  /**
   * Logits of the window's slots, of some that no class has where the engine wants more, and of "other", in the parts of it that
   * are read (at least one); they stay the caller's.
   */
  readonly parts: readonly PartLogits[];
  /** Side of the window, model px. */
  readonly size: number;
  /** As `upload` numbered it. */
  readonly sampler: number;
  /** Window slot -> request slot. */
  readonly slots: readonly number[];
  /** 1 for each window slot that this pass shows, or that is a candidate; a class that is neither abstains. */
  readonly shown: ArrayLike<number>;
}

/** Answer for the masked pixels, in their order. */
export interface Choice {
  /** Request slot, -1 where no slot can be chosen. */
  readonly slots: Int32Array;
  /** 0..1, calibrated, lowered where passes disagree. */
  readonly confidence: Float32Array;
  /** 1 = "other" is likelier than the chosen slot. */
  readonly other: Uint8Array;
}

/** Averages class probabilities over windows and passes. */
export interface Accumulator {
  /** Takes a sampler, once a request; returns its number. */
  upload(sampler: Sampler): number;
  /** Adds one pass: the answers of all windows. */
  addPass(answers: readonly WindowAnswer[]): void;
  choose(temperature: number): Promise<Choice>;
  dispose(): void;
}
