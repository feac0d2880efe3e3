import fc from "fast-check";
import { expect, it } from "vitest";
import { createLabelMap } from "./labelMap";
import { squareCover } from "./squareCover";

it("covers what a square of one id reaches, and nothing else", () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 9 }),
      fc.integer({ min: 1, max: 4 }),
      fc.array(fc.integer({ min: 0, max: 1 }), { minLength: 9, maxLength: 81 }),
      (width, side, ids) => {
        const height = Math.floor(ids.length / width);
        const labels = createLabelMap(width, height, Uint16Array.from(ids.slice(0, width * height)));
        const expected = new Uint8Array(width * height);
        for (let y = 0; y + side <= height; y++) {
          for (let x = 0; x + side <= width; x++) {
            const square = Array.from(
              { length: side * side },
              (_, k) => (y + Math.floor(k / side)) * width + x + (k % side),
            );
            if (square.every((i) => labels.data[i] === labels.data[square[0]])) for (const i of square) expected[i] = 1;
          }
        }
        expect([...squareCover(labels, side)]).toEqual([...expected]);
      },
    ),
  );
});
