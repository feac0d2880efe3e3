import { expect, it } from "vitest";
import type { FoundRegion } from "../find/types";
import cases from "./fixtures/labelQuality.json";
import { labelQuality } from "./labelQuality";

it.each(cases)("is that of the command: $name", ({ width, height, heat, regions, quality }) => {
  const found = regions.map(({ rect: [x, y, w, h], bits, confidence }): FoundRegion => {
    const region = { rect: { x, y, width: w, height: h }, bits: Uint8Array.from(bits) };
    return { region, ids: new Uint16Array(w * h), from: 0, to: 1, area: w * h, confidence, needsHint: false };
  });
  expect(labelQuality({ width, height, heat: Uint8Array.from(heat), regions: found })).toBeCloseTo(quality, 6);
});
