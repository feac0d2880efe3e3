import { expect, it } from "vitest";
import { toBase64 } from "../annotations/base64";
import { FormatError } from "../errors";
import { pngColorType } from "../png";
import { writePng } from "../png/write";
import { decodeHeat, encodeHeat } from "./heat";

const searched = { width: 5, height: 3 };
const heat = Uint8Array.from({ length: 15 }, (_, i) => 17 * i);

it("survives any size that it was searched at, and is spread over a label of another", () => {
  expect(decodeHeat(encodeHeat(heat, searched, searched), searched)).toEqual(heat);
  const large = decodeHeat(encodeHeat(heat, searched, searched), { width: 13, height: 8 });
  expect([large[0], large[12], large[13 * 8 - 1]]).toEqual([0, 68, 238]);
  // Back at the size it was searched at nothing is lost.
  expect(decodeHeat(encodeHeat(large, { width: 13, height: 8 }, searched), searched)).toEqual(heat);
});

it("that is no grey PNG of 8 bits, or far too large, is refused", () => {
  const png = (facts: object) =>
    toBase64(writePng({ width: 1, height: 1, bitDepth: 8, colorType: 0, samples: new Uint16Array(1), ...facts }));
  const rgb = png({ colorType: pngColorType.rgb, samples: new Uint16Array(3) });
  expect(() => decodeHeat(rgb, searched)).toThrow("no grey PNG");
  expect(() => decodeHeat(png({ bitDepth: 16 }), searched)).toThrow("no grey PNG");
  const bomb = Uint8Array.from(atob(png({})), (character) => character.charCodeAt(0));
  new DataView(bomb.buffer).setUint32(16, 60_000);
  new DataView(bomb.buffer).setUint32(20, 60_000);
  expect(() => decodeHeat(toBase64(bomb), searched)).toThrow(FormatError);
  expect(() => decodeHeat("????", searched)).toThrow(FormatError);
});
