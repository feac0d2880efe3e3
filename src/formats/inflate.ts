import { Inflate } from "fflate";

/** Input is fed in pieces, so that a bomb is stopped at most this many bytes x 1032 past its promise. */
const pieceBytes = 1 << 16;

/** Deflate cannot shrink more than this, so a stream too short for its promise is known before memory is taken. */
const maxDeflateRatio = 1032;

/** Why a stream was not inflated to the promised size. */
export class InflateError extends Error {
  override readonly name = "InflateError";

  constructor(readonly problem: "short" | "long" | "damaged") {
    super(`The compressed stream is ${problem}`);
  }
}

/**
 * Inflates a raw deflate stream that must give exactly `expected` bytes; never takes more memory than that.
 * @throws InflateError
 */
export function inflateExactly(deflated: Uint8Array, expected: number): Uint8Array {
  if (deflated.length * maxDeflateRatio < expected) throw new InflateError("short");
  const out = new Uint8Array(expected);
  const length = inflateInto(deflated, out, true);
  if (length > expected) throw new InflateError("long");
  if (length < expected) throw new InflateError("short");
  return out;
}

/**
 * Inflates a raw deflate stream that must give exactly `expected` bytes, and hands them on part by part: they are never
 * in memory as a whole.
 * @throws InflateError
 */
export function inflateParts(deflated: Uint8Array, expected: number, take: (part: Uint8Array) => void): void {
  if (deflated.length * maxDeflateRatio < expected) throw new InflateError("short");
  const length = inflate(deflated, expected, true, (data, from) => take(data.subarray(0, expected - from)));
  if (length !== expected) throw new InflateError(length > expected ? "long" : "short");
}

/**
 * Fills `out` from the beginning of a raw deflate stream, which may be cut off; returns how many bytes it gave.
 * @throws InflateError
 */
export function inflateHead(deflated: Uint8Array, out: Uint8Array): number {
  return Math.min(out.length, inflateInto(deflated, out, false));
}

/** Returns the stream's length, or some length above out.length as soon as that is passed. */
function inflateInto(deflated: Uint8Array, out: Uint8Array, isWhole: boolean): number {
  return inflate(deflated, out.length, isWhole, (data, from) => out.set(data.subarray(0, out.length - from), from));
}

/** Hands on what lies before `wanted`, with its place; returns as inflateInto does. */
function inflate(
  deflated: Uint8Array,
  wanted: number,
  isWhole: boolean,
  take: (data: Uint8Array, from: number) => void,
): number {
  let length = 0;
  let failed: unknown = null;
  const stream = new Inflate((data) => {
    try {
      if (length < wanted) take(data, length);
    } catch (error) {
      failed ??= error;
    }
    length += data.length;
  });
  for (let at = 0; at < Math.max(1, deflated.length) && length <= wanted; at += pieceBytes) {
    try {
      stream.push(deflated.subarray(at, at + pieceBytes), isWhole && at + pieceBytes >= deflated.length);
    } catch {
      throw new InflateError("damaged");
    }
    // What its owner says of the data comes first.
    if (failed !== null) throw failed;
  }
  return length;
}
