/**
 * Spreads one packed row into samples. `out` receives `count` samples from `offset`, `stride` apart per pixel.
 * Samples under 8 bits lie high bits first in a byte.
 */
export function unpackRow(row: Uint8Array, bitDepth: number, out: Uint16Array, count: number): void {
  if (bitDepth === 8) {
    for (let i = 0; i < count; i += 1) out[i] = row[i];
  } else if (bitDepth === 16) {
    for (let i = 0; i < count; i += 1) out[i] = (row[2 * i] << 8) | row[2 * i + 1];
  } else {
    const mask = (1 << bitDepth) - 1;
    for (let i = 0; i < count; i += 1) {
      const bit = i * bitDepth;
      out[i] = (row[bit >> 3] >> (8 - bitDepth - (bit & 7))) & mask;
    }
  }
}

/** The reverse of {@link unpackRow}; bits left over in the last byte are 0. */
export function packRow(samples: Uint16Array, bitDepth: number, row: Uint8Array, count: number): void {
  if (bitDepth === 8) {
    for (let i = 0; i < count; i += 1) row[i] = samples[i];
  } else if (bitDepth === 16) {
    for (let i = 0; i < count; i += 1) {
      row[2 * i] = samples[i] >> 8;
      row[2 * i + 1] = samples[i];
    }
  } else {
    row.fill(0);
    for (let i = 0; i < count; i += 1) {
      const bit = i * bitDepth;
      row[bit >> 3] |= samples[i] << (8 - bitDepth - (bit & 7));
    }
  }
}
