import { parseArgs } from "node:util";

/** What may be left out: each takes long on a software adapter. */
const parts = ["plain", "wasm", "support", "find"] as const;
type Part = (typeof parts)[number];

/** What to measure. */
export interface Options {
  /** Timed rounds of what takes milliseconds. */
  readonly rounds: number;
  /** Timed rounds of a search. */
  readonly finds: number;
  /** After so many seconds no further round begins. */
  readonly seconds: number;
  readonly skip: ReadonlySet<Part>;
}

/** For the command's help. */
export const usage = `--rounds 3      timed rounds of an encoding, a pass, a preview
--finds 1       timed rounds of a search
--seconds 3600  begin no round after so many seconds
--skip A,B      leave out ${parts.join(", ")}`;

/** Reads the benchmark's arguments. Throws an Error that names what is wrong. */
export function parseOptions(args: readonly string[]): Options {
  const { values } = parseArgs({
    args: [...args],
    options: {
      rounds: { type: "string", default: "3" },
      finds: { type: "string", default: "1" },
      seconds: { type: "string", default: "3600" },
      skip: { type: "string", default: "" },
    },
  });
  return {
    rounds: whole("rounds", values.rounds),
    finds: whole("finds", values.finds),
    seconds: whole("seconds", values.seconds),
    skip: new Set(values.skip.split(",").filter(Boolean).map(partOf)),
  };
}

function whole(name: string, text: string): number {
  if (!/^[1-9]\d{0,5}$/.test(text)) throw new Error(`--${name} wants a whole number from 1, not "${text}".`);
  return Number(text);
}

function partOf(name: string): Part {
  const part = parts.find((one) => one === name);
  if (!part) throw new Error(`--skip knows ${parts.join(", ")}, not "${name}".`);
  return part;
}
