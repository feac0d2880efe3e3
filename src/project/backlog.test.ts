import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { createRandom } from "../core/random";
import { withBacklog } from "./backlog";
import { type KeyValueStore, memoryStore } from "./storage";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** A store whose writes take time, one after the other, and fail while `isFull` says so. */
function slowStore(isFull: () => boolean): { readonly memory: KeyValueStore; readonly store: KeyValueStore } {
  const memory = memoryStore();
  let last: Promise<unknown> = Promise.resolve();
  const queued = (write: () => Promise<void>): Promise<void> => {
    const written = last.then(async () => {
      await new Promise((resolve) => setTimeout(resolve, 7));
      if (isFull()) throw new DOMException("full", "QuotaExceededError");
      await write();
    });
    last = written.catch(() => undefined);
    return written;
  };
  const store: KeyValueStore = {
    ...memory,
    set: (key, value) => queued(() => memory.set(key, value)),
    delete: (key) => queued(() => memory.delete(key)),
    write: (puts, deletes) => queued(() => memory.write(puts, deletes)),
  };
  return { memory, store };
}

it("tries again what failed until it is written, and says as long that something waits", async () => {
  let isFull = true;
  const { memory, store } = slowStore(() => isFull);
  const backlog = withBacklog(store);
  await memory.set("b", 1);
  const outcome = backlog.keep([["a", 1]], ["b"]).then(
    () => "kept",
    (error: Error) => error.name,
  );
  await vi.advanceTimersByTimeAsync(20);
  expect(await outcome).toBe("QuotaExceededError");
  expect(backlog.failure.getState().error).toMatchObject({ name: "QuotaExceededError" });
  await vi.advanceTimersByTimeAsync(20_000);
  expect(await memory.entries("")).toEqual([["b", 1]]);
  isFull = false;
  await vi.advanceTimersByTimeAsync(5100);
  expect(await memory.entries("")).toEqual([["a", 1]]);
  expect(backlog.failure.getState().error).toBeNull();
});

it("writes what waits as soon as anything else could be written", async () => {
  let isFull = true;
  const { memory, store } = slowStore(() => isFull);
  const backlog = withBacklog(store);
  backlog.keep([["a", 1]], []).catch(() => undefined);
  await vi.advanceTimersByTimeAsync(20);
  isFull = false;
  void backlog.set("b", 2);
  await vi.advanceTimersByTimeAsync(30);
  expect(await memory.entries("")).toEqual([
    ["b", 2],
    ["a", 1],
  ]);
});

it("is one for a store, and for itself", () => {
  const store = memoryStore();
  const backlog = withBacklog(store);
  expect([withBacklog(store), withBacklog(backlog)]).toEqual([backlog, backlog]);
  expect(withBacklog(memoryStore())).not.toBe(backlog);
});

it.each(Array.from({ length: 30 }, (_, i) => i))(
  "reads as if all were written, and ends with the newest of each record (seed %i)",
  async (seed) => {
    const random = createRandom(seed);
    let isFull = false;
    const { memory, store } = slowStore(() => isFull);
    const backlog = withBacklog(store);
    const newest = new Map<string, number>();
    const sorted = (entries: readonly (readonly [string, unknown])[]) =>
      entries.toSorted(([a], [b]) => (a < b ? -1 : 1));
    for (let step = 0; step < 120; step++) {
      isFull = random.next() < 0.5;
      const key = `k/${random.int(4)}`;
      if (random.next() < 0.25) {
        backlog.keep([], [key]).catch(() => undefined);
        newest.delete(key);
      } else {
        const other = `k/${random.int(4)}`;
        const puts = [[key, step] as const, [other, step] as const];
        backlog.keep(puts, []).catch(() => undefined);
        for (const [name] of puts) newest.set(name, step);
      }
      await vi.advanceTimersByTimeAsync(random.next() < 0.7 ? random.int(15) : random.int(9000));
      expect(sorted(await backlog.entries("k/"))).toEqual(sorted([...newest]));
      expect(await backlog.get(key)).toBe(newest.get(key));
      expect(await backlog.keys("k/")).toEqual([...newest.keys()].sort());
      expect([...(await backlog.read([key], []))]).toEqual(newest.has(key) ? [[key, newest.get(key)]] : []);
    }
    isFull = false;
    const flushed = backlog.flush();
    await vi.advanceTimersByTimeAsync(200);
    await flushed;
    expect(sorted(await memory.entries(""))).toEqual(sorted([...newest]));
    expect(backlog.failure.getState().error).toBeNull();
  },
);

it("never writes an older record over what its caller wrote since", async () => {
  let isFull = true;
  const { memory, store } = slowStore(() => isFull);
  const backlog = withBacklog(store);
  backlog.keep([["a", "old"]], []).catch(() => undefined);
  await vi.advanceTimersByTimeAsync(20);
  isFull = false;
  void backlog.write([["a", "new"]], []);
  await vi.advanceTimersByTimeAsync(20_000);
  expect(await memory.get("a")).toBe("new");
  isFull = true;
  backlog.keep([["b", "old"]], []).catch(() => undefined);
  await vi.advanceTimersByTimeAsync(20);
  backlog.set("b", "new").catch(() => undefined);
  await vi.advanceTimersByTimeAsync(20);
  isFull = false;
  await vi.advanceTimersByTimeAsync(20_000);
  expect(await memory.get("b")).toBe("old");
});
