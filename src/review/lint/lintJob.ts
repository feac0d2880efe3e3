import { transfer } from "comlink";
import type { PixelMask } from "../../core/region";
import { lintLabel } from "./lintLabel";
import type { LintInput, LintOptions, LintReport } from "./types";

/** A label to look at, with the hints in it: they are the user's, and small ones would be taken for specks. */
export interface LintJob extends LintInput {
  readonly hints: PixelMask | null;
}

/** Looks at labels, here or in a worker. */
export interface Linter {
  /** The arrays are read, or copied, before it returns. */
  lint(job: LintJob, options: LintOptions): Promise<LintReport>;
}

export const inThreadLinter: Linter = {
  lint: async ({ hints, ...input }, options) =>
    lintLabel({ ...input, excluded: bothOf(input.excluded, hints) }, options),
};

function bothOf(one: PixelMask | null, other: PixelMask | null): PixelMask | null {
  if (one === null || other === null) return one ?? other;
  return { ...one, data: one.data.map((bit, i) => bit | other.data[i]) };
}

/** The linter as the worker exposes it: the report is moved to the caller. */
export const remoteLinter: Linter = {
  async lint(job, options) {
    const report = await inThreadLinter.lint(job, options);
    const buffers = report.rules.flatMap(({ groups: { starts, pixels, to } }) => [starts, pixels, to]);
    return transfer(
      report,
      buffers.map(({ buffer }) => buffer as ArrayBuffer),
    );
  },
};
