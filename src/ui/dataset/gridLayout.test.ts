import { describe, expect, it } from "vitest";
import { gap, layoutOf } from "./gridLayout";

describe("the grid's layout", () => {
  it.each([220, 449, 450, 1000, 1130, 1880])("fills %i px with tiles of at least 220 px", (width) => {
    const layout = layoutOf(width, 800);
    expect(layout.width).toBeGreaterThanOrEqual(220);
    expect(layout.columns * layout.width + (layout.columns - 1) * gap).toBeCloseTo(width);
    expect(layoutOf(width, 800).width).toBeLessThan(450);
  });

  it("has a tile and a row where there is no room at all", () => {
    expect(layoutOf(0, 0)).toMatchObject({ columns: 1, rows: 1 });
  });
});
