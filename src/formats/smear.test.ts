import { decode, encode } from "jpeg-js";
import { describe, expect, it, vi } from "vitest";
import { rgbKey, rgbOfKey, vocColor } from "../core/palette";
import { createRandom, type Random } from "../core/random";
import { realValues, type ValueFacts } from "./smear";
import { solidPixels } from "./solidPixels";

// JPEG in JavaScript: seconds on a busy machine.
vi.setConfig({ testTimeout: 60_000 });

/** An image of 0xRRGGBB values. */
interface Picture {
  readonly values: Uint32Array;
  readonly width: number;
  readonly height: number;
}

/** Grounds, ellipses and bars of the given colours. */
function scene(random: Random, width: number, height: number, colors: readonly number[]): Picture {
  const values = new Uint32Array(width * height).fill(colors[0]);
  for (let i = 0; i < colors.length * 2; i += 1) {
    const color = colors[i % colors.length];
    const [cx, cy, a, b] = [
      random.int(width),
      random.int(height),
      4 + random.int(width / 6),
      4 + random.int(height / 6),
    ];
    const isBar = random.int(3) === 0;
    for (let y = Math.max(0, cy - b); y < Math.min(height, cy + b); y += 1) {
      for (let x = Math.max(0, cx - a); x < Math.min(width, cx + a); x += 1) {
        if (isBar || ((x - cx) / a) ** 2 + ((y - cy) / b) ** 2 < 1) values[y * width + x] = color;
      }
    }
  }
  return { values, width, height };
}

/** Half as large, each pixel the mean of four: what anti-aliasing and resizing do. */
function smoothed({ values, width, height }: Picture): Picture {
  const [w, h] = [width >> 1, height >> 1];
  const mean = (x: number, y: number) => {
    const four = [0, 1, width, width + 1].map((step) => rgbOfKey(values[2 * y * width + 2 * x + step]));
    return rgbKey(
      [0, 1, 2].map((c) => Math.round(four.reduce((sum, rgb) => sum + rgb[c], 0) / 4)) as [number, number, number],
    );
  };
  return { values: Uint32Array.from({ length: w * h }, (_, i) => mean(i % w, Math.floor(i / w))), width: w, height: h };
}

function jpegged({ values, width, height }: Picture, quality: number): Picture {
  const data = new Uint8Array(values.length * 4);
  for (const [i, key] of values.entries()) data.set([...rgbOfKey(key), 255], i * 4);
  const out = decode(encode({ data, width, height }, quality).data, { useTArray: true }).data;
  return { values: values.map((_, i) => rgbKey([out[4 * i], out[4 * i + 1], out[4 * i + 2]])), width, height };
}

function factsOf(pictures: readonly Picture[]): Map<number, ValueFacts> {
  const facts = new Map<number, ValueFacts>();
  for (const { values, width, height } of pictures) {
    const keys = [...new Set(values)];
    const place = new Map(keys.map((key, i) => [key, i]));
    const index = values.map((key) => place.get(key) ?? 0);
    const counts = new Uint32Array(keys.length);
    for (const i of index) counts[i] += 1;
    const solid = solidPixels(index, width, height, keys.length);
    keys.forEach((key, i) => {
      const before = facts.get(key) ?? { count: 0, solid: 0 };
      facts.set(key, { count: before.count + counts[i], solid: before.solid + solid[i] });
    });
  }
  return facts;
}

const random = createRandom(16);
const someColors = (count: number) =>
  [...new Set(Array.from({ length: count * 2 }, () => random.int(0x1000000)))].slice(0, count);
const vocColors = (count: number) => Array.from({ length: count }, (_, id) => rgbKey(vocColor(id)));
const greys = (count: number) => Array.from({ length: count }, (_, i) => Math.round((i * 255) / (count - 1)) * 0x10101);
const kinds = { someColors, vocColors, greys };
const usedIn = (pictures: readonly Picture[]) => new Set(pictures.flatMap(({ values }) => [...new Set(values)]));

describe.each(Object.entries(kinds))("labels of %s", (_, colorsOf) => {
  it.each([2, 8, 40])("%i classes: clean ones are clean; smeared ones never open as more classes", (count) => {
    for (let round = 0; round < 1; round += 1) {
      const clean = [0, 1].map(() => scene(random, 120, 90, colorsOf(count)));
      expect(realValues(factsOf(clean))).toBeNull();
      const large = [0, 1].map(() => scene(random, 240, 180, colorsOf(count)));
      const smeared = [
        large.map(smoothed),
        ...[50, 90].map((quality) => clean.map((picture) => jpegged(picture, quality))),
      ];
      for (const [i, pictures] of smeared.entries()) {
        const truth = usedIn(i === 0 ? large : clean);
        const facts = factsOf(pictures);
        const opened = (realValues(facts)?.size ?? facts.size - 1) + 1;
        expect(opened).toBeLessThanOrEqual(truth.size + 1);
      }
    }
  });
});

describe("clean labels", () => {
  it("of 150 classes, or of 3,000 instances of three by three pixels, are clean", () => {
    expect(realValues(factsOf([scene(random, 400, 300, someColors(150))]))).toBeNull();
    const width = 240;
    const values = Uint32Array.from({ length: width * 240 }, (_, p) => {
      const [x, y] = [p % width, Math.floor(p / width)];
      return x % 4 === 3 || y % 4 === 3 ? 0 : 1 + Math.floor(y / 4) * 60 + Math.floor(x / 4);
    });
    expect(realValues(factsOf([{ values, width, height: 240 }]))).toBeNull();
  });

  it("may hold two thin classes among few", () => {
    const facts = new Map(
      [5, 6, 7, 8].map((value) => [value, value < 7 ? { count: 9000, solid: 8800 } : { count: 90, solid: 0 }]),
    );
    expect(realValues(facts)).toBeNull();
  });
});

it("values that a list names are real whatever they look like", () => {
  const facts = new Map<number, ValueFacts>([
    [1, { count: 90000, solid: 88000 }],
    [2, { count: 50000, solid: 48000 }],
  ]);
  for (let value = 10; value < 40; value += 1) facts.set(value * 1000, { count: 9, solid: 0 });
  expect([...(realValues(facts) ?? [])]).toEqual([1, 2]);
  expect([...(realValues(facts, (value) => value === 12000) ?? [])]).toEqual([1, 2, 12000]);
});
