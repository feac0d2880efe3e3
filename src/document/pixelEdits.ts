import { idFlags } from "../core/classTable";
import type { Rect } from "../core/rect";
import type { Region } from "../core/region";
import type { Captures, Planes } from "./planes";

/** What the methods of an Edit do to the pixels. Each returns the rectangles it changed, none if nothing did. */
export interface PixelEdits {
  setMask(captures: Captures, region: Region, on: boolean): Rect[];
  setLabel(captures: Captures, region: Region, id: number): Rect[];
  setLabels(captures: Captures, region: Region, ids: Uint16Array): Rect[];
  clearHints(captures: Captures, region: Region): Rect[];
  confirmHints(captures: Captures, region: Region): Rect[];
  takeBackHints(captures: Captures, region: Region): Rect[];
  setLocked(locked: ReadonlySet<number>): void;
}

export function createPixelEdits(planes: Planes): PixelEdits {
  const labels = planes.labels.data;
  const mask = planes.mask.data;
  const hints = planes.hints.data;
  const beneath = planes.beneath.data;
  const original = planes.original.data;
  let locked = idFlags([]);

  const dropHint = (i: number) => {
    planes.setHint(i, 0);
    planes.setBeneath(i, 0);
  };

  return {
    setMask(captures, region, on) {
      const inside = memberOf(region);
      return on
        ? planes.rewrite(
            region.rect,
            captures,
            (i, x, y) => mask[i] === 0 && hints[i] === 0 && inside(x, y),
            (i) => planes.setMask(i, 1),
          )
        : planes.rewrite(
            region.rect,
            captures,
            (i, x, y) => mask[i] === 1 && inside(x, y),
            (i) => planes.setMask(i, 0),
          );
    },

    setLabel(captures, region, id) {
      if (locked[id] === 1) return [];
      const inside = memberOf(region);
      return planes.rewrite(
        region.rect,
        captures,
        (i, x, y) => (labels[i] !== id || mask[i] === 1) && locked[labels[i]] === 0 && inside(x, y),
        (i) => {
          if (mask[i] === 1) {
            planes.setMask(i, 0);
            planes.setHint(i, 1);
            planes.setBeneath(i, labels[i] + 1);
          }
          planes.setLabel(i, id);
        },
      );
    },

    setLabels(captures, region, ids) {
      const { rect } = region;
      const inside = memberOf(region);
      const idAt = (x: number, y: number) => ids[(y - rect.y) * rect.width + x - rect.x];
      return planes.rewrite(
        rect,
        captures,
        (i, x, y) => {
          if (!inside(x, y)) return false;
          const id = idAt(x, y);
          return labels[i] !== id && locked[labels[i]] === 0 && locked[id] === 0;
        },
        (i, x, y) => planes.setLabel(i, idAt(x, y)),
      );
    },

    clearHints(captures, region) {
      const inside = memberOf(region);
      return planes.rewrite(region.rect, captures, (i, x, y) => hints[i] === 1 && inside(x, y), dropHint);
    },

    confirmHints(captures, region) {
      const inside = memberOf(region);
      return planes.rewrite(
        region.rect,
        captures,
        (i, x, y) => hints[i] === 1 && beneath[i] !== ((labels[i] + 1) & 0xffff) && inside(x, y),
        (i) => planes.setBeneath(i, labels[i] + 1),
      );
    },

    takeBackHints(captures, region) {
      const inside = memberOf(region);
      return planes.rewrite(
        region.rect,
        captures,
        (i, x, y) => hints[i] === 1 && inside(x, y),
        (i) => {
          const id = beneath[i] === 0 ? original[i] : beneath[i] - 1;
          if (locked[labels[i]] === 0 && locked[id] === 0) planes.setLabel(i, id);
          dropHint(i);
        },
      );
    },

    setLocked(ids) {
      locked = idFlags(ids);
    },
  };
}

/** Membership of pixels inside the region's rectangle. */
function memberOf({ rect, bits }: Region): (x: number, y: number) => boolean {
  return (x, y) => bits[(y - rect.y) * rect.width + x - rect.x] === 1;
}
