import { describe, expect, it } from "vitest";
import { createRandom } from "../../core/random";
import { inSetting, placeOf, SURROUNDINGS, WAVES } from "./setting";

const SIDE = 28;
const CHANNELS = 2;

/** The window's picture as a whole. */
const whole = { top: 0, left: 0, bottom: 1, right: 1 };

function noise(): Float32Array {
  const random = createRandom(1);
  return Float32Array.from({ length: SIDE * SIDE * CHANNELS }, () => random.next());
}

describe("a cell's setting", () => {
  it("keeps its own features and adds the mean of those around it", () => {
    const values = noise();
    const { values: all, channels } = inSetting({ values, channels: CHANNELS }, whole);
    expect(channels).toBe(2 * CHANNELS + WAVES * WAVES - 1);
    for (const [row, column] of [
      [0, 0],
      [14, 3],
      [27, 20],
    ]) {
      const cell = row * SIDE + column;
      for (let c = 0; c < CHANNELS; c++) {
        let sum = 0;
        let count = 0;
        for (let i = 0; i < SIDE * SIDE; i++) {
          const far = Math.max(Math.abs(Math.floor(i / SIDE) - row), Math.abs((i % SIDE) - column));
          if (2 * far > SURROUNDINGS) continue;
          sum += values[i * CHANNELS + c];
          count++;
        }
        expect(all[cell * channels + c]).toBe(values[cell * CHANNELS + c]);
        expect(all[cell * channels + CHANNELS + c]).toBeCloseTo(sum / count, 5);
      }
    }
  });

  it("tells where in the picture a cell is, whatever window shows it", () => {
    const picture = { width: 448, height: 224 };
    const at = (x: number, row: number, column: number): Float32Array => {
      const place = placeOf({ x, y: 0, side: 224, size: 224 }, picture.width, picture.height);
      const { values, channels } = inSetting({ values: noise(), channels: CHANNELS }, place);
      const cell = row * SIDE + column;
      return values.slice(cell * channels + 2 * CHANNELS, (cell + 1) * channels);
    };
    const [here, there] = [at(0, 5, 20), at(112, 5, 6)];
    here.forEach((value, i) => void expect(there[i]).toBeCloseTo(value, 5));
    expect(at(0, 5, 21)).not.toEqual(here);
    // The middle of the picture: waves of odd order across vanish, those of even order are at an extreme.
    expect(at(116, 0, 13)[0]).toBeCloseTo(0, 5);
    expect(at(116, 0, 13)[1]).toBeCloseTo(-1, 5);
  });
});
