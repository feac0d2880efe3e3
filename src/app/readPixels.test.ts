import { afterEach, expect, it, vi } from "vitest";
import { readPixels } from "./readPixels";

/** Canvases of which the first `lost` ones hold nothing. */
function offer(lost: number): { made: number } {
  const counts = { made: 0 };
  vi.stubGlobal(
    "OffscreenCanvas",
    class {
      private readonly alpha: Uint8ClampedArray;
      private readonly isLost = counts.made++ < lost;
      constructor(
        private readonly width: number,
        height: number,
      ) {
        this.alpha = new Uint8ClampedArray(width * height);
      }
      getContext() {
        return {
          fillRect: (x: number, y: number, width: number, height: number) => {
            for (let row = y; row < y + height && !this.isLost; row++)
              this.alpha.fill(255, row * this.width + x, row * this.width + x + width);
          },
          getImageData: (x: number, y: number, width: number, height: number) => {
            const data = new Uint8ClampedArray(4 * width * height);
            for (let i = 0; i < width * height; i++) {
              data[4 * i + 3] = this.alpha[(y + Math.floor(i / width)) * this.width + x + (i % width)];
            }
            return { data, width, height };
          },
        };
      }
    },
  );
  return counts;
}

const alphas = ({ data }: ImageData): number[] => [...data].filter((_, i) => i % 4 === 3);

afterEach(() => vi.unstubAllGlobals());

it("reads what was drawn, and nothing else", () => {
  const counts = offer(0);
  expect(alphas(readPixels(3, 2, (context) => context.fillRect(1, 0, 1, 2)))).toEqual([0, 255, 0, 0, 255, 0]);
  expect(counts.made).toBe(1);
});

it("draws again on another canvas where what was drawn is gone", () => {
  const counts = offer(2);
  expect(alphas(readPixels(2, 1, (context) => context.fillRect(0, 0, 1, 1)))).toEqual([255, 0]);
  expect(counts.made).toBe(3);
});

it("never takes a lost picture for a transparent one", () => {
  offer(Number.POSITIVE_INFINITY);
  expect(() => readPixels(2, 1, (context) => context.fillRect(0, 0, 1, 1))).toThrow("Open the image again");
});
