import { intersectRects, isEmptyRect, type Rect } from "../core/rect";

/** Where recent versions changed pixels: decides whether something made from an older version is stale. */
export interface ChangeLog {
  add(version: number, rects: readonly Rect[]): void;
  /** Whether any pixel of `rect` changed after `version`; true when that is too long ago to know. */
  changedSince(version: number, rect: Rect): boolean;
}

/** @param limit rectangles to remember. A stroke adds one per pointer move, a reconstruction spans a few hundred. */
export function createChangeLog(limit = 4096): ChangeLog {
  const entries: { version: number; rect: Rect }[] = [];
  let forgotten = -1;
  return {
    add(version, rects) {
      for (const rect of rects) entries.push({ version, rect });
      while (entries.length > limit) forgotten = (entries.shift() as { version: number }).version;
    },
    changedSince(version, rect) {
      if (version < forgotten) return true;
      for (let i = entries.length - 1; i >= 0; i--) {
        const entry = entries[i] as { version: number; rect: Rect };
        if (entry.version <= version) return false;
        if (!isEmptyRect(intersectRects(entry.rect, rect))) return true;
      }
      return false;
    },
  };
}
