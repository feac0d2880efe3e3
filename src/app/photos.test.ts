import { expect, it, vi } from "vitest";
import type { DatasetItem } from "../dataset/types";
import { createPhotos } from "./photos";

const items = ["a", "b", "c", "d"].map((key) => ({ key }) as DatasetItem);

function setUp(most: number) {
  const closed: string[] = [];
  const load = vi.fn(async ({ key }: DatasetItem) => ({
    bitmap: { close: () => void closed.push(key) } as unknown as ImageBitmap,
  }));
  return { photos: createPhotos(load, most), load, closed };
}

it("decodes a photograph once while it is kept, and closes none that is in use", async () => {
  const { photos, load, closed } = setUp(2);
  const first = await photos.lend(items[0]);
  const again = await photos.lend(items[0]);
  expect(load).toHaveBeenCalledTimes(1);
  for (const item of items.slice(1)) (await photos.lend(item)).release();
  await Promise.resolve();
  expect(closed).toEqual(["b", "c"]);
  first.release();
  first.release();
  photos.clear();
  await Promise.resolve();
  expect(closed).toEqual(["b", "c", "d"]);
  again.release();
  photos.clear();
  await Promise.resolve();
  expect(closed).toEqual(["b", "c", "d", "a"]);
});

it("tries again what could not be decoded", async () => {
  const { photos, load } = setUp(2);
  load.mockRejectedValueOnce(new Error("broken"));
  await expect(photos.lend(items[0])).rejects.toThrow("broken");
  expect((await photos.lend(items[0])).bitmap).not.toBeNull();
});
