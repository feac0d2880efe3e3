import type { LoadedEngine, LoadOptions } from "./loadEngine";
import type { FromWorker, LoadStage, ToWorker } from "./protocol";

/** What the worker's entry lends to a session; tests lend others. */
export interface SessionHost {
  post(message: FromWorker, transfer?: Transferable[]): void;
  load(options: LoadOptions, onStage: (stage: LoadStage, progress: number) => void): Promise<LoadedEngine>;
  /** Resolves in a later task, so that messages that wait are handled first. */
  pause(): Promise<void>;
}

/** The worker's side of the protocol. */
export interface Session {
  handle(message: ToWorker): void;
}
