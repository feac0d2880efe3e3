import { describe, expect, it } from "vitest";
import { regionFromPredicate } from "../core/region";
import { type Candidate, newIdAt } from "./candidates/candidate";
import type { Completion, Network } from "./network";
import { overlap, pixelsOf } from "./regions";
import { labelledScene, VOID } from "./scene";
import { tilingOf } from "./tiles";
import { BOUNDARY_RIM, passesOf, REGION_RIM, toHide, verify } from "./verify";

const [WIDTH, HEIGHT] = [400, 224];
const tiling = tilingOf(WIDTH, HEIGHT);
const rect = { x: 0, y: 0, width: WIDTH, height: HEIGHT };
const box = (x: number, y: number, width: number, height: number) =>
  regionFromPredicate(rect, (px, py) => px >= x && py >= y && px < x + width && py < y + height);
const label = new Int32Array(WIDTH * HEIGHT)
  .fill(5)
  .fill(VOID, 0, 3 * WIDTH)
  .fill(9, 180 * WIDTH);
const scene = labelledScene(WIDTH, HEIGHT, new Float32Array(WIDTH * HEIGHT * 3), label);
const region = (where: Candidate["where"], to = 7): Candidate => ({ where, to, kind: "region", fit: [0, 0] });

/** Draws `truth` wherever something is hidden, and is sure of it; counts how often it is asked. */
function drawing(truth: (x: number, y: number) => number): { network: Network; asked: Uint8Array[] } {
  const asked: Uint8Array[] = [];
  const classes = [5, 7, 9];
  const network: Network = {
    errorLogit: () => Promise.reject(new Error("not asked")),
    async complete(at, hidden): Promise<Completion> {
      asked.push(hidden);
      const values = new Float32Array(at.side ** 2 * 4).fill(0.1);
      for (let i = 0; i < at.side ** 2; i++) {
        values[4 * i + classes.indexOf(truth(at.x + (i % at.side), at.y + Math.floor(i / at.side)))] = 0.7;
      }
      return { classes, values, channels: 4 };
    },
  };
  return { network, asked };
}

describe("what is hidden for a candidate", () => {
  it("is all around it, void aside", () => {
    const hidden = toHide(region(box(50, 6, 20, 20)), scene);
    expect(hidden.rect).toEqual({ x: 50 - REGION_RIM, y: 3, width: 20 + 2 * REGION_RIM, height: 23 + REGION_RIM });
    expect(toHide({ ...region(box(50, 60, 20, 20)), kind: "shape" }, scene).rect.x).toBe(50 - BOUNDARY_RIM);
  });

  it("shares a pass when far apart in one window, and only then", () => {
    const members = (...boxes: Candidate["where"][]) => passesOf(tiling, boxes).map((pass) => pass.members);
    expect(members(box(30, 40, 20, 20), box(80, 40, 20, 20), box(30, 100, 20, 20))).toEqual([[0, 1, 2]]);
    // Nearer than the gap; in another tile; too much for one window.
    expect(members(box(30, 40, 20, 20), box(61, 40, 20, 20))).toEqual([[0], [1]]);
    expect(members(box(30, 40, 20, 20), box(350, 40, 20, 20))).toEqual([[0], [1]]);
    expect(members(box(20, 20, 80, 180), box(120, 20, 80, 180))).toEqual([[0], [1]]);
    // Again where the first takes it.
    expect(members(box(30, 40, 20, 20), box(35, 45, 20, 20), box(90, 40, 20, 20))).toEqual([[0, 2], [1]]);
  });
});

describe("verification", () => {
  it("measures how the rebuilt label agrees, and proposes a region as it was drawn", async () => {
    const truth = box(40, 60, 30, 20);
    const { network, asked } = drawing((x, y) => (x >= 40 && x < 70 && y >= 60 && y < 80 ? 7 : 5));
    const steps: number[][] = [];
    // A candidate that is too small, and one where nothing is.
    const found = [region(box(42, 62, 26, 16)), region(box(130, 60, 20, 20))];
    const [one, other] = await verify(scene, tiling, network, found, (...step) => steps.push(step));
    expect([asked.length, steps]).toEqual([1, [[1, 1]]]);
    const rim = toHide(found[0], scene).bits.reduce((sum, bit) => sum + bit, 0) - 26 * 16;
    const around = 30 * 20 - 26 * 16;
    const wanted = [Math.log(7), Math.log(0.1), 1, 0, 1 - around / rim, (26 * 16) / (30 * 20), 0.1];
    one?.features.forEach((value, i) => void expect(value).toBeCloseTo(wanted[i], 5));
    expect(overlap(one?.where ?? box(0, 0, 1, 1), truth)).toBe(1);
    if (one) expect([...pixelsOf(one.where, WIDTH)].every((pixel) => newIdAt(one, pixel, WIDTH) === 7)).toBe(true);
    expect(other?.where).toBe(found[1].where);
    expect(other?.features.slice(2, 6)).toEqual([0, 1, 1, 0]);
  });

  it("is one connected change: what else its window draws otherwise stays as given", async () => {
    const isIsland = (x: number, y: number) => x >= 80 && x < 88 && y >= 70 && y < 78;
    const { network } = drawing((x, y) => ((x >= 40 && x < 70 && y >= 60 && y < 80) || isIsland(x, y) ? 7 : 5));
    const [one] = await verify(scene, tiling, network, [region(box(42, 62, 44, 16))], () => {});
    expect(overlap(one?.where ?? box(0, 0, 1, 1), box(40, 60, 30, 20))).toBe(1);
  });

  it("leaves a boundary as the image's edges have it", async () => {
    const { network } = drawing(() => 7);
    const shift: Candidate = { ...region(box(42, 172, 60, 8), 9), kind: "shift" };
    const [one] = await verify(scene, tiling, network, [shift], () => {});
    expect(one?.where).toBe(shift.where);
  });

  it("does not ask where nothing is left to see it by", async () => {
    const { network, asked } = drawing(() => 7);
    const only = labelledScene(
      WIDTH,
      HEIGHT,
      scene.image,
      label.map((id, i) => (i % WIDTH < 20 ? id : VOID)),
    );
    const whole = regionFromPredicate(rect, (x, y) => x < 20 && y >= 3);
    expect(await verify(only, tiling, network, [region(whole)], () => {})).toEqual([null]);
    expect(asked).toHaveLength(0);
  });
});
