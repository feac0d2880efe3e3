import { describe, expect, it } from "vitest";
import { classNames } from "../../e2e/fixtures/samples/classes";
import { hasPixel, type Region } from "../core/region";
import { acceptAll } from "./decisions";
import { isDoubtful } from "./doubt";
import { likelyAnswer, maskedObjects } from "./fixtures/objectScenes";
import { openRows } from "./queue";
import { buildSuggestions } from "./suggestions";
import type { SuggestionSet } from "./types";

const classes = classNames.map((name, id) => ({ id, name, color: [id, id, id] as const, ignored: false }));

describe("objects of generated scenes, masked one by one", () => {
  const masked = [...maskedObjects()].map((object, seed) => ({ object, result: likelyAnswer(object, seed) }));

  it("come as one row each, seldom more than three", () => {
    const rows = masked.map(({ object, result }) => openRows(buildSuggestions(object.doc, classes, result)).length);
    rows.sort((a, b) => a - b);
    const at = (share: number) => rows[Math.floor(share * (rows.length - 1))];
    console.log(`Rows of ${rows.length} masked objects: median ${at(0.5)}, p90 ${at(0.9)}, most ${at(1)}`);
    expect(rows.length).toBeGreaterThan(50);
    expect(at(0.5)).toBe(1);
    expect(at(0.9)).toBeLessThanOrEqual(3);
  });

  it("are never changed outside the mask, in a locked class or where the model abstains, by accepting all", () => {
    let changed = 0;
    let abstained = 0;
    for (const [i, { object, result }] of masked.entries()) {
      const { doc, mask } = object;
      const before = doc.labels.data.slice();
      // Locked before the suggestions are made, or after.
      const lock = () => doc.setLocked(new Set([before[(mask.rect.y + 2) * doc.width + mask.rect.x + 2]]));
      if (i % 4 === 0) lock();
      const set = buildSuggestions(doc, classes, result);
      expect(doc.propose(set)).toBe(true);
      if (i % 4 === 1) lock();
      const { locked } = doc.store.getState();
      const kept = abstainedRegions(set);
      abstained += kept.length;
      acceptAll(doc, set, 0);
      const wrong: number[] = [];
      doc.labels.data.forEach((id, pixel) => {
        if (id === before[pixel]) return;
        changed++;
        const [x, y] = [pixel % doc.width, Math.floor(pixel / doc.width)];
        const isKept = kept.some((region) => hasPixel(region, x, y));
        if (!hasPixel(mask, x, y) || isKept || locked.has(before[pixel]) || locked.has(id)) wrong.push(pixel);
      });
      expect(wrong, object.name).toEqual([]);
      doc.undo();
      doc.setLocked(new Set());
    }
    expect(changed).toBeGreaterThan(10_000);
    expect(abstained).toBeGreaterThan(2);
  });
});

function abstainedRegions({ suggestions }: SuggestionSet): Region[] {
  return suggestions.filter(isDoubtful).map(({ region }) => region);
}
