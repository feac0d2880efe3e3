/** So many bytes can be summed before a sum outgrows 31 bits: beyond, numbers are no machine integers. */
const mostAtOnce = 3800;

/** Adler-32 as zlib streams end in it (RFC 1950), of parts one after another. */
export function createAdler32(): { add(part: Uint8Array): void; bytes(): Uint8Array } {
  let [low, high] = [1, 0];
  return {
    add(part) {
      [low, high] = summed(part, low, high);
    },
    bytes: () => Uint8Array.of(high >> 8, high & 255, low >> 8, low & 255),
  };
}

/** By itself and of integers, as the engine is told: in Chromium 25 MB take a tenth of the 0.3 s that they took with sums kept outside. */
function summed(part: Uint8Array, low: number, high: number): readonly [low: number, high: number] {
  let [a, b] = [low, high];
  for (let at = 0; at < part.length; ) {
    const end = Math.min(part.length, at + mostAtOnce);
    for (; at < end; at += 1) {
      a = (a + part[at]) | 0;
      b = (b + a) | 0;
    }
    a %= 65521;
    b %= 65521;
  }
  return [a, b];
}
