import type { Rect } from "../../core/rect";
import type { DatasetItem } from "../../dataset/types";
import type { LabelWork } from "./compareWork";

/** What to do with an image that was worked on here and there. */
export type Choice = "mine" | "theirs" | "both";

/** Ids of a part of a label, every few pixels one. */
export interface LabelCrop {
  readonly width: number;
  readonly height: number;
  readonly ids: Uint16Array;
}

/** How much was done on one side. */
interface WorkSize {
  /** Pixels that differ from the file. */
  readonly pixels: number;
  readonly decisions: number;
}

/** An image that was worked on here and there. Nothing of it changes until that is decided. */
export interface Conflict {
  readonly item: DatasetItem;
  readonly mine: WorkSize;
  readonly theirs: WorkSize;
  /** Whether neither side touches what the other did. */
  readonly canBoth: boolean;
  /** Around all that either side changed: the file's label, mine and theirs. */
  readonly crops: { readonly before: LabelCrop; readonly mine: LabelCrop; readonly theirs: LabelCrop };
  readonly reviewed: boolean;
  /** Ids of the label as both began with them. */
  readonly original: Uint16Array;
  /** What is chosen is made of the image as it is by then. */
  readonly work: LabelWork;
}

/** The conflicts of an import, to be shown; `answer` is called once, with null where nothing was chosen. */
export interface ConflictQuestion {
  readonly file: string;
  readonly conflicts: readonly Conflict[];
  readonly answer: (choices: ReadonlyMap<string, Choice> | null) => void;
}

export function isConflict(left: object | string | null): left is Conflict {
  return typeof left === "object" && left !== null && "work" in left;
}

/** @param original ids of the label as both began with them. */
export function conflictOf(
  item: DatasetItem,
  original: Uint16Array,
  mine: LabelWork,
  theirs: LabelWork,
  facts: Pick<Conflict, "canBoth" | "reviewed">,
): Conflict {
  const { width, height } = item;
  const around = { x0: width, y0: height, x1: -1, y1: -1 };
  for (let i = 0; i < original.length; i++) {
    if (mine.ids[i] === original[i] && theirs.ids[i] === original[i]) continue;
    const [x, y] = [i % width, Math.floor(i / width)];
    around.x0 = Math.min(around.x0, x);
    around.x1 = Math.max(around.x1, x);
    around.y0 = Math.min(around.y0, y);
    around.y1 = y;
  }
  const { x0, y0, x1, y1 } = around;
  const rect = x1 < 0 ? { x: 0, y: 0, width, height } : padded(x0, y0, x1, y1, width, height);
  const sizeOf = ({ ids, decisions }: LabelWork): WorkSize => ({
    pixels: ids.reduce((sum, id, i) => sum + (id === original[i] ? 0 : 1), 0),
    decisions: decisions.length,
  });
  const crop = (ids: Uint16Array): LabelCrop => cropOf(ids, width, rect);
  return {
    ...{ item, mine: sizeOf(mine), theirs: sizeOf(theirs), original, work: theirs, ...facts },
    crops: { before: crop(original), mine: crop(mine.ids), theirs: crop(theirs.ids) },
  };
}

function padded(x0: number, y0: number, x1: number, y1: number, width: number, height: number): Rect {
  const by = Math.max(4, Math.round(Math.max(x1 - x0, y1 - y0) / 4));
  const [x, y] = [Math.max(0, x0 - by), Math.max(0, y0 - by)];
  return { x, y, width: Math.min(width, x1 + 1 + by) - x, height: Math.min(height, y1 + 1 + by) - y };
}

/** At most `most` ids on a side: of every few pixels the middle one. */
function cropOf(ids: Uint16Array, width: number, rect: Rect, most = 160): LabelCrop {
  const step = Math.max(1, Math.max(rect.width, rect.height) / most);
  const [wide, high] = [Math.max(1, Math.floor(rect.width / step)), Math.max(1, Math.floor(rect.height / step))];
  const crop = new Uint16Array(wide * high);
  for (let y = 0; y < high; y++) {
    const row = (rect.y + Math.floor((y + 0.5) * step)) * width + rect.x;
    for (let x = 0; x < wide; x++) crop[y * wide + x] = ids[row + Math.floor((x + 0.5) * step)];
  }
  return { width: wide, height: high, ids: crop };
}
