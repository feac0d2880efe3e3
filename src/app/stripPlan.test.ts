import { expect, it } from "vitest";
import { chosenTile, costOf, planTiles } from "./stripPlan";

const shown = (least: number, chosen: number) =>
  planTiles(least, chosen).map(({ ratio, maskAlone, barred }) =>
    barred !== null ? "-" : `${Math.round(ratio * 100)}${maskAlone ? " alone" : ""}`,
  );

it("offers the five ratios, the lowest as the mask alone", () => {
  expect(shown(0.1, 0.1)).toEqual(["10 alone", "25", "50", "75", "90"]);
});

it("bars what the mask does not allow, says why, and keeps the mask alone at its own share", () => {
  expect(shown(0.37, 0.1)).toEqual(["-", "37 alone", "50", "75", "90"]);
  expect(planTiles(0.37, 0.1)[0].barred).toBe("37 % is masked already");
  expect(shown(0.9, 0.5)).toEqual(["-", "-", "-", "-", "90 alone"]);
});

it("puts a chosen ratio between two of them in the place of the nearest, never of the mask alone", () => {
  expect(shown(0.1, 0.3)).toEqual(["10 alone", "30", "50", "75", "90"]);
  expect(shown(0.1, 0.12)).toEqual(["10 alone", "12", "50", "75", "90"]);
  expect(shown(0.37, 0.4)).toEqual(["-", "37 alone", "40", "75", "90"]);
});

it("knows the tile of the chosen ratio", () => {
  const at = (least: number, chosen: number) => chosenTile(planTiles(least, chosen), least, chosen);
  expect(at(0.1, 0.1)).toBe(0);
  expect(at(0.37, 0.25)).toBe(1);
  expect(at(0.1, 0.3)).toBe(1);
  expect(at(0.1, 0.9)).toBe(4);
});

it("counts the mask alone as the passes that differ, and what is hidden as saved", () => {
  const [alone, , half] = planTiles(0.1, 0.1);
  expect(costOf(alone, 8, 2)).toBeCloseTo(1.8);
  expect(costOf(half, 8, 2)).toBeCloseTo(4);
});
