/** LZW with codes of at most 12 bits: GIF89a specification, appendix F; TIFF 6.0, section 13. */

const maxCodes = 4096;

/**
 * Unpacks codes into `out`, one value each. GIF packs codes low bits first; TIFF high bits first, and widens them one
 * code early.
 * @param bits of the values: GIF's least code size, 8 in TIFF
 * @returns how many values there were, at most out.length
 */
export function decodeLzw(
  data: Uint8Array,
  bits: number,
  out: Uint16Array | Uint8Array,
  format: "gif" | "tiff",
): number {
  const isTiff = format === "tiff";
  const clear = 1 << bits;
  const prefix = new Int16Array(maxCodes);
  const last = new Uint8Array(maxCodes);
  const first = new Uint8Array(maxCodes);
  const length = new Uint16Array(maxCodes);
  for (let code = 0; code < clear; code += 1) {
    prefix[code] = -1;
    last[code] = code;
    first[code] = code;
    length[code] = 1;
  }
  let [next, size, previous] = [clear + 2, bits + 1, -1];
  let [bucket, held, at, count] = [0, 0, 0, 0];
  while (count < out.length) {
    for (; held < size; held += 8) {
      if (at === data.length) return count;
      bucket = isTiff ? (bucket << 8) | data[at] : bucket | (data[at] << held);
      at += 1;
    }
    held -= size;
    const code = (isTiff ? bucket >>> held : bucket) & ((1 << size) - 1);
    bucket = isTiff ? bucket & ((1 << held) - 1) : bucket >>> size;
    if (code === clear) {
      [next, size, previous] = [clear + 2, bits + 1, -1];
      continue;
    }
    // The end, or a code that no encoder writes: what came before still counts.
    if (code === clear + 1 || code > next || (code === next && previous < 0)) return count;
    if (previous >= 0 && next < maxCodes) {
      prefix[next] = previous;
      first[next] = first[previous];
      last[next] = first[code === next ? previous : code];
      length[next] = length[previous] + 1;
      next += 1;
      if (next + (isTiff ? 1 : 0) === 1 << size && size < 12) size += 1;
    } else if (code === next) return count;
    for (let one = code, to = count + length[code] - 1; one >= 0; one = prefix[one], to -= 1) {
      if (to < out.length) out[to] = last[one];
    }
    count += length[code];
    previous = code;
  }
  return out.length;
}

/**
 * Packs values, each below 2^bits, as {@link decodeLzw} unpacks them.
 * @param bits of the values: GIF's least code size (2 to 8), 8 in TIFF
 */
export function encodeLzw(values: ArrayLike<number>, bits: number, format: "gif" | "tiff"): Uint8Array {
  const isTiff = format === "tiff";
  const clear = 1 << bits;
  const out: number[] = [];
  let [bucket, held, size, next] = [0, 0, bits + 1, clear + 2];
  const write = (code: number) => {
    bucket = isTiff ? (bucket << size) | code : bucket | (code << held);
    for (held += size; held >= 8; held -= 8) {
      out.push((isTiff ? bucket >>> (held - 8) : bucket) & 255);
      if (!isTiff) bucket >>>= 8;
    }
    if (isTiff) bucket &= (1 << held) - 1;
  };
  // TIFF widens codes one entry early, and never uses its last two codes.
  const early = isTiff ? 1 : 0;
  const last = isTiff ? maxCodes - 2 : maxCodes;
  // Code of a known string and the value after it -> code of both.
  const table = new Int16Array(maxCodes << bits).fill(-1);
  write(clear);
  let code = values[0];
  for (let i = 1; i < values.length; i += 1) {
    const key = (code << bits) | values[i];
    const known = table[key];
    if (known >= 0) {
      code = known;
      continue;
    }
    write(code);
    code = values[i];
    if (next < last) {
      if (next + early === 1 << size) size += 1;
      table[key] = next;
      next += 1;
    } else {
      write(clear);
      table.fill(-1);
      [next, size] = [clear + 2, bits + 1];
    }
  }
  write(code);
  // The decoder adds an entry for this code too, and may widen what follows.
  if (next + early === 1 << size && size < 12) size += 1;
  write(clear + 1);
  if (held > 0) out.push((isTiff ? bucket << (8 - held) : bucket) & 255);
  return Uint8Array.from(out);
}
