import type { Rgb } from "../../core/classTable";
import type { LintInput } from "./types";

/** What stands for an id in the file: its colour, or where the file holds ids, the id as a number. */
export type Code = readonly number[];

export function codesOf({ colors }: Pick<LintInput, "colors">): (id: number) => Code {
  const known = new Map<number, Code>(colors ?? []);
  return (id) => {
    const code = known.get(id) ?? [id];
    known.set(id, code);
    return code;
  };
}

export function distance(a: Code, b: Code): number {
  return Math.hypot(...a.map((value, i) => value - b[i]));
}

/** Whether `code` is a mixture of two others, as averaging pixels makes them: on the way from one to the other, within 5 %. */
export function isBetween(code: Code, a: Code, b: Code): boolean {
  const [toA, toB] = [distance(code, a), distance(code, b)];
  return toA > 0 && toB > 0 && toA + toB <= 1.05 * distance(a, b);
}

/** The largest difference of a channel. */
export function channelDistance(a: Rgb, b: Rgb): number {
  return Math.max(...a.map((value, i) => Math.abs(value - b[i])));
}
