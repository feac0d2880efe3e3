import { type ClassTable, ignoredIds } from "../core/classTable";
import { clipRect, type Rect, rectArea } from "../core/rect";
import type { ImageDocument } from "../document/types";
import type { ReconstructionResult } from "../reconstruct/types";

/** What a document must offer for reading suggestions off it. */
export type ReadableDocument<Proposal> = Pick<ImageDocument<Proposal>, "labels" | "mask" | "store">;

/** Codes of `ChangeMap.codes` that are not a change. */
export const OUTSIDE = 0;
export const AGREED = 1;
/** The first code of a change; `classes[code - FIRST_CHANGE]` is the new class. */
export const FIRST_CHANGE = 2;

/** The pixels of a result by what would happen to them. All rasters are rect.width * rect.height. */
export interface ChangeMap {
  readonly rect: Rect;
  /** OUTSIDE the mask, masked and AGREED (or not to be changed), or the new class of a pixel that would change. */
  readonly codes: Uint16Array;
  /** 1 + the place in `classes` of a masked pixel's answer, whether that is a change or not; 0: no answer that counts. */
  readonly answers: Uint16Array;
  /** 1 + the place in `classes` of the label of a pixel that is not masked; 0 elsewhere, and where no answer has its class. */
  readonly visible: Uint16Array;
  /** Confidence of every answer, 0..255. */
  readonly confidence: Uint8Array;
  readonly classes: readonly number[];
  /** Index into the result's arrays of the first pixel of a row of `rect`. */
  resultRow(row: number): number;
}

/**
 * Compares a result with the document. Locked classes never change, from or to, and void is never proposed. Whether void
 * under the mask changes was settled by the request: a result repeats what was not to be rebuilt.
 */
export function mapChanges<Proposal>(
  doc: ReadableDocument<Proposal>,
  classes: ClassTable,
  result: ReconstructionResult,
): ChangeMap {
  const { labels, mask } = doc;
  const rect = clipRect(result.rect, labels.width, labels.height);
  const codes = new Uint16Array(rectArea(rect));
  const answers = new Uint16Array(rectArea(rect));
  const visible = new Uint16Array(rectArea(rect));
  const confidence = new Uint8Array(rectArea(rect));
  const places = new Map<number, number>();
  const locked = doc.store.getState().locked;
  const ignored = ignoredIds(classes);
  const mayBecome = (to: number) => !locked.has(to) && !ignored.has(to);
  const placeOf = (id: number) => {
    const place = places.get(id) ?? places.size;
    places.set(id, place);
    return place;
  };
  const resultRow = (row: number) => (rect.y + row - result.rect.y) * result.rect.width + rect.x - result.rect.x;

  for (let row = 0, k = 0; row < rect.height; row++) {
    let i = (rect.y + row) * labels.width + rect.x;
    let r = resultRow(row);
    for (let column = 0; column < rect.width; column++, i++, r++, k++) {
      confidence[k] = result.confidence[r];
      if (mask.data[i] === 0) continue;
      const from = labels.data[i];
      const to = result.ids[r];
      const changes = from !== to && mayBecome(to) && !locked.has(from);
      codes[k] = AGREED;
      if (from !== to && !changes) continue;
      const place = placeOf(to);
      answers[k] = 1 + place;
      if (changes) codes[k] = FIRST_CHANGE + place;
    }
  }
  for (let row = 0, k = 0; row < rect.height; row++) {
    let i = (rect.y + row) * labels.width + rect.x;
    for (let column = 0; column < rect.width; column++, i++, k++) {
      const place = mask.data[i] === 0 ? places.get(labels.data[i]) : undefined;
      if (place !== undefined) visible[k] = 1 + place;
    }
  }
  return { rect, codes, answers, visible, confidence, classes: [...places.keys()], resultRow };
}
