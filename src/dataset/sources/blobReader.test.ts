import { describe, expect, it, vi } from "vitest";
import { createRandom } from "../../core/random";
import { createBlobReader } from "./blobReader";

const size = 5_000_000;
const bytes = Uint8Array.from({ length: size }, (_, i) => (i * 2654435761) >>> 24);

function watched() {
  const blob = new Blob([bytes]);
  return { blob, slices: vi.spyOn(blob, "slice") };
}

describe("createBlobReader", () => {
  it("gives the same bytes as the blob, wherever a read begins and ends", async () => {
    const read = createBlobReader(new Blob([bytes]));
    const random = createRandom(5);
    for (let i = 0; i < 300; i += 1) {
      const start = random.int(size + 50);
      const end = start + random.int(i % 10 === 0 ? 900_000 : 3000);
      const got = await read(start, end);
      const expected = bytes.subarray(start, end);
      expect(got.length).toBe(expected.length);
      expect(Buffer.compare(got, expected)).toBe(0);
    }
    expect(await read(size - 3, size + 9)).toEqual(bytes.slice(size - 3));
    expect(await read(10, 4)).toHaveLength(0);
  });

  it("reads ahead once for neighbouring reads, also for those under way together", async () => {
    const { blob, slices } = watched();
    const read = createBlobReader(blob);
    const starts = Array.from({ length: 2000 }, (_, i) => i * 500);
    await Promise.all(starts.map((start) => read(start, start + 500)));
    for (const start of starts) await read(start, start + 500);
    expect(slices).toHaveBeenCalledTimes(Math.ceil(1_000_000 / 2 ** 18));
  });

  it("gives copies: what a caller does to them changes nothing", async () => {
    const read = createBlobReader(new Blob([bytes]));
    (await read(100, 200)).fill(0);
    expect(await read(100, 200)).toEqual(bytes.slice(100, 200));
  });

  it("keeps few chunks, and reads again what failed", async () => {
    const { blob, slices } = watched();
    const read = createBlobReader(blob);
    for (let start = 0; start < size; start += 2 ** 18) await read(start, start + 1);
    await read(0, 1);
    expect(slices).toHaveBeenCalledTimes(Math.ceil(size / 2 ** 18) + 1);
    const failing = { arrayBuffer: () => Promise.reject(new Error("gone")) } as unknown as Blob;
    slices.mockReturnValueOnce(failing);
    await expect(read(3 * 2 ** 18, 3 * 2 ** 18 + 4)).rejects.toThrow("gone");
    expect(await read(3 * 2 ** 18, 3 * 2 ** 18 + 4)).toEqual(bytes.slice(3 * 2 ** 18, 3 * 2 ** 18 + 4));
  });
});
