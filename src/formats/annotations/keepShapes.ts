import { createLabelMap, type LabelMap } from "../../core/labelMap";
import { forEachPixel } from "../../core/region";
import { paintShapes, type Shape } from "./paintShapes";

/** Which annotations of an edited image can stay, and what must be written beside them. */
export interface KeptShapes {
  /** For every shape, whether it stays as the file has it. */
  readonly kept: readonly boolean[];
  /** The edited ids; `uncovered` where the kept shapes give them already. */
  readonly rest: LabelMap;
}

/**
 * An edit of one object must not melt the others of its class into one: of the `shapes` (painted one over the other) those
 * stay under which nothing changed. Painted again, they and the rest give exactly `edited`; the rest never lies under or
 * over a kept shape.
 */
export function keepShapes(shapes: readonly Shape[], uncovered: number, edited: LabelMap): KeptShapes {
  const { width, height, data } = edited;
  const kept = shapes.map(() => true);
  for (;;) {
    const remaining = shapes.filter((_, i) => kept[i]);
    const { data: painted } = paintShapes(width, height, uncovered, remaining).labels;
    const covered = new Uint8Array(data.length);
    let isExact = true;
    shapes.forEach(({ region }, i) => {
      if (!kept[i]) return;
      forEachPixel(region, (x, y) => {
        const pixel = y * width + x;
        covered[pixel] = 1;
        if (painted[pixel] !== data[pixel]) kept[i] = false;
      });
      isExact &&= kept[i];
    });
    if (isExact)
      return {
        kept,
        rest: createLabelMap(
          width,
          height,
          data.map((id, i) => (covered[i] ? uncovered : id)),
        ),
      };
  }
}
