import type { Slice } from "../project/slice";
import { isLook, type Look } from "./look";

/** The looks of single images, by their keys. Of a record, what makes no sense is left out. */
export const lookSlice: Slice<ReadonlyMap<string, Look>> = {
  name: "looks",
  encode: (looks) => (looks.size === 0 ? undefined : [...looks]),
  decode(record) {
    const pairs: unknown[] = Array.isArray(record) ? record : [];
    return new Map(pairs.filter(isPair));
  },
};

function isPair(value: unknown): value is [string, Look] {
  return Array.isArray(value) && value.length === 2 && typeof value[0] === "string" && isLook(value[1]);
}
