/** Half-precision floats (IEEE 754 binary16) as their bits: `Float16Array` is too new to count on. */
import { roundToEven } from "../core/round";

const bits = new Uint32Array(1);
const float = new Float32Array(bits.buffer);
/** Every one of them as a number, made at the first need. */
let decoded: Float32Array | null = null;

/** Rounded to nearest, ties to even; beyond 65504 infinite. */
export function toFloat16(values: Float32Array): Uint16Array {
  return Uint16Array.from(values, encode);
}

/** The numbers that half-precision floats stand for. */
export function fromFloat16(halves: Uint16Array): Float32Array {
  decoded ??= Float32Array.from({ length: 0x10000 }, (_, half) => decode(half));
  const values = new Float32Array(halves.length);
  for (let i = 0; i < halves.length; i++) values[i] = decoded[halves[i]];
  return values;
}

function encode(value: number): number {
  float[0] = value;
  const sign = (bits[0] >>> 16) & 0x8000;
  const magnitude = bits[0] & 0x7fffffff;
  if (magnitude > 0x7f800000) return 0x7e00;
  if (magnitude >= 0x47800000) return sign | 0x7c00;
  // Below 2^-14 the step between two neighbours is 2^-24.
  if (magnitude < 0x38800000) return sign | roundToEven(Math.abs(float[0]) * 2 ** 24);
  // Thirteen bits of the mantissa go. One that rounds up to a whole carries into the exponent, up to infinity.
  const half = magnitude - 0x38000000;
  return sign | ((half + 0x0fff + ((half >>> 13) & 1)) >>> 13);
}

function decode(half: number): number {
  const sign = half & 0x8000 ? -1 : 1;
  const exponent = (half >>> 10) & 0x1f;
  const mantissa = half & 0x3ff;
  if (exponent === 0) return sign * mantissa * 2 ** -24;
  if (exponent === 0x1f) return mantissa === 0 ? sign * Infinity : NaN;
  return sign * (1024 + mantissa) * 2 ** (exponent - 25);
}
