import { describe, expect, it, vi } from "vitest";
import { type FakeWorker, fakeResult } from "./fixtures/fakeWorker";
import { image, request, setUp } from "./fixtures/fakeWorkers";

describe("start-up", () => {
  it("tells the worker where things are, shows the stages, then is ready", () => {
    const { client, workers, statuses, ready } = setUp({ backend: "wasm", ready: false });
    expect(workers[0].told[0]).toEqual({ type: "init", baseUrl: "https://example.test/", backend: "wasm" });
    expect(client.status()).toEqual({ state: "loading", stage: "engine", progress: 0 });
    workers[0].say({ type: "stage", stage: "weights", progress: 0.5 });
    ready();
    expect(statuses.map((status) => status.state)).toEqual(["loading", "ready"]);
  });

  it("accepts a request before it is ready", async () => {
    const { client, workers, ready } = setUp({ ready: false });
    const answer = client.reconstruct(request(1));
    expect(workers[0].requests()).toHaveLength(1);
    ready();
    expect(client.status()).toMatchObject({ state: "busy", passesDone: 0, passes: 4 });
    workers[0].answer(1, 1);
    expect(await answer).toMatchObject({ documentVersion: 1 });
  });

  it("fails for good, with the reason, when the model cannot be loaded", async () => {
    const { client, workers } = setUp({ ready: false });
    const answer = client.reconstruct(request(1));
    workers[0].say({ type: "failed", requestId: null, message: "model.json is missing", deviceLost: false });
    await expect(answer).rejects.toThrow("model.json is missing");
    expect(client.status()).toEqual({ state: "failed", reason: "model.json is missing" });
    await expect(client.reconstruct(request(2))).rejects.toThrow("model.json is missing");
  });
});

describe("looking ahead", () => {
  const { windows } = request(1);

  it("tells the worker once it is ready, and says nothing of it", () => {
    const { client, workers, ready } = setUp({ ready: false });
    client.lookAhead("bands", windows);
    ready();
    client.lookAhead("bands", []);
    expect(workers[0].told.some(({ type }) => type === "look-ahead")).toBe(false);
    client.lookAhead("bands", windows);
    expect(workers[0].told.at(-1)).toEqual({ type: "look-ahead", imageKey: "bands", windows });
    expect(client.status().state).toBe("ready");
  });
});

describe("requests", () => {
  it("resolve to the final result; previews come before it", async () => {
    const { client, workers } = setUp();
    const onPreview = vi.fn();
    const answer = client.reconstruct(request(1), { onPreview });
    workers[0].answer(1, 4);
    expect(client.status()).toMatchObject({ state: "busy", passesDone: 1, passes: 4 });
    workers[0].answer(4, 4);
    expect(await answer).toMatchObject({ passesDone: 4 });
    expect(onPreview).toHaveBeenCalledTimes(1);
    expect(client.status()).toMatchObject({ state: "ready" });
  });

  it("newest wins: the older one is cancelled and rejects as if its caller had ended it", async () => {
    const { client, workers } = setUp();
    const onPreview = vi.fn();
    const older = client.reconstruct(request(1), { onPreview });
    const newer = client.reconstruct(request(2));
    await expect(older).rejects.toMatchObject({ name: "AbortError" });
    const [first, second] = workers[0].requests();
    expect(workers[0].told).toContainEqual({ type: "cancel", requestId: first.requestId });
    workers[0].say({
      type: "result",
      requestId: first.requestId,
      final: false,
      result: fakeResult(first.request, 1, 4),
    });
    expect(onPreview).not.toHaveBeenCalled();
    workers[0].say({ type: "cancelled", requestId: first.requestId });
    expect(client.status().state).toBe("busy");
    workers[0].say({ type: "result", requestId: second.requestId, final: true, result: fakeResult(request(2), 4, 4) });
    expect(await newer).toMatchObject({ documentVersion: 2 });
  });

  it("drop a result of another document version", async () => {
    const { client, workers } = setUp();
    const answer = client.reconstruct(request(5));
    workers[0].answer(4, 4, { documentVersion: 4 });
    expect(client.status().state).toBe("busy");
    workers[0].answer(4, 4);
    expect(await answer).toMatchObject({ documentVersion: 5 });
  });

  it("reject with the signal's reason when it aborts; nothing more is heard of them", async () => {
    const { client, workers } = setUp();
    const abort = new AbortController();
    const onPreview = vi.fn();
    const answer = client.reconstruct(request(1), { signal: abort.signal, onPreview });
    abort.abort();
    await expect(answer).rejects.toBe(abort.signal.reason);
    const [{ requestId }] = workers[0].requests();
    expect(workers[0].told.at(-1)).toEqual({ type: "cancel", requestId });
    workers[0].answer(1, 4);
    expect(onPreview).not.toHaveBeenCalled();
    expect(client.status().state).toBe("ready");
    workers[0].answer(4, 4);
  });

  it("are not begun, and end no other, with a signal that has aborted", async () => {
    const { client, workers } = setUp();
    const running = client.reconstruct(request(1));
    const signal = AbortSignal.abort("too late");
    await expect(client.reconstruct(request(2), { signal })).rejects.toBe("too late");
    expect(workers[0].requests()).toHaveLength(1);
    workers[0].answer(1, 1);
    expect(await running).toMatchObject({ documentVersion: 1 });
  });

  it("are done with their signal when they have ended", async () => {
    const { client, workers } = setUp();
    const abort = new AbortController();
    const answer = client.reconstruct(request(1), { signal: abort.signal });
    workers[0].answer(1, 1);
    await answer;
    const next = client.reconstruct(request(2));
    abort.abort();
    expect(workers[0].told.some(({ type }) => type === "cancel")).toBe(false);
    workers[0].answer(1, 1);
    expect(await next).toMatchObject({ documentVersion: 2 });
  });

  it("reject with the worker's message, and the next one works", async () => {
    const { client, workers } = setUp();
    const answer = client.reconstruct(request(1));
    const { requestId } = workers[0].requests()[0];
    workers[0].say({ type: "failed", requestId, message: "The image is not open.", deviceLost: false });
    await expect(answer).rejects.toThrow("The image is not open.");
    expect(client.status().state).toBe("ready");
    const next = client.reconstruct(request(2));
    workers[0].answer(1, 1);
    expect(await next).not.toBeNull();
  });
});

describe("recovery", () => {
  it("restarts a crashed worker, says so, and repeats the newest request with its image", async () => {
    const { client, workers, statuses, ready } = setUp();
    const answer = client.reconstruct(request(7));
    workers[0].crash("out of memory");
    expect(client.status()).toEqual({ state: "restarting", reason: "out of memory" });
    expect(workers[0].terminated).toBe(true);
    expect(workers[1].told.map((message) => message.type)).toEqual(["init", "image", "reconstruct"]);
    workers[1].say({ type: "stage", stage: "weights", progress: 1 });
    expect(client.status().state).toBe("restarting");
    ready();
    workers[1].answer(4, 4);
    expect(await answer).toMatchObject({ documentVersion: 7 });
    expect(statuses.map((status) => status.state)).toContain("restarting");
  });

  it("repeats a request once only", async () => {
    const { client, workers, ready } = setUp();
    const answer = client.reconstruct(request(1));
    workers[0].crash("first");
    ready();
    workers[1].say({ type: "failed", requestId: null, message: "second", deviceLost: true });
    await expect(answer).rejects.toThrow("second");
    expect(workers).toHaveLength(3);
    expect(workers[2].requests()).toHaveLength(0);
    ready();
    expect(client.status().state).toBe("ready");
  });

  it("ignores what a terminated worker still says", async () => {
    const { client, workers, ready } = setUp();
    const answer = client.reconstruct(request(1));
    workers[0].crash("gone");
    workers[0].answer(4, 4);
    workers[0].crash("again");
    expect(workers).toHaveLength(2);
    ready();
    workers[1].answer(4, 4);
    expect(await answer).not.toBeNull();
    expect(client.status().state).toBe("ready");
  });

  it("goes on with wasm after the graphics device was lost twice", () => {
    const { workers, ready } = setUp({ ready: false });
    for (const worker of [0, 1]) {
      ready("webgpu");
      workers[worker].say({ type: "failed", requestId: null, message: "device lost", deviceLost: true });
    }
    expect(workers[1].told[0]).not.toHaveProperty("backend");
    expect(workers[2].told[0]).toMatchObject({ type: "init", backend: "wasm" });
  });

  it("gives up a worker that never comes up", () => {
    const { client, workers } = setUp();
    for (let i = 0; i < 3; i++) workers[i].crash("cannot start");
    expect(client.status()).toEqual({
      state: "failed",
      reason: "It stopped three times within minutes, the last time with: cannot start",
    });
    expect(workers).toHaveLength(3);
  });

  it("starts a worker that was given up again when it is told to, with the image, and gives it as many tries", async () => {
    const { client, workers, ready } = setUp();
    client.restart();
    expect(workers).toHaveLength(1);
    const lost = client.reconstruct(request(1));
    for (let i = 0; i < 3; i++) workers[i].crash("trap");
    await expect(lost).rejects.toThrow("trap");
    await expect(client.reconstruct(request(2))).rejects.toThrow("three times");
    client.restart();
    expect(client.status()).toMatchObject({ state: "loading" });
    expect(workers[3].told.map(({ type }) => type)).toEqual(["init", "image"]);
    ready();
    const answer = client.reconstruct(request(3));
    workers[3].crash("trap");
    ready();
    expect(client.status().state).toBe("busy");
    workers[4].answer(1, 1);
    expect(await answer).toMatchObject({ documentVersion: 3 });
  });

  it("goes on with wasm though a worker crashed before the device was lost twice", () => {
    const { statuses, workers, ready } = setUp({ ready: false });
    ready("webgpu");
    workers[0].say({ type: "failed", requestId: null, message: "device lost", deviceLost: true });
    expect(statuses.at(-1)).toEqual({ state: "restarting", reason: "device lost" });
    workers[1].crash("on its way up");
    ready("webgpu");
    workers[2].say({ type: "failed", requestId: null, message: "lost again", deviceLost: true });
    expect(statuses.at(-1)).toEqual({ state: "restarting", reason: "lost again", leavesGpu: true });
    expect(workers[3].told[0]).toMatchObject({ type: "init", backend: "wasm" });
  });

  it("restarts a worker whose answer cannot be read", () => {
    const { client, workers } = setUp();
    workers[0].onmessageerror?.({} as MessageEvent);
    expect(client.status()).toMatchObject({ state: "restarting" });
    expect(workers).toHaveLength(2);
  });

  it("ends what is under way when disposed", async () => {
    const { client, workers } = setUp();
    const answer = client.reconstruct(request(1));
    client.dispose();
    await expect(answer).rejects.toMatchObject({ name: "AbortError" });
    expect(workers[0].terminated).toBe(true);
  });
});

describe("reconstructions that nobody waits for", () => {
  const later = (worker: FakeWorker) => worker.told.filter((message) => message.type === "reconstruct-later");

  it("answers with the final results", async () => {
    const { client, workers } = setUp();
    const answer = client.reconstructLater([request(1)]);
    const [{ requestId, image: sent }] = later(workers[0]);
    expect(sent).toBe(null);
    const results = [fakeResult(request(1), 4, 4)];
    workers[0].say({ type: "reconstructed", requestId, results });
    expect(await answer).toEqual(results);
  });

  it("ends those on the open image when a reconstruction is asked for, and not those on others", async () => {
    const { client, workers } = setUp();
    const own = client.reconstructLater([request(1)]);
    const other = client.reconstructLater([request(1)], { image });
    const [first, second] = later(workers[0]);
    void client.reconstruct(request(2)).catch(() => undefined);
    await expect(own).rejects.toMatchObject({ name: "AbortError" });
    expect(workers[0].told).toContainEqual({ type: "cancel", requestId: first.requestId });
    workers[0].say({ type: "reconstructed", requestId: second.requestId, results: [] });
    expect(await other).toEqual([]);
  });

  it("ends with its caller's signal, with the worker's reason, and with the worker", async () => {
    const { client, workers } = setUp();
    const stop = new AbortController();
    const ended = client.reconstructLater([request(1)], { signal: stop.signal });
    stop.abort();
    await expect(ended).rejects.toMatchObject({ name: "AbortError" });
    const failed = client.reconstructLater([request(1)]);
    const { requestId } = later(workers[0])[1];
    workers[0].say({ type: "failed", requestId, message: "no memory for it", deviceLost: false });
    await expect(failed).rejects.toThrow("no memory for it");
    const lost = client.reconstructLater([request(1)]);
    workers[0].crash("trap");
    await expect(lost).rejects.toMatchObject({ name: "EngineRestarted" });
  });
});
