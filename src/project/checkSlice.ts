import { checkKinds } from "../review/check/masks";
import type { CheckReport } from "../review/check/report";
import type { Slice } from "./slice";

/** The newest self-check of a project. */
export interface DatedCheck {
  readonly report: CheckReport;
  /** When it was done, milliseconds since 1970. */
  readonly at: number;
}

export const checkSlice: Slice<DatedCheck | null> = {
  name: "check",
  encode: (state) => state ?? undefined,
  decode(record) {
    const { report, at } = partsOf(record);
    return isReport(report) && typeof at === "number" ? { report, at } : null;
  },
};

function isReport(value: unknown): value is CheckReport {
  const report = partsOf(value);
  const { kinds, classes, bins, threshold, verdict, skipped, model, learntFrom } = report;
  const facts = ["images", "windows", "seed", "ece", "target"];
  const { kind, text } = partsOf(verdict);
  return (
    haveNumbers(report, facts) &&
    typeof model === "string" &&
    (learntFrom === null || typeof learntFrom === "number") &&
    isListOf(kinds, (one) => {
      const { kind: own, model: answered, nearest } = partsOf(one);
      const scores = ["pixels", "meanIou", "accuracy"];
      return checkKinds.some((known) => known === own) && haveNumbers(answered, scores) && haveNumbers(nearest, scores);
    }) &&
    isListOf(classes, (one) => haveNumbers(one, ["id", "pixels", "iou", "recall", "nearestRecall"])) &&
    isListOf(bins, (one) => haveNumbers(one, ["confidence", "right", "pixels"])) &&
    (threshold === null || haveNumbers(threshold, ["percent", "share", "right"])) &&
    ["trust", "careful", "no", "unknown"].some((one) => one === kind) &&
    typeof text === "string" &&
    isListOf(skipped, (one) => typeof one === "string")
  );
}

function partsOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
}

/** NaN is one: what was not measured. */
function haveNumbers(value: unknown, names: readonly string[]): boolean {
  const parts = partsOf(value);
  return names.every((name) => typeof parts[name] === "number");
}

function isListOf(value: unknown, isOne: (one: unknown) => boolean): boolean {
  return Array.isArray(value) && value.every(isOne);
}
