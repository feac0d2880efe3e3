import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { type FakeWorker, fakeEngine } from "./fixtures/fakeWorker";
import { image, request, setUp } from "./fixtures/fakeWorkers";
import type { InferenceClient } from "./inferenceClient";

describe("a worker that falls silent", () => {
  beforeEach(() => vi.useFakeTimers());
  afterEach(() => vi.useRealTimers());
  const pings = (worker: FakeWorker): number => worker.told.filter(({ type }) => type === "ping").length;

  it("is restarted after 30 s without a word, and the request is repeated", async () => {
    const { client, workers, ready } = setUp();
    const answer = client.reconstruct(request(1));
    vi.advanceTimersByTime(30_000);
    expect(client.status().state).toBe("busy");
    expect(pings(workers[0])).toBeGreaterThan(3);
    vi.advanceTimersByTime(5_000);
    expect(client.status()).toEqual({ state: "restarting", reason: "The model gave no sign of life for 30 s." });
    expect(workers[0].terminated).toBe(true);
    ready();
    workers[1].answer(1, 1);
    expect(await answer).toMatchObject({ documentVersion: 1 });
  });

  it("is not one that is slow: any word between two steps counts, previews too", async () => {
    const { client, workers } = setUp();
    const answer = client.reconstruct(request(1));
    for (let i = 0; i < 20; i++) {
      vi.advanceTimersByTime(28_000);
      if (i % 2 === 0) workers[0].say({ type: "alive" });
      else workers[0].answer(1, 4);
    }
    expect(workers).toHaveLength(1);
    workers[0].answer(4, 4);
    expect(await answer).toMatchObject({ documentVersion: 1 });
  });

  it("may take twice as long on a graphics card, and while it loads", () => {
    const { client, workers, ready } = setUp({ ready: false });
    workers[0].say({ type: "stage", stage: "compile", progress: 0 });
    vi.advanceTimersByTime(60_000);
    expect(workers).toHaveLength(1);
    ready("webgpu");
    void client.reconstruct(request(1)).catch(() => undefined);
    vi.advanceTimersByTime(60_000);
    expect(workers).toHaveLength(1);
    vi.advanceTimersByTime(5_000);
    expect(workers).toHaveLength(2);
  });

  it("is noticed whatever it was asked, and nobody waits for ever", async () => {
    const search = { imageKey: "bands" } as Parameters<InferenceClient["find"]>[0];
    const calls: readonly ((client: InferenceClient) => Promise<unknown>)[] = [
      (client) => client.reconstructLater([request(1)]),
      (client) => client.support.fit(),
      (client) => client.find(search),
      (client) => client.scan(image, search),
    ];
    for (const call of calls) {
      const { client, workers } = setUp();
      const ended = call(client).catch((error: Error) => error.name);
      vi.advanceTimersByTime(36_000);
      expect(workers).toHaveLength(2);
      expect(await ended).toBe("EngineRestarted");
    }
  });

  it("is not asked while nothing is waited for, nor before its first word: it may still be on its way here", async () => {
    const { client, workers } = setUp({ ready: false });
    vi.advanceTimersByTime(600_000);
    expect(workers).toHaveLength(1);
    workers[0].say({ type: "ready", engine: fakeEngine });
    vi.advanceTimersByTime(5_000);
    const before = pings(workers[0]);
    vi.advanceTimersByTime(600_000);
    expect(pings(workers[0])).toBe(before);
    const stop = new AbortController();
    const ended = client.reconstruct(request(1), { signal: stop.signal });
    stop.abort();
    await expect(ended).rejects.toBe(stop.signal.reason);
    vi.advanceTimersByTime(600_000);
    expect(workers).toHaveLength(1);
  });

  it("is given up when it hangs every time, and says why", async () => {
    const { client, workers, ready } = setUp();
    const answer = client.reconstruct(request(1)).catch((error: Error) => error.message);
    for (let i = 0; i < 3; i++) {
      if (i > 0) ready();
      if (i === 2) void client.support.fit().catch(() => undefined);
      vi.advanceTimersByTime(36_000);
    }
    expect(await answer).toBe("The model gave no sign of life for 30 s.");
    expect(client.status()).toMatchObject({ state: "failed", reason: expect.stringContaining("three times") });
    vi.advanceTimersByTime(600_000);
    expect(workers).toHaveLength(3);
  });

  it("is not one whose page slept: the clock does not count", () => {
    const { client, workers } = setUp();
    void client.reconstruct(request(1)).catch(() => undefined);
    vi.advanceTimersByTime(10_000);
    vi.setSystemTime(Date.now() + 3_600_000);
    vi.advanceTimersByTime(5_000);
    expect(workers).toHaveLength(1);
  });
});
