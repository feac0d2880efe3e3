import { expect, it, vi } from "vitest";
import type { FindExample, FindRequest, FindResult } from "../find/types";
import { bandImage, bandLabel, bandRequest } from "../reconstruct/fixtures/request";
import { createInferenceClient } from "./client";
import { FakeWorker, fakeEngine } from "./fixtures/fakeWorker";
import { EngineRestarted } from "./inferenceClient";

const { imageKey, width, height } = bandImage(8, 8);
const { labels } = bandLabel(8, 8, []);

function example(key: string): FindExample {
  return { imageKey: key, image: { ...bandImage(8, 8), imageKey: key }, labels: labels.slice(), ignoredIds: [] };
}

function request(documentVersion: number): FindRequest {
  const raster = { imageKey, width, height, labels, excluded: new Uint8Array(64) };
  return { ...raster, documentVersion, ignoredIds: [], lockedIds: [], seed: 1 };
}

function result(documentVersion: number): FindResult {
  const facts = { accept: 0.7, model: "lmae-small", elapsedMs: 5 };
  return { imageKey, documentVersion, width, height, heat: new Uint8Array(64), regions: [], ...facts };
}

function setUp() {
  const workers: FakeWorker[] = [];
  const createWorker = () => {
    workers.push(new FakeWorker());
    return workers[workers.length - 1];
  };
  const client = createInferenceClient({ baseUrl: "https://example.test/", createWorker });
  const ready = () => workers.at(-1)?.say({ type: "ready", engine: fakeEngine });
  ready();
  client.setImage(bandImage(8, 8));
  /** The id of the newest message of a type. */
  const idOf = (type: "learn" | "find"): number => {
    const told = workers.flatMap((worker) => worker.told).findLast((message) => message.type === type);
    return told !== undefined && "requestId" in told ? told.requestId : -1;
  };
  const say: FakeWorker["say"] = (message) => workers.at(-1)?.say(message);
  return { client, workers, ready, idOf, say };
}

it("learns, knows what was learnt, and hands the arrays over", async () => {
  const { client, workers, idOf, say } = setUp();
  const post = vi.spyOn(workers[0], "postMessage");
  const one = example("a");
  const lesson = client.learn(one);
  expect(post).toHaveBeenCalledWith(expect.objectContaining({ type: "learn" }), [
    one.image.rgba.buffer,
    one.labels.buffer,
  ]);
  expect(client.learntKeys().has("a")).toBe(false);
  say({ type: "learnt", requestId: idOf("learn") });
  await lesson;
  expect([...client.learntKeys()]).toEqual(["a"]);
});

it("names the reason of an example that cannot be learnt, and goes on", async () => {
  const { client, idOf, say } = setUp();
  const lesson = client.learn(example("a"));
  say({ type: "failed", requestId: idOf("learn"), message: "Nothing but void.", deviceLost: false });
  await expect(lesson).rejects.toThrow("Nothing but void.");
  const next = client.learn(example("b"));
  say({ type: "learnt", requestId: idOf("learn") });
  await next;
  expect([...client.learntKeys()]).toEqual(["b"]);
});

it("finds with progress, and leaves the engine ready for reconstructions meanwhile", async () => {
  const { client, idOf, say } = setUp();
  const progress = vi.fn();
  const found = client.find(request(4), { onProgress: progress });
  expect(client.status().state).toBe("ready");
  say({ type: "find-progress", requestId: idOf("find"), done: 1, total: 8 });
  say({ type: "found", requestId: idOf("find"), result: result(4) });
  expect(await found).toMatchObject({ documentVersion: 4 });
  expect(progress.mock.calls).toEqual([[1, 8]]);
});

it("a reconstruction neither ends a find nor is ended by one", async () => {
  const { client, workers, idOf, say } = setUp();
  const found = client.find(request(3));
  const rebuilt = client.reconstruct(bandRequest(8, 8, [2, 2, 3, 3]));
  workers[0].answer(1, 1);
  expect(await rebuilt).not.toBeNull();
  say({ type: "found", requestId: idOf("find"), result: result(3) });
  expect(await found).not.toBeNull();
  expect(workers[0].told.some(({ type }) => type === "cancel")).toBe(false);
});

it("a newer find ends the older one; a result of another document version is dropped", async () => {
  const { client, workers, idOf, say } = setUp();
  const older = client.find(request(1));
  const olderId = idOf("find");
  const newer = client.find(request(2));
  await expect(older).rejects.toMatchObject({ name: "AbortError" });
  expect(workers[0].told).toContainEqual({ type: "cancel", requestId: olderId });
  say({ type: "found", requestId: olderId, result: result(1) });
  say({ type: "found", requestId: idOf("find"), result: result(1) });
  say({ type: "found", requestId: idOf("find"), result: result(2) });
  expect(await newer).toMatchObject({ documentVersion: 2 });
});

it("a signal ends what is learnt and looked for with its reason; what was learnt stays", async () => {
  const { client, workers, idOf, say } = setUp();
  const first = client.learn(example("a"));
  say({ type: "learnt", requestId: idOf("learn") });
  await first;
  const abort = new AbortController();
  const onProgress = vi.fn();
  const lesson = client.learn(example("b"), { signal: abort.signal });
  const found = client.find(request(1), { signal: abort.signal, onProgress });
  abort.abort();
  await expect(lesson).rejects.toBe(abort.signal.reason);
  await expect(found).rejects.toBe(abort.signal.reason);
  say({ type: "find-progress", requestId: idOf("find"), done: 1, total: 8 });
  expect(onProgress).not.toHaveBeenCalled();
  expect(workers[0].told.filter(({ type }) => type === "cancel")).toHaveLength(2);
  say({ type: "learnt", requestId: idOf("learn") });
  expect([...client.learntKeys()]).toEqual(["a"]);
});

it("nothing is begun with a signal that has aborted", async () => {
  const { client, workers } = setUp();
  const found = client.find(request(1));
  const signal = AbortSignal.abort("too late");
  await expect(client.learn(example("a"), { signal })).rejects.toBe("too late");
  await expect(client.find(request(2), { signal })).rejects.toBe("too late");
  expect(workers[0].told.map(({ type }) => type)).toEqual(["init", "image", "find"]);
  client.dispose();
  await expect(found).rejects.toMatchObject({ name: "AbortError" });
});

it("forgets all at once, and ends what is under way", async () => {
  const { client, workers, idOf, say } = setUp();
  const lesson = client.learn(example("a"));
  say({ type: "learnt", requestId: idOf("learn") });
  await lesson;
  const found = client.find(request(1));
  client.forget();
  await expect(found).rejects.toMatchObject({ name: "AbortError" });
  expect(client.learntKeys().size).toBe(0);
  expect(workers[0].told.at(-1)).toEqual({ type: "forget" });
});

it("rejects when the worker restarts, and nothing is learnt any more; the next find works", async () => {
  const { client, workers, ready, idOf, say } = setUp();
  const first = client.learn(example("a"));
  say({ type: "learnt", requestId: idOf("learn") });
  await first;
  const lesson = client.learn(example("b"));
  const found = client.find(request(1));
  workers[0].crash("out of memory");
  await expect(lesson).rejects.toBeInstanceOf(EngineRestarted);
  await expect(found).rejects.toThrow("The engine restarted; press Find errors again");
  expect(client.learntKeys().size).toBe(0);
  expect(workers[1].told.map(({ type }) => type)).toEqual(["init", "image"]);
  ready();
  const again = client.find(request(1));
  say({ type: "found", requestId: idOf("find"), result: result(1) });
  expect(await again).not.toBeNull();
});

it("a find that takes the engine down restarts the worker", async () => {
  const { client, workers, idOf, say } = setUp();
  const found = client.find(request(1));
  say({ type: "failed", requestId: idOf("find"), message: "memory access out of bounds", deviceLost: true });
  await expect(found).rejects.toBeInstanceOf(EngineRestarted);
  expect(workers).toHaveLength(2);
});

it("refuses with the reason once the worker is given up", async () => {
  const { client, say } = setUp();
  const found = client.find(request(1));
  say({ type: "failed", requestId: null, message: "model.json is missing", deviceLost: false });
  await expect(found).rejects.toThrow("model.json is missing");
  await expect(client.learn(example("a"))).rejects.toThrow("model.json is missing");
});
