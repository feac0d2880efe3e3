import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decodeBrush, encodeBrush } from "./labelStudioRle";

describe("Label Studio's brush masks", () => {
  it("give back every mask", () => {
    const size = fc.integer({ min: 1, max: 24 });
    fc.assert(
      fc.property(size, size, fc.integer({ min: 0, max: 3 }), fc.infiniteStream(fc.nat(9)), (w, h, share, stream) => {
        const bits = Uint8Array.from({ length: w * h }, () => (Number(stream.next().value) < share * 3 ? 1 : 0));
        expect(
          decodeBrush(
            encodeBrush(w, h, (pixel) => bits[pixel] === 1),
            w,
            h,
          ),
        ).toEqual(bits);
      }),
    );
  });

  it("hold runs beyond 16 bits", () => {
    const bits = new Uint8Array(400 * 300).fill(1, 50_000, 110_000);
    expect(
      decodeBrush(
        encodeBrush(400, 300, (pixel) => bits[pixel] === 1),
        400,
        300,
      ),
    ).toEqual(bits);
  });

  it("are read by their alpha, in runs that begin within a pixel and in literals", () => {
    // 2 x 1 px: a literal of 3 samples (0, 0, 0), a run of 2 (alpha of pixel 0 and red of pixel 1), a literal of 3.
    const text =
      (8).toString(2).padStart(32, "0") +
      "00111" +
      "0010001101111111" +
      `000010${"0".repeat(24)}` +
      `100001${"1".repeat(8)}` +
      `000010${"0".repeat(24)}`;
    const bytes = (text.padEnd(Math.ceil(text.length / 8) * 8, "0").match(/.{8}/g) ?? []).map((byte) =>
      parseInt(byte, 2),
    );
    expect(decodeBrush(bytes, 2, 1)).toEqual(Uint8Array.of(1, 0));
  });

  it("of another size or cut off are refused", () => {
    const bytes = encodeBrush(5, 5, (pixel) => pixel % 3 === 0);
    expect(() => decodeBrush(bytes, 5, 4)).toThrow("not 5 x 4");
    expect(() => decodeBrush(bytes.slice(0, 12), 5, 5)).toThrow("damaged");
  });
});
