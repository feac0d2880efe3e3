import { expect, it, vi } from "vitest";
import { colourImage } from "../support/fixtures/colourSet";
import type { ImageCells } from "../support/types";
import { createInferenceClient } from "./client";
import { FakeWorker, fakeEngine } from "./fixtures/fakeWorker";
import { EngineRestarted } from "./inferenceClient";

const cells: ImageCells = { imageKey: "a", channels: 1, features: new Uint16Array(1), ids: new Uint16Array(1) };
const facts = { images: 4, classes: 3 };

function setUp() {
  const workers: FakeWorker[] = [];
  const createWorker = () => {
    workers.push(new FakeWorker());
    return workers[workers.length - 1];
  };
  const client = createInferenceClient({ baseUrl: "https://example.test/", createWorker });
  workers[0].say({ type: "ready", engine: fakeEngine });
  const idOf = (type: "learn-support" | "fit-support"): number => {
    const told = workers.flatMap((worker) => worker.told).findLast((message) => message.type === type);
    return told !== undefined && "requestId" in told ? told.requestId : -1;
  };
  return { client, idOf, workers };
}

it("learns, handing the arrays over, and fits; the status stays as it is", async () => {
  const { client, idOf, workers } = setUp();
  const post = vi.spyOn(workers[0], "postMessage");
  const example = colourImage(1);
  const learnt = client.support.learn(example);
  expect(post).toHaveBeenCalledWith({ type: "learn-support", requestId: idOf("learn-support"), example }, [
    example.image.rgba.buffer,
    example.labels.buffer,
  ]);
  workers[0].say({ type: "support-learnt", requestId: idOf("learn-support"), cells });
  expect(await learnt).toBe(cells);
  const fitted = client.support.fit();
  expect(client.status().state).toBe("ready");
  workers[0].say({ type: "support-fitted", requestId: idOf("fit-support"), facts });
  expect(await fitted).toEqual(facts);
  client.support.restore([cells]);
  expect(workers[0].told.at(-1)).toEqual({ type: "restore-support", images: [cells] });
});

it("ends a call by its signal, and all of them when it is to forget", async () => {
  const { client, idOf, workers } = setUp();
  const abort = new AbortController();
  const learnt = client.support.learn(colourImage(1), { signal: abort.signal });
  abort.abort();
  await expect(learnt).rejects.toBe(abort.signal.reason);
  expect(workers[0].told.at(-1)).toEqual({ type: "cancel", requestId: idOf("learn-support") });
  await expect(client.support.fit({ signal: AbortSignal.abort("late") })).rejects.toBe("late");
  const fitted = client.support.fit();
  client.support.forget();
  await expect(fitted).rejects.toMatchObject({ name: "AbortError" });
  expect(workers[0].told.at(-1)).toEqual({ type: "forget-support" });
});

it("names the worker's reason, and rejects when it restarts or is given up", async () => {
  const { client, idOf, workers } = setUp();
  const failing = client.support.learn(colourImage(1));
  const requestId = idOf("learn-support");
  workers[0].say({ type: "failed", requestId, message: "The sizes differ.", deviceLost: false });
  await expect(failing).rejects.toThrow("The sizes differ.");
  const [learnt, fitted] = [client.support.learn(colourImage(1)), client.support.fit()];
  workers[0].crash("out of memory");
  await expect(learnt).rejects.toBeInstanceOf(EngineRestarted);
  await expect(fitted).rejects.toBeInstanceOf(EngineRestarted);
  workers[1].say({ type: "failed", requestId: null, message: "model.json is missing", deviceLost: false });
  await expect(client.support.fit()).rejects.toThrow("model.json is missing");
});
