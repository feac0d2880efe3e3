import { FormatError } from "../errors";

/** Paeth's predictor (PNG specification, 9.4). */
function paeth(a: number, b: number, c: number): number {
  const pa = Math.abs(b - c);
  const pb = Math.abs(a - c);
  const pc = Math.abs(a + b - c - c);
  if (pa <= pb && pa <= pc) return a;
  return pb <= pc ? b : c;
}

/**
 * Undoes one row's filter in place. `row` is the row without its filter byte, `above` the row over it already
 * unfiltered (all zero for the first), `step` the bytes of a whole pixel, at least 1.
 * @throws FormatError for a filter PNG does not have.
 */
export function unfilterRow(filter: number, row: Uint8Array, above: Uint8Array, step: number): void {
  const n = row.length;
  switch (filter) {
    case 0:
      return;
    case 1:
      for (let i = step; i < n; i += 1) row[i] += row[i - step];
      return;
    case 2:
      for (let i = 0; i < n; i += 1) row[i] += above[i];
      return;
    case 3:
      for (let i = 0; i < n; i += 1) row[i] += ((i < step ? 0 : row[i - step]) + above[i]) >> 1;
      return;
    case 4:
      for (let i = 0; i < n; i += 1) {
        row[i] += i < step ? above[i] : paeth(row[i - step], above[i], above[i - step]);
      }
      return;
    default:
      throw new FormatError("The PNG is damaged: a row has an unknown filter.", "Save the label as PNG again.");
  }
}

/** Filters one row into `out` by Up (2) or None (0): what compresses label maps and photographs of ours well enough. */
export function filterRow(filter: 0 | 2, row: Uint8Array, above: Uint8Array, out: Uint8Array): void {
  if (filter === 0) {
    out.set(row);
    return;
  }
  for (let i = 0; i < row.length; i += 1) out[i] = row[i] - above[i];
}
