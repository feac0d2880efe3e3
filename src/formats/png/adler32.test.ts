import { deflateSync } from "node:zlib";
import { expect, it } from "vitest";
import { createRandom } from "../../core/random";
import { createAdler32 } from "./adler32";

const random = createRandom(5);
const drawn = () => random.int(256);
const ofZlib = (bytes: Uint8Array) => Uint8Array.from(deflateSync(bytes).subarray(-4));

it.each([
  ["of 255 alone, which sums grow fastest by", () => 255],
  ["of 0 alone", () => 0],
  ["drawn", drawn],
])("is zlib's for bytes %s, in one part or many", (_, byte) => {
  const bytes = Uint8Array.from({ length: 300_000 }, byte);
  for (const part of [bytes.length, 65_536, 3801, 3800, 7]) {
    const sum = createAdler32();
    for (let at = 0; at < bytes.length; at += part) sum.add(bytes.subarray(at, at + part));
    expect(sum.bytes()).toEqual(ofZlib(bytes));
  }
});

it("stays so from the largest sums on", () => {
  // After these both sums are near 65,521, the most that a block may begin with.
  const start = Uint8Array.from({ length: 65_520 }, () => 1);
  const bytes = new Uint8Array(start.length + 3800).fill(255);
  bytes.set(start);
  const sum = createAdler32();
  sum.add(start);
  sum.add(bytes.subarray(start.length));
  expect(sum.bytes()).toEqual(ofZlib(bytes));
});

it("of nothing is 1", () => {
  expect(createAdler32().bytes()).toEqual(Uint8Array.of(0, 0, 0, 1));
});
