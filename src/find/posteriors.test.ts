import { describe, expect, it } from "vitest";
import { box, IDS, picture, pictureScene, pictureSupport } from "./fixtures/picture";
import { NO_POSTERIORS, scenePosteriors, windowSupport } from "./posteriors";
import { VOID } from "./scene";

const [WIDTH, HEIGHT] = [448, 320];
/** Half ground, half sky. */
const of = picture(WIDTH, HEIGHT, [box(1, 0, 0, WIDTH, HEIGHT / 2)]);
const map = pictureSupport(of, [0, 1, 2]);
const scene = pictureScene(of, of.labels);
const none = new Set<number>();
const at = (x: number, y: number) => y * WIDTH + x;

describe("the posteriors of a scene", () => {
  it("are what support says there, bilinear between cells", () => {
    const { classes, probabilities } = scenePosteriors(map, scene, none);
    expect(classes).toEqual([IDS[1], IDS[0], IDS[2]]);
    const [sky, ground, thing] = probabilities.map((raster) => [raster[at(40, 30)], raster[at(40, 290)]]);
    expect([...sky, ...ground, ...thing].map((value) => value.toFixed(3))).toEqual(
      [0.9, 0.05, 0.05, 0.9, 0.05, 0.05].map((value) => value.toFixed(3)),
    );
    // Just above the border between them, which lies between two cells.
    expect(probabilities[0][at(40, 159)]).toBeCloseTo(0.05 + 0.85 * (0.5 + 0.5 / 8), 3);
  });

  it("fit a scene of any size", () => {
    const small = picture(100, 75, [box(1, 0, 0, 100, 40)]);
    const { probabilities } = scenePosteriors(pictureSupport(small, [0, 1]), scene, none);
    expect(probabilities.map((raster) => raster.length)).toEqual([WIDTH * HEIGHT, WIDTH * HEIGHT]);
    expect(probabilities[0][at(40, 30)]).toBeCloseTo(0.9, 5);
  });

  it("are none without support, nor of classes that are refused; those left sum to 1", () => {
    expect(scenePosteriors(null, scene, none)).toBe(NO_POSTERIORS);
    expect(scenePosteriors(map, scene, new Set(IDS))).toBe(NO_POSTERIORS);
    const { classes, probabilities } = scenePosteriors(map, scene, new Set([IDS[1]]));
    expect(classes).toEqual([IDS[0], IDS[2]]);
    expect(probabilities[0][at(40, 30)]).toBeCloseTo(0.5, 5);
  });

  it("are dropped where they contradict nearly all of the label that they know", () => {
    /** The label with another class in the first share of its rows; unknown ones do not count. */
    const wrong = (share: number, id: number) => scene.label.map((own, i) => (i < share * WIDTH * HEIGHT ? id : own));
    const known = (label: Int32Array) => scenePosteriors(map, { ...scene, label }, none).classes.length;
    expect([known(wrong(0.7, IDS[2])), known(wrong(0.8, IDS[2]))]).toEqual([3, 0]);
    expect([known(wrong(1, 12345)), known(wrong(1, VOID))]).toEqual([3, 3]);
  });

  it("are cut for a window at any offset: the middle of its cells", () => {
    const ramp = Float32Array.from({ length: WIDTH * HEIGHT }, (_, i) => (i % WIDTH) + 1000 * Math.floor(i / WIDTH));
    const cut = windowSupport({ classes: [3], probabilities: [ramp] }, WIDTH, { x: 101, y: 7, side: 16 });
    expect(cut).toEqual({ classes: [3], probabilities: Float32Array.of(10604.5, 10612.5, 18604.5, 18612.5) });
  });
});
