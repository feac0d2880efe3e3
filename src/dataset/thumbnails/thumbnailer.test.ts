import { expose } from "comlink";
import { afterEach, expect, it, vi } from "vitest";
import { createLabelMap } from "../../core/labelMap";
import type { ThumbnailJob } from "./drawThumbnail";
import type { Outcome } from "./remoteThumbnailer";
import { createThumbnailer, ThumbnailerStopped, type ThumbnailWorker } from "./thumbnailer";

const ports: MessagePort[] = [];
afterEach(() => {
  vi.useRealTimers();
  for (const port of ports.splice(0)) port.close();
});

function fakeWorker(draw: () => Promise<Outcome>): ThumbnailWorker {
  const { port1, port2 } = new MessageChannel();
  ports.push(port1, port2);
  for (const port of [port1, port2]) port.start();
  expose({ draw }, port2);
  return Object.assign(port1, { onerror: null, terminate: vi.fn() }) as unknown as ThumbnailWorker;
}

const thumbnail = {
  width: 1,
  height: 1,
  photo: null,
  photoFailure: null,
  ids: Uint32Array.of(1, 0),
  classes: new Map(),
};
const works = () => fakeWorker(async () => ({ thumbnail }));
const hangs = () => fakeWorker(() => new Promise(() => undefined));
const job = (): ThumbnailJob => ({
  size: { width: 1, height: 1 },
  label: { labels: createLabelMap(1, 1) },
  photo: null,
  turn: 0,
  orientation: 1,
});

it("leaves nobody waiting for a worker that hangs, and starts another one", async () => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
  const hung = hangs();
  const workers = [hung, works()];
  const { draw } = createThumbnailer(() => workers.shift() as ThumbnailWorker);
  const answers = [draw("a.png", job()), draw("b.png", job())].map((one) => one.catch((error: unknown) => error));
  vi.advanceTimersByTime(120_000);
  expect(hung.terminate).not.toHaveBeenCalled();
  vi.advanceTimersByTime(10_000);
  for (const answer of answers) expect(await answer).toBeInstanceOf(ThumbnailerStopped);
  expect(hung.terminate).toHaveBeenCalled();
  expect(await draw("a.png", job())).toEqual(thumbnail);
});

it("starts another worker after a crash", async () => {
  const crashed = hangs();
  const workers = [crashed, works()];
  const { draw } = createThumbnailer(() => workers.shift() as ThumbnailWorker);
  const answer = draw("a.png", job()).catch((error: unknown) => error);
  crashed.onerror?.({} as ErrorEvent);
  expect(await answer).toBeInstanceOf(ThumbnailerStopped);
  expect(await draw("a.png", job())).toEqual(thumbnail);
});
