import { expect, it } from "vitest";
import { parseReliability, type ReliabilityTable, shareRight } from "./reliability";

const live: ReliabilityTable = [
  [0, 0.4],
  [0.5, 0.6],
  [0.9, 0.95],
];

it("reads the tables there are", () => {
  expect(parseReliability(undefined)).toEqual({});
  expect(parseReliability({})).toEqual({});
  expect(parseReliability({ live })).toEqual({ live });
  expect(parseReliability({ live, found: live })).toEqual({ live, found: live });
});

it.each([
  ["empty", []],
  ["no list", 0.5],
  ["not beginning at 0", [[0.5, 0.6]]],
  [
    "out of order",
    [
      [0, 0.4],
      [0.9, 0.9],
      [0.5, 0.6],
    ],
  ],
  ["percent", [[0, 40]]],
  ["not pairs", [[0, 0.4, 0.1]]],
  ["not numbers", [[0, "0.4"]]],
  ["not a number", [[0, Number.NaN]]],
])("refuses a table that is %s, by its name", (_, found) => {
  expect(() => parseReliability({ live, found })).toThrow('"reliability.found"');
});

it("refuses what is no record", () => {
  expect(() => parseReliability("often")).toThrow('"reliability" in model.json');
});

it("looks a confidence up in its bin", () => {
  expect([0, 0.49, 0.5, 0.89, 0.9, 1].map((confidence) => shareRight(live, confidence))).toEqual([
    0.4, 0.4, 0.6, 0.6, 0.95, 0.95,
  ]);
});
