import { describe, expect, it } from "vitest";
import { pureCells } from "../support/cells";
import type { WorkWindow } from "../window/workWindows";
import { cutIds, findScene } from "./cut";
import { box, IDS, picture, pictureSupport } from "./fixtures/picture";
import { LEAST_PROBABILITY, NO_POSTERIORS, upsampleCells, windowPosteriors } from "./posteriors";

const SIZE = 224;
/** Half ground, half sky. */
const scene = picture(448, 448, [box(1, 0, 0, 448, 224)]);
const map = pictureSupport(scene, [0, 1, 2]);
const place: WorkWindow = { x: 100, y: 112, side: 224, size: SIZE };
const right = cutIds(findScene(scene.image, scene.labels, []), place);
const at = (x: number, y: number) => y * SIZE + x;

describe("the posteriors of a window", () => {
  it("are what support says there, bilinear between cells, as logarithms", () => {
    const { classes, logs } = windowPosteriors(map, scene.image, place, right);
    expect(classes).toEqual([IDS[1], IDS[0], IDS[2]]);
    const [sky, ground, thing] = logs.map((log) => [log[at(40, 30)], log[at(40, 190)]].map(Math.exp));
    expect([...sky, ...ground, ...thing].map((value) => value.toFixed(3))).toEqual(
      [0.9, 0.05, 0.05, 0.9, 0.05, 0.05].map((value) => value.toFixed(3)),
    );
    // On the border between them, 112 px down.
    expect(Math.exp(logs[0][at(40, 111)])).toBeCloseTo(0.05 + 0.85 * (0.5 + 0.5 / 8), 3);
  });

  it("are none without support", () => {
    expect(windowPosteriors(null, scene.image, place, right)).toBe(NO_POSTERIORS);
  });

  it("count as LEAST_PROBABILITY at least", () => {
    const sure = { ...map, probabilities: map.probabilities.map((value) => (value > 0.5 ? 1 : 0)) };
    const { logs } = windowPosteriors(sure, scene.image, place, right);
    expect(logs[0][at(40, 190)]).toBeCloseTo(Math.log(LEAST_PROBABILITY), 5);
    expect(logs[1][at(40, 190)]).toBe(0);
  });

  it("are dropped where they contradict nearly all of the label that they know", () => {
    /** The label with another class in the first share of its rows; unknown ones do not count. */
    const wrong = (share: number, id: number) => right.map((own, i) => (i < share * right.length ? id : own));
    const known = (label: Int32Array) => windowPosteriors(map, scene.image, place, label).classes.length;
    expect(pureCells(right, SIZE, SIZE)).toHaveLength(28 ** 2);
    expect([known(wrong(0.7, IDS[2])), known(wrong(0.8, IDS[2]))]).toEqual([3, 0]);
    expect(known(wrong(1, 12345))).toBe(3);
  });
});

it("cells become pixels as `torch.nn.functional.interpolate` has it", () => {
  const raster = upsampleCells([0, 16, 0, 16], 16);
  expect([...raster.subarray(0, 16)]).toEqual([0, 0, 0, 0, 1, 3, 5, 7, 9, 11, 13, 15, 16, 16, 16, 16]);
});
