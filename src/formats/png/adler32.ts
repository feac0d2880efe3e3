/** So many bytes can be summed before a sum outgrows 31 bits: beyond, numbers are no machine integers, and take ten times as long. */
const mostAtOnce = 3800;

/** Adler-32 as zlib streams end in it (RFC 1950), of parts one after another. */
export function createAdler32(): { add(part: Uint8Array): void; bytes(): Uint8Array } {
  let [low, high] = [1, 0];
  return {
    add(part) {
      // Local, and integers as the engine is told: 25 MB take 0.03 s, not 0.3 s.
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
      [low, high] = [a, b];
    },
    bytes: () => Uint8Array.of(high >> 8, high & 255, low >> 8, low & 255),
  };
}
