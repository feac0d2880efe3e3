import { type ClassTable, ignoredIds } from "../core/classTable";
import { clipRect, type Rect, rectArea } from "../core/rect";
import type { ImageDocument } from "../document/types";
import type { ReconstructionResult } from "../reconstruct/types";

/** What a document must offer for reading suggestions off it. */
export type ReadableDocument<Proposal> = Pick<ImageDocument<Proposal>, "labels" | "mask" | "store">;

/** Codes of `ChangeMap.codes` that are not a change. */
export const OUTSIDE = 0;
export const AGREED = 1;
/** The first code of a pair; `pairs[code - FIRST_PAIR]`. */
export const FIRST_PAIR = 2;

/** The pixels of a result by what would happen to them. */
export interface ChangeMap {
  readonly rect: Rect;
  /** rect.width * rect.height codes: OUTSIDE the mask, masked and AGREED (or not to be changed), or a pair. */
  readonly codes: Uint16Array;
  readonly pairs: readonly { readonly from: number; readonly to: number }[];
  /** Index into the result's arrays of the first pixel of a row of `rect`. */
  resultRow(row: number): number;
}

/**
 * Compares a result with the document. Locked classes never change, from or to; void is never proposed, and void
 * under the mask is kept unless `fillVoid`.
 */
export function mapChanges<Proposal>(
  doc: ReadableDocument<Proposal>,
  classes: ClassTable,
  result: ReconstructionResult,
  fillVoid: boolean,
): ChangeMap {
  const { labels, mask } = doc;
  const rect = clipRect(result.rect, labels.width, labels.height);
  const codes = new Uint16Array(rectArea(rect));
  const pairs: { from: number; to: number }[] = [];
  const codeOf = new Map<number, number>();
  const locked = doc.store.getState().locked;
  const ignored = ignoredIds(classes);
  const mayChange = (from: number, to: number) =>
    !locked.has(from) && !locked.has(to) && !ignored.has(to) && (fillVoid || !ignored.has(from));

  const code = (from: number, to: number) => {
    const key = from * 65536 + to;
    let known = codeOf.get(key);
    if (known === undefined) {
      known = mayChange(from, to) ? FIRST_PAIR + pairs.push({ from, to }) - 1 : AGREED;
      codeOf.set(key, known);
    }
    return known;
  };
  const resultRow = (row: number) => (rect.y + row - result.rect.y) * result.rect.width + rect.x - result.rect.x;

  for (let row = 0, k = 0; row < rect.height; row++) {
    let i = (rect.y + row) * labels.width + rect.x;
    let r = resultRow(row);
    for (let column = 0; column < rect.width; column++, i++, r++, k++) {
      if (mask.data[i] === 0) continue;
      const from = labels.data[i];
      const to = result.ids[r];
      codes[k] = from === to ? AGREED : code(from, to);
    }
  }
  return { rect, codes, pairs, resultRow };
}
