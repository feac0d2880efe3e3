import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createRandom } from "../../core/random";
import { regionFromPredicate } from "../../core/region";
import { decodeRle } from "../annotations/cocoRle";
import { countJsonLines, jsonLine, readJsonLines } from "./jsonLines";
import {
  decodeRegion,
  encodeRegion,
  readSuggestedImage,
  readSuggestionsHeader,
  type SuggestedRegion,
  suggestionsSchema,
} from "./suggestions";

async function* inChunks(text: string, size: number): AsyncGenerator<Uint8Array> {
  const bytes = new TextEncoder().encode(text);
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

async function linesOf(text: string, size = 7, maxBytes?: number) {
  const lines = [];
  for await (const line of readJsonLines(inChunks(text, size), maxBytes)) lines.push(line);
  return lines;
}

const facts = { from: 1, to: 3, confidence: 0.5, ruleConfidence: 0.9, needsHint: false, decision: "pending" } as const;
const square = regionFromPredicate({ x: 2, y: 1, width: 2, height: 2 }, () => true);

function imageWith(change: object = {}, regionChange: object = {}) {
  const region = { ...encodeRegion(square, { width: 6, height: 4 }), ...facts, ...regionChange };
  const value = { label: "a.png", image: null, width: 6, height: 4, labelHash: 7, score: 0.5, regions: [region] };
  return { number: 3, value: JSON.parse(JSON.stringify({ ...value, ...change })) };
}

describe("JSON Lines", () => {
  it("are read alike however they are cut into chunks, and numbered", async () => {
    const text = `\uFEFF{"a":"\u00e4\u6f22"}\r\n\n${jsonLine({ b: [1] })}{"c":{}}`;
    for (const size of [1, 2, 3, 1000]) {
      expect(await linesOf(text, size)).toEqual([
        { number: 1, end: 18, value: { a: "\u00e4\u6f22" } },
        { number: 3, end: 29, value: { b: [1] } },
        { number: 4, end: 37, value: { c: {} } },
      ]);
      expect(await countJsonLines(inChunks(text, size))).toBe(3);
      expect(await countJsonLines(inChunks(`${text}\n \r\n`, size))).toBe(3);
    }
  });

  it("say which line is damaged, cut off, no object, or too long", async () => {
    await expect(linesOf("{}\n{oops}\n{}")).rejects.toThrow("Line 2 is no valid JSON");
    await expect(linesOf('{}\n{"a":')).rejects.toThrow("Line 2 is cut off");
    await expect(linesOf("{}\n{}\n[1]\n")).rejects.toThrow("Line 3 is no JSON object");
    await expect(linesOf(`{}\n{"a":"${"x".repeat(99)}"}`, 7, 50)).rejects.toThrow("Line 2 is longer than 50 bytes");
    await expect(linesOf(`{}\n${"[".repeat(100_000)}`)).rejects.toThrow("Line 2 is cut off");
  });
});

describe("a suggestions file", () => {
  it("holds regions of any shape and mixed ids, as pycocotools decodes them", () => {
    fc.assert(
      fc.property(
        fc.integer(),
        fc.integer({ min: 1, max: 40 }),
        fc.integer({ min: 1, max: 40 }),
        (seed, width, height) => {
          const next = createRandom(seed);
          const region = regionFromPredicate({ x: 0, y: 0, width, height }, () => next.next() < 0.4);
          if (region.bits.length === 0) return;
          const ids = region.bits.map((bit) => (bit === 1 ? Math.floor(next.next() * 3) : 0));
          const written = { ...encodeRegion(region, { width, height }, Uint16Array.from(ids)), ...facts };
          const read = decodeRegion(JSON.parse(JSON.stringify(written)) as SuggestedRegion);
          expect(read).toEqual({ region, ids: Uint16Array.from(ids) });
          const whole = decodeRle(written.mask);
          expect(whole.reduce((sum, bit) => sum + bit, 0)).toBe(written.area);
          const { rect } = region;
          region.bits.forEach((bit, i) => {
            const at = (rect.y + Math.floor(i / rect.width)) * width + rect.x + (i % rect.width);
            expect(whole[at]).toBe(bit);
          });
        },
      ),
      { numRuns: 60 },
    );
  });

  it("is read as it was written, unknown members passed over", () => {
    const image = readSuggestedImage(imageWith({ later: 1 }));
    expect(image).toMatchObject({ label: "a.png", width: 6, height: 4, labelHash: 7, score: 0.5 });
    expect(decodeRegion(image.regions[0]).region).toEqual(square);
    const header = {
      ...{ schema: suggestionsSchema, tool: "t", version: "1", created: "2020", model: "m", accept: null },
      reliability: [[0, 0.1]],
      classes: [{ id: 3, name: "car", ignored: false }],
    };
    expect(readSuggestionsHeader({ number: 1, value: header })).toEqual(header);
  });

  it.each([
    [{ width: 0 }, {}, "label's size"],
    [{ labelHash: -1 }, {}, '"labelHash" must be'],
    [{ score: 2 }, {}, '"score" must be from 0 to 1'],
    [{ regions: {} }, {}, '"regions" must be a list'],
    [{ regions: [null] }, {}, '"regions" must be a list'],
    [{}, { bounds: [5, 0, 2, 2] }, '"regions[0].bounds" must be'],
    [{}, { mask: { size: [9, 9], counts: [] } }, '"regions[0].mask.size" must be [4, 6]'],
    [{}, { decision: "maybe" }, '"regions[0].decision" must be'],
    [{}, { to: 1e9 }, '"regions[0].to" must be'],
    [{}, { ids: ["x"] }, '"regions[0].ids" must be'],
  ])("with %j and %j is refused with line and place", (change, regionChange, reason) => {
    expect(() => readSuggestedImage(imageWith(change, regionChange))).toThrow(reason);
    expect(() => readSuggestedImage(imageWith(change, regionChange))).toThrow("Line 3");
  });

  it.each([
    [{ area: 3 }, "area"],
    [{ mask: { size: [4, 6], counts: [24] } }, "area"],
    [{ mask: { size: [4, 6], counts: [0, 4, 20] } }, "beyond its bounds"],
    [{ mask: { size: [4, 6], counts: [9, 2] } }, "do not fill"],
    [{ mask: { size: [4, 6], counts: [1e12] } }, "beyond the label"],
    [{ ids: [3, 1] }, "number of ids"],
    [{ ids: [5, 1] }, "number of ids"],
    [{ mask: { size: [4, 6], counts: "\u007f" } }, "damaged"],
  ])("with a mask that does not fit, %j, is refused", (change, reason) => {
    const [region] = readSuggestedImage(imageWith({}, change)).regions;
    expect(() => decodeRegion(region)).toThrow(reason);
  });
});
