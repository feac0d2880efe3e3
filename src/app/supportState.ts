import type { SupportFacts } from "../support/store";

/** How far learning what the classes look like is. */
export type SupportState =
  /** Images; all of them are done while what was learnt is being fitted. */
  | { readonly state: "learning"; readonly done: number; readonly total: number }
  /** `skipped`: images that could not be learnt from, each with the reason. */
  | ({ readonly state: "known"; readonly skipped: readonly string[] } & SupportFacts)
  | { readonly state: "stopped" };
