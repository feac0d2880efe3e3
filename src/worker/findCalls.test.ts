import { expect, it, vi } from "vitest";
import type { FindRequest, FindResult } from "../find/types";
import { bandImage, bandLabel, bandRequest } from "../reconstruct/fixtures/request";
import { createInferenceClient } from "./client";
import { FakeWorker, fakeEngine } from "./fixtures/fakeWorker";
import { EngineRestarted } from "./inferenceClient";

const { imageKey, width, height } = bandImage(8, 8);
const { labels } = bandLabel(8, 8, []);

function request(documentVersion: number): FindRequest {
  const raster = { imageKey, width, height, labels, excluded: new Uint8Array(64) };
  return { ...raster, documentVersion, ignoredIds: [], lockedIds: [] };
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
  const idOf = (type: "find" | "scan"): number => {
    const told = workers.flatMap((worker) => worker.told).findLast((message) => message.type === type);
    return told !== undefined && "requestId" in told ? told.requestId : -1;
  };
  const say: FakeWorker["say"] = (message) => workers.at(-1)?.say(message);
  return { client, workers, ready, idOf, say };
}

it("finds with progress, and leaves the engine ready for reconstructions meanwhile", async () => {
  const { client, idOf, say } = setUp();
  const progress = vi.fn();
  const found = client.find(request(4), { onProgress: progress });
  expect(client.status().state).toBe("ready");
  say({ type: "find-progress", requestId: idOf("find"), done: 1, total: 8, scan: 4 });
  say({ type: "found", requestId: idOf("find"), result: result(4) });
  expect(await found).toMatchObject({ documentVersion: 4 });
  expect(progress.mock.calls).toEqual([[{ done: 1, total: 8, scan: 4 }]]);
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

it("a signal ends the search with its reason", async () => {
  const { client, workers, idOf, say } = setUp();
  const abort = new AbortController();
  const onProgress = vi.fn();
  const found = client.find(request(1), { signal: abort.signal, onProgress });
  abort.abort();
  await expect(found).rejects.toBe(abort.signal.reason);
  say({ type: "find-progress", requestId: idOf("find"), done: 1, total: 8, scan: 8 });
  expect(onProgress).not.toHaveBeenCalled();
  expect(workers[0].told.filter(({ type }) => type === "cancel")).toHaveLength(1);
});

it("nothing is begun with a signal that has aborted", async () => {
  const { client, workers } = setUp();
  const found = client.find(request(1));
  const signal = AbortSignal.abort("too late");
  await expect(client.find(request(2), { signal })).rejects.toBe("too late");
  expect(workers[0].told.map(({ type }) => type)).toEqual(["init", "image", "find"]);
  client.dispose();
  await expect(found).rejects.toMatchObject({ name: "AbortError" });
});

it("rejects when the worker restarts; the next find works", async () => {
  const { client, workers, ready, idOf, say } = setUp();
  const found = client.find(request(1));
  workers[0].crash("out of memory");
  await expect(found).rejects.toThrow("The engine restarted; press Find errors again");
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

it("a scan carries its image, and neither ends a search nor is ended by one", async () => {
  const { client, workers, idOf, say } = setUp();
  const other = { ...bandImage(4, 4), imageKey: "other" };
  const progress = vi.fn();
  const scanned = client.scan(other, { ...request(5), imageKey: "other" }, { onProgress: progress });
  const found = client.find(request(3));
  expect(workers[0].told.find(({ type }) => type === "scan")).toMatchObject({ image: other });
  expect(client.status().state).toBe("ready");
  say({ type: "find-progress", requestId: idOf("scan"), done: 2, total: 4, scan: 2 });
  say({ type: "found", requestId: idOf("find"), result: result(3) });
  say({ type: "found", requestId: idOf("scan"), result: { ...result(5), imageKey: "other" } });
  expect(await found).toMatchObject({ documentVersion: 3 });
  expect(await scanned).toMatchObject({ documentVersion: 5, imageKey: "other" });
  expect(progress.mock.calls).toEqual([[{ done: 2, total: 4, scan: 2 }]]);
});

it("a scan ends by its signal, by a newer one, and with the worker", async () => {
  const { client, workers, idOf } = setUp();
  const abort = new AbortController();
  const first = client.scan(bandImage(8, 8), request(1), { signal: abort.signal });
  const id = idOf("scan");
  abort.abort();
  await expect(first).rejects.toBe(abort.signal.reason);
  expect(workers[0].told).toContainEqual({ type: "cancel", requestId: id });
  const second = client.scan(bandImage(8, 8), request(2));
  const third = client.scan(bandImage(8, 8), request(3));
  await expect(second).rejects.toMatchObject({ name: "AbortError" });
  workers[0].crash("out of memory");
  await expect(third).rejects.toBeInstanceOf(EngineRestarted);
  const fourth = client.scan(bandImage(8, 8), request(4));
  client.dispose();
  await expect(fourth).rejects.toMatchObject({ name: "AbortError" });
});

it("refuses with the reason once the worker is given up", async () => {
  const { client, say } = setUp();
  const found = client.find(request(1));
  say({ type: "failed", requestId: null, message: "model.json is missing", deviceLost: false });
  await expect(found).rejects.toThrow("model.json is missing");
  await expect(client.find(request(1))).rejects.toThrow("model.json is missing");
});
