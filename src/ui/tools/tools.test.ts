import { describe, expect, it, vi } from "vitest";
import type { ToolName } from "../../app/settings";
import { createLabelMap } from "../../core/labelMap";
import { rectRegion } from "../../core/region";
import type { Superpixels } from "../../core/superpixels";
import { createDocument } from "../../document/document";
import { suggestionTraits } from "../../review/suggestions";
import { createTools } from ".";
import type { ToolContext } from "./types";

/** 16 x 8: the left half ground, the right half car. */
function setUp() {
  const ids = Uint16Array.from({ length: 128 }, (_, i) => (i % 16 < 8 ? 0 : 1));
  const document = createDocument({ key: "a", labels: createLabelMap(16, 8, ids), traits: suggestionTraits });
  return {
    document,
    brushSize: 1,
    growBy: 1,
    bandWidth: 2,
    superpixels: (): Superpixels | null => null,
    classId: 1,
    nameOf: (id: number) => `class ${id}`,
    pickClass: vi.fn(),
    announce: vi.fn(),
  };
}

function drag(context: ToolContext, name: ToolName, path: readonly (readonly [number, number])[], ctrl = false): void {
  const tool = createTools()[name];
  const [first, ...rest] = path.map(([x, y]) => ({ point: { x, y }, ctrl }));
  tool.down(context, first);
  tool.move(context, rest);
  tool.up(context);
}

const state = ({ document }: ToolContext) => document.store.getState();

describe("tools", () => {
  it("brush: masks the path without gaps, as one undo step", () => {
    const context = setUp();
    drag(context, "mask-brush", [
      [0.5, 0.5],
      [5.5, 0.5],
      [5.5, 4.5],
    ]);
    expect(state(context).maskedPixels).toBe(10);
    context.document.undo();
    expect(state(context).maskedPixels).toBe(0);
    expect(state(context).canUndo).toBe(false);
  });

  it("brush with Ctrl and eraser: take pixels out", () => {
    for (const [name, ctrl] of [
      ["mask-brush", true],
      ["mask-eraser", false],
    ] as const) {
      const context = setUp();
      drag(context, "mask-rectangle", [
        [0.5, 0.5],
        [3.5, 3.5],
      ]);
      expect(state(context).maskedPixels).toBe(16);
      drag(context, name, [[1.5, 1.5]], ctrl);
      expect(state(context).maskedPixels).toBe(15);
    }
  });

  it("a cancelled stroke leaves no trace", () => {
    const context = setUp();
    const tool = createTools()["class-brush"];
    tool.down(context, { point: { x: 2.5, y: 2.5 }, ctrl: false });
    expect(state(context).changedPixels).toBe(1);
    tool.cancel();
    expect(state(context).changedPixels).toBe(0);
    expect(state(context).canUndo).toBe(false);
  });

  it("lasso: masks what it encloses", () => {
    const context = setUp();
    drag(context, "mask-lasso", [
      [1, 1],
      [5, 1],
      [5, 4],
      [1, 4],
    ]);
    expect(state(context).maskedPixels).toBe(12);
  });

  it("polygon: masks what its clicks enclose, as a lasso along the same points does, in one step", () => {
    const corners = [
      [1.2, 0.4],
      [14.9, 2.1],
      [9.3, 7.7],
      [2.2, 6.6],
    ] as const;
    for (const ctrl of [false, true]) {
      const [context, other] = [setUp(), setUp()];
      const everything = rectRegion({ x: 0, y: 0, width: 16, height: 8 });
      if (ctrl)
        for (const { document } of [context, other]) document.edit("all", (edit) => edit.setMask(everything, true));
      const tool = createTools()["mask-polygon"];
      for (const [x, y] of corners) {
        tool.down(context, { point: { x, y }, ctrl });
        tool.up(context);
      }
      const before = state(context).version;
      expect(tool.steps?.close(context)).toBe(true);
      expect(state(context).version).toBe(before + 1);
      drag(other, "mask-lasso", corners, ctrl);
      expect(context.document.mask.data).toEqual(other.document.mask.data);
      expect(state(context).maskedPixels).toBeGreaterThan(20);
      context.document.undo();
      expect(state(context).maskedPixels).toBe(ctrl ? 128 : 0);
    }
  });

  it("polygon: takes back its last point, needs three, and is given up without a trace", () => {
    const context = setUp();
    const { steps, ...tool } = createTools()["mask-polygon"];
    const click = (x: number, y: number) => tool.down(context, { point: { x, y }, ctrl: false });
    click(1, 1);
    click(5, 1);
    expect(steps?.close(context)).toBe(false);
    expect(context.announce).toHaveBeenLastCalledWith("A polygon needs three points");
    click(9, 9);
    steps?.back(context);
    expect(context.announce).toHaveBeenLastCalledWith("Polygon: 2 points");
    steps?.hover({ x: 5, y: 4 });
    expect(tool.shape()).toMatchObject({ points: [{}, {}, { x: 5, y: 4 }], marks: [{}, {}] });
    click(5, 4);
    click(1, 4);
    steps?.close(context);
    expect(state(context).maskedPixels).toBe(12);
    click(1, 1);
    tool.cancel();
    expect(steps?.isOpen()).toBe(false);
    expect(tool.shape()).toBeNull();
    context.document.undo();
    expect(state(context)).toMatchObject({ maskedPixels: 0, canUndo: false });
  });

  it("wand: masks the superpixels passed over, widened, in one step; without a photograph it says so", () => {
    const context = { ...setUp(), growBy: 0 };
    drag(context, "mask-wand", [[1.5, 1.5]]);
    expect(context.announce).toHaveBeenLastCalledWith("This image has no photograph to find superpixels in");
    expect(state(context).version).toBe(0);
    // Columns of four pixels of a picture half as large.
    const superpixels = { width: 8, height: 4, numbers: Int32Array.from({ length: 32 }, (_, i) => (i % 8) >> 1) };
    const photographed = { ...context, superpixels: () => superpixels };
    drag(photographed, "mask-wand", [
      [1.5, 1.5],
      [9.5, 6.5],
    ]);
    expect(state(context).maskedPixels).toBe(12 * 8);
    drag(photographed, "mask-wand", [[5.5, 1.5]], true);
    expect(state(context).maskedPixels).toBe(8 * 8);
    context.document.undo();
    context.document.undo();
    expect(state(context)).toMatchObject({ maskedPixels: 0, canUndo: false });
    drag({ ...photographed, growBy: 1 }, "mask-wand", [[5.5, 1.5]]);
    expect(state(context).maskedPixels).toBe(6 * 8);
  });

  it("select region: masks the component under the click, widened, clipped to the image", () => {
    const context = setUp();
    drag(context, "select-region", [[12.5, 3.5]]);
    expect(state(context).maskedPixels).toBe(9 * 8);
  });

  it("select class: masks every pixel of the class, connected or not, widened; Ctrl takes them out", () => {
    const context = setUp();
    context.document.edit("a second car", (edit) => edit.setLabel(rectRegion({ x: 2, y: 3, width: 1, height: 1 }), 1));
    drag(context, "select-class", [[12.5, 3.5]]);
    expect(state(context).maskedPixels).toBe(9 * 8 + 5);
    drag(context, "select-class", [[12.5, 3.5]], true);
    expect(state(context).maskedPixels).toBe(0);
    context.document.undo();
    context.document.undo();
    expect(state(context)).toMatchObject({ maskedPixels: 0, undoName: "a second car" });
  });

  it("mask boundary: a band on both sides of the clicked region's outline, not along the image's edge", () => {
    const context = setUp();
    const { document } = context;
    document.edit("a far blob", (edit) => edit.setLabel(rectRegion({ x: 1, y: 1, width: 1, height: 1 }), 2));
    drag(context, "mask-boundary", [[12.5, 3.5]]);
    const columns = Array.from(document.mask.data, (bit, i) => (bit === 1 ? i % 16 : -1)).filter((x) => x >= 0);
    expect(columns.length).toBe(4 * 8);
    expect([Math.min(...columns), Math.max(...columns)]).toEqual([6, 9]);
    drag(context, "mask-boundary", [[12.5, 3.5]], true);
    expect(state(context).maskedPixels).toBe(0);
  });

  it("class brush inside the mask makes hints", () => {
    const context = setUp();
    drag(context, "mask-rectangle", [
      [0, 0],
      [3.5, 3.5],
    ]);
    drag(context, "class-brush", [
      [0.5, 0.5],
      [6.5, 0.5],
    ]);
    expect(state(context)).toMatchObject({ hintPixels: 4, maskedPixels: 12, changedPixels: 7 });
  });

  it("fill changes one region; locked classes stay", () => {
    const context = setUp();
    drag(context, "fill", [[2.5, 2.5]]);
    expect(state(context).changedPixels).toBe(64);
    context.document.undo();
    context.document.setLocked(new Set([0]));
    drag(context, "fill", [[2.5, 2.5]]);
    expect(state(context).changedPixels).toBe(0);
  });

  it("picks the class under the click and ignores clicks beside the image", () => {
    const context = setUp();
    drag(context, "pick-class", [[12.5, 3.5]]);
    expect(context.pickClass).toHaveBeenCalledWith(1);
    drag(context, "pick-class", [[-0.5, 3.5]]);
    expect(context.pickClass).toHaveBeenCalledTimes(1);
  });

  it("shows the rectangle and lasso while dragged, not after", () => {
    const context = setUp();
    const tool = createTools()["mask-rectangle"];
    tool.down(context, { point: { x: 1.5, y: 1.5 }, ctrl: false });
    tool.move(context, [{ point: { x: 3.5, y: 2.5 }, ctrl: false }]);
    expect(tool.shape()).toEqual({ kind: "rect", rect: { x: 1, y: 1, width: 3, height: 2 } });
    tool.up(context);
    expect(tool.shape()).toBeNull();
  });
});
