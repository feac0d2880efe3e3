import { expect, it } from "vitest";
import { NO_SLOT, shownSlots, UNKNOWN } from "../model/labels";
import { IGNORED, KNOWN, MASKED, type WindowLabel } from "../window/resample";
import { windowInput } from "../window/windowInput";
import { assignSlots, slotsOfWindow } from "./slots";

/** A 32-px window of 4-px stripes of classes 10, 11, ... with a hole in the columns [from, to). */
function stripes(from: number, to: number): WindowLabel {
  const size = 32;
  const ids = Uint16Array.from({ length: size * size }, (_, i) => 10 + Math.floor((i % size) / 4));
  const kinds = new Uint8Array(size * size).fill(KNOWN);
  for (let y = 0; y < size; y++) kinds.fill(MASKED, y * size + from, y * size + to);
  return { size, ids, kinds };
}

it("gives slots to the nearest visible classes, never to hidden ones", () => {
  expect(assignSlots([stripes(8, 16)], [1], 24)).toEqual([11, 14, 10, 15, 16, 17]);
  expect(assignSlots([stripes(8, 16)], [1], 3)).toEqual([11, 14, 10]);
});

it("ignores void and compares windows in image px", () => {
  const near = stripes(0, 4);
  near.kinds.forEach((_, i) => {
    if (i % 32 >= 8) near.kinds[i] = IGNORED;
  });
  expect(assignSlots([near], [1], 24)).toEqual([11]);
  const scaled = stripes(28, 32);
  expect(assignSlots([near, scaled], [1, 10], 2)).toEqual([11, 16]);
});

it("knows which of the request's slots a window shows", () => {
  expect(slotsOfWindow(stripes(0, 4), [99, 17, 10, 11])).toEqual([1, 3]);
});

it("turns a draw into what the model gets, with the nearest-label prior", () => {
  const rasters = stripes(8, 16);
  const known = rasters.kinds.map((kind) => (kind === KNOWN ? 1 : 0));
  const input = windowInput(rasters, known, [14, 11], 3);
  const at = (x: number) => 5 * 32 + x;
  expect(input.given[at(0)]).toBe(NO_SLOT);
  expect(input.given[at(7)]).toBe(1);
  expect(input.given[at(8)]).toBe(UNKNOWN);
  expect(input.given[at(16)]).toBe(0);
  expect([input.nearest[at(9)], input.distance[at(9)]]).toEqual([1, 2]);
  expect([input.nearest[at(15)], input.distance[at(15)]]).toEqual([0, 1]);
  expect(Array.from(shownSlots(input))).toEqual([1, 1, 0]);
});

it("has no prior where nothing is known", () => {
  const input = windowInput(stripes(0, 32), new Uint8Array(32 * 32), [10], 1);
  expect(new Set(input.nearest)).toEqual(new Set([UNKNOWN]));
  expect(input.distance[0]).toBe(1e4);
});
