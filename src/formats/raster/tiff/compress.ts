import { zlibSync } from "fflate";
import { encodeLzw } from "../lzw";

/** Rows compressed the way the file's own were: none, LZW, Deflate under either number, PackBits. */
export function compress(rows: Uint8Array, compression: number, rowBytes: number): Uint8Array {
  switch (compression) {
    case 1:
      return rows;
    case 5:
      return encodeLzw(rows, 8, "tiff");
    case 32773:
      return packBits(rows, rowBytes);
    default:
      return zlibSync(rows, { level: 6 });
  }
}

/** PackBits (TIFF 6.0, section 9), each row by itself: runs of 2 to 128 bytes, and up to 128 bytes as they are. */
function packBits(rows: Uint8Array, rowBytes: number): Uint8Array {
  const out: number[] = [];
  for (let start = 0; start < rows.length; start += rowBytes) {
    const end = Math.min(rows.length, start + rowBytes);
    const runAt = (at: number) => {
      let to = at + 1;
      while (to < end && to - at < 128 && rows[to] === rows[at]) to += 1;
      return to - at;
    };
    for (let at = start; at < end; ) {
      const run = runAt(at);
      if (run > 1) {
        out.push(257 - run, rows[at]);
        at += run;
        continue;
      }
      let to = at + 1;
      // A run of two within other bytes saves nothing.
      while (to < end && to - at < 128 && runAt(to) < 3) to += 1;
      out.push(to - at - 1, ...rows.subarray(at, to));
      at = to;
    }
  }
  return Uint8Array.from(out);
}
