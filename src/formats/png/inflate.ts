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
  const length = inflateInto(deflated, out, () => {
    throw new InflateError("long");
  });
  if (length < expected) throw new InflateError("short");
  return out;
}

/** The first `out.length` bytes of a raw deflate stream, or all it has; returns how many there are. */
export function inflateHead(deflated: Uint8Array, out: Uint8Array): number {
  const stop = {};
  try {
    return inflateInto(deflated, out, () => {
      throw stop;
    });
  } catch (error) {
    if (error === stop) return out.length;
    throw error;
  }
}

function inflateInto(deflated: Uint8Array, out: Uint8Array, onOverflow: () => never): number {
  let length = 0;
  let overflow: (() => never) | null = null;
  const stream = new Inflate((data) => {
    const room = out.length - length;
    out.set(data.length > room ? data.subarray(0, room) : data, length);
    length += Math.min(room, data.length);
    if (data.length > room) overflow = onOverflow;
  });
  for (let at = 0; at === 0 || at < deflated.length; at += pieceBytes) {
    const piece = deflated.subarray(at, at + pieceBytes);
    try {
      stream.push(piece, at + pieceBytes >= deflated.length);
    } catch {
      throw new InflateError("damaged");
    }
    if (overflow) (overflow as () => never)();
  }
  return length;
}
