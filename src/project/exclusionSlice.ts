import { forEachOn, type Runs, runsOf } from "../core/runs";
import type { Exclusions } from "../review/exclusions";
import type { Slice } from "./slice";

/** One mask of a size, as runs. */
interface ExclusionRecord {
  readonly width: number;
  readonly height: number;
  readonly runs: Runs;
}

/** What a data set excludes from finding. Of a record, masks that make no sense are left out. */
export const exclusionSlice: Slice<Exclusions> = {
  name: "exclusions",
  encode(exclusions) {
    if (exclusions.length === 0) return undefined;
    return exclusions.map(({ width, height, data }): ExclusionRecord => ({ width, height, runs: runsOf(data) }));
  },
  decode(record) {
    if (!Array.isArray(record)) return [];
    return record.filter(isRecord).map(({ width, height, runs }) => {
      const data = new Uint8Array(width * height);
      forEachOn(runs, (index) => {
        data[index] = 1;
      });
      return { width, height, data };
    });
  },
};

function isRecord(value: unknown): value is ExclusionRecord {
  if (typeof value !== "object" || value === null) return false;
  const { width, height, runs } = value as Partial<Record<keyof ExclusionRecord, unknown>>;
  if (!isSide(width) || !isSide(height) || !(runs instanceof Uint32Array)) return false;
  return runs.reduce((sum, length) => sum + length, 0) === width * height;
}

/** Larger images cannot be decoded by any browser. */
function isSide(value: unknown): value is number {
  return typeof value === "number" && Number.isInteger(value) && value > 0 && value <= 65535;
}
