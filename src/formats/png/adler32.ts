/** So many bytes can be summed before a sum outgrows 32 bits (RFC 1950's reference code). */
const mostAtOnce = 5552;

/** Adler-32 as zlib streams end in it (RFC 1950), of parts one after another. */
export function createAdler32(): { add(part: Uint8Array): void; bytes(): Uint8Array } {
  let [a, b] = [1, 0];
  return {
    add(part) {
      for (let at = 0; at < part.length; ) {
        const end = Math.min(part.length, at + mostAtOnce);
        for (; at < end; at += 1) {
          a += part[at];
          b += a;
        }
        a %= 65521;
        b %= 65521;
      }
    },
    bytes: () => Uint8Array.of(b >> 8, b & 255, a >> 8, a & 255),
  };
}
