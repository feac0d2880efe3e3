import { expose } from "comlink";
import { afterEach, expect, it, vi } from "vitest";
import { drawn, inputOf } from "./fixtures/drawn";
import { createLinter, type LinterWorker } from "./linter";
import { inThreadLinter, remoteLinter } from "./lintJob";

const labels = drawn(40, 40, (x, y) => (y === 9 && x % 10 === 5 ? 2 : y > 30 ? 2 : 1));
const hints = { width: 40, height: 40, data: new Uint8Array(1600).fill(1, 9 * 40, 9 * 40 + 10) };
const job = { ...inputOf(labels), hints };
const options = { pinholes: 3, specks: 3, classes: new Map([["pinholes 1", false]]) };

const ports: MessagePort[] = [];
afterEach(() => {
  vi.useRealTimers();
  for (const port of ports.splice(0)) port.close();
});

/** A worker in this thread: what is sent is cloned or moved as between threads. */
function fakeWorker(linter: object): LinterWorker {
  const { port1, port2 } = new MessageChannel();
  ports.push(port1, port2);
  for (const port of [port1, port2]) port.start();
  expose(linter, port2);
  return Object.assign(port1, { onerror: null, terminate: () => port1.close() }) as unknown as LinterWorker;
}

it("gives the worker's report, which is the same as in the thread, without the hints", async () => {
  const here = await inThreadLinter.lint(job, options);
  expect(here.rules[2]?.groups.pixels).toEqual(Uint32Array.of(375, 385, 395));
  expect(await createLinter(() => fakeWorker(remoteLinter)).lint(job, options)).toEqual(here);
  // What the worker got was a copy.
  expect(labels.data).toHaveLength(1600);
});

it("works in the thread where a worker cannot start, and once it crashed", async () => {
  const here = await inThreadLinter.lint(job, options);
  const none = createLinter(() => {
    throw new Error("No workers here");
  });
  expect(await none.lint(job, options)).toEqual(here);
  const worker = fakeWorker({ lint: () => new Promise(() => undefined) });
  const linter = createLinter(() => worker);
  const answer = linter.lint(job, options);
  worker.onerror?.(new Event("error") as ErrorEvent);
  expect(await answer).toEqual(here);
  expect(await linter.lint(job, options)).toEqual(here);
});

it("gives up what a worker hangs on, which would hold up the page, and asks another worker the next time", async () => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
  const here = await inThreadLinter.lint(job, options);
  const workers = [fakeWorker({ lint: () => new Promise(() => undefined) }), fakeWorker(remoteLinter)];
  const ended = vi.spyOn(workers[0], "terminate");
  const linter = createLinter(() => workers.shift() as LinterWorker);
  const answers = [linter.lint(job, options), linter.lint(job, options)].map((one) => one.catch(String));
  vi.advanceTimersByTime(120_000);
  expect(ended).not.toHaveBeenCalled();
  vi.advanceTimersByTime(10_000);
  for (const answer of answers) expect(await answer).toContain("more than 120 s");
  expect(ended).toHaveBeenCalled();
  expect(await linter.lint(job, options)).toEqual(here);
});
