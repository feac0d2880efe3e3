import { type ImageFilter, type ImageSort, imageSorts, imageStates, noFilter } from "../review/imageFilter";
import { lintFacts } from "../review/lint/lintCounts";
import type { Slice } from "./slice";

/** Which images of a data set are looked for, and in what order. */
export interface KeptFilter {
  readonly filter: ImageFilter;
  readonly sort: ImageSort;
}

export const filterSlice: Slice<KeptFilter> = {
  name: "filter",
  encode: (state) => (state.filter === noFilter && state.sort === "name" ? undefined : state),
  decode(record) {
    const { filter, sort } = partsOf(record);
    const { states, classId, pair, lint, score, text } = partsOf(filter);
    const { min, max } = partsOf(score);
    const { from, to } = partsOf(pair);
    return {
      filter: {
        states: imageStates.filter((one) => Array.isArray(states) && states.includes(one)),
        classId: isId(classId) ? classId : null,
        pair: isId(from) && isId(to) ? { from, to } : null,
        lint: lintFacts.find((one) => one === lint) ?? null,
        score: isShare(min) && isShare(max) && min <= max ? { min, max } : noFilter.score,
        text: typeof text === "string" ? text : "",
      },
      sort: imageSorts.find((one) => one === sort) ?? "name",
    };
  },
};

function partsOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
}

function isId(value: unknown): value is number {
  return typeof value === "number" && Number.isInteger(value) && value >= 0;
}

function isShare(value: unknown): value is number {
  return typeof value === "number" && value >= 0 && value <= 1;
}
