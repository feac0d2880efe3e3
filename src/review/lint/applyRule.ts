import { emptyRect, type Rect, unionRects } from "../../core/rect";
import { runsAt } from "../../core/runs";
import type { OpenDocument } from "../types";
import type { RuleReport } from "./types";

/** What `DecisionRecord.model` says of what no model made. */
const LINT = "lint";

/** Pixels of one old and one new class, in order. */
interface Change {
  readonly from: number;
  readonly to: number;
  readonly pixels: number[];
}

/**
 * Gives the pixels of a rule their new class, all in one undo step called `name`: one decision a pair of old and new class.
 * Mask, hints and locked classes stay.
 *
 * @param report Made of the label as it is now.
 * @param isLeftOut Whether to leave a group alone, by the pixel that names it.
 * @returns pixels changed; with 0 there is no step.
 */
export function applyRule(
  doc: OpenDocument,
  { rule, groups }: Pick<RuleReport, "rule" | "groups">,
  isLeftOut: (key: number) => boolean,
  name: string,
  now = Date.now(),
): number {
  const { locked } = doc.store.getState();
  const { data, width } = doc.labels;
  const { starts, pixels, to } = groups;
  const changes = new Map<string, Change>();
  for (let group = 0; group + 1 < starts.length; group++) {
    if (isLeftOut(pixels[starts[group]])) continue;
    for (let k = starts[group]; k < starts[group + 1]; k++) {
      const from = data[pixels[k]];
      if (from === to[k] || locked.has(from) || locked.has(to[k])) continue;
      // Of smeared colours there are thousands: what each of them was says nothing.
      const key = rule === "colours" || rule === "smears" ? `${to[k]}` : `${from} ${to[k]}`;
      const change = changes.get(key) ?? { from, to: to[k], pixels: [] };
      changes.set(key, change);
      change.pixels.push(pixels[k]);
    }
  }
  const list = [...changes.values()];
  if (list.length === 0) return 0;

  const all = list.reduce((rect, change) => unionRects(rect, boundsOf(change.pixels, width)), emptyRect);
  const bits = new Uint8Array(all.width * all.height);
  const ids = new Uint16Array(bits.length);
  let count = 0;
  for (const change of list) {
    for (const pixel of change.pixels) {
      const at = placeIn(all, pixel, width);
      bits[at] = 1;
      ids[at] = change.to;
    }
    count += change.pixels.length;
  }
  doc.edit(name, (edit) => {
    edit.setLabels({ rect: all, bits }, ids);
    for (const change of list) edit.addDecision(recordOf(rule, change, width, now));
  });
  return count;
}

function recordOf(rule: string, { from, to, pixels }: Change, width: number, now: number) {
  const bounds = boundsOf(pixels, width);
  const places = pixels.map((pixel) => placeIn(bounds, pixel, width)).sort((a, b) => a - b);
  return {
    at: now,
    decision: "accepted",
    from,
    to,
    area: pixels.length,
    confidence: null,
    model: LINT,
    ratio: 0,
    passes: 0,
    bounds,
    source: "lint",
    rule,
    written: runsAt(places),
  } as const;
}

function boundsOf(pixels: readonly number[], width: number): Rect {
  let [left, right, top, bottom] = [width, 0, Number.POSITIVE_INFINITY, 0];
  for (const pixel of pixels) {
    const [x, y] = [pixel % width, Math.floor(pixel / width)];
    [left, right, top, bottom] = [Math.min(left, x), Math.max(right, x), Math.min(top, y), Math.max(bottom, y)];
  }
  return { x: left, y: top, width: right - left + 1, height: bottom - top + 1 };
}

function placeIn(rect: Rect, pixel: number, width: number): number {
  return (Math.floor(pixel / width) - rect.y) * rect.width + (pixel % width) - rect.x;
}
