import type { Turns } from "../dataset/turns";
import type { Turn } from "../dataset/types";
import type { Slice } from "./slice";

/** Photographs that the user turned. Of a record, what makes no sense is left out. */
export const turnSlice: Slice<Turns> = {
  name: "turns",
  encode: (turns) => (turns.size === 0 ? undefined : [...turns]),
  decode: (record) => new Map(Array.isArray(record) ? record.filter(isTurned) : []),
};

function isTurned(entry: unknown): entry is [string, Turn] {
  return Array.isArray(entry) && typeof entry[0] === "string" && [0, 90, 180, 270].includes(entry[1]);
}
