import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Region } from "../../core/region";
import { edgeRuns } from "./regionOutline";

describe("edgeRuns", () => {
  it("outlines one pixel by its four sides", () => {
    const runs = edgeRuns({ rect: { x: 5, y: 7, width: 1, height: 1 }, bits: new Uint8Array([1]) });
    expect(runs).toHaveLength(4);
    expect(runs).toContainEqual({ x0: 5, y0: 7, x1: 6, y1: 7 });
    expect(runs).toContainEqual({ x0: 6, y0: 7, x1: 6, y1: 8 });
  });

  it("is as long as the region's border, holes included", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 8 }).chain((width) =>
          fc.record({
            width: fc.constant(width),
            rows: fc.array(fc.array(fc.constantFrom(0, 1), { minLength: width, maxLength: width }), {
              minLength: 1,
              maxLength: 8,
            }),
          }),
        ),
        ({ width, rows }) => {
          const region: Region = {
            rect: { x: 3, y: 4, width, height: rows.length },
            bits: new Uint8Array(rows.flat()),
          };
          const at = (x: number, y: number): number => rows[y]?.[x] ?? 0;
          let border = 0;
          for (let y = 0; y < rows.length; y++) {
            for (let x = 0; x < width; x++) {
              if (at(x, y) === 0) continue;
              border += [at(x - 1, y), at(x + 1, y), at(x, y - 1), at(x, y + 1)].filter((one) => one === 0).length;
            }
          }
          const length = edgeRuns(region).reduce((sum, run) => sum + run.x1 - run.x0 + run.y1 - run.y0, 0);
          expect(length).toBe(border);
        },
      ),
    );
  });
});
