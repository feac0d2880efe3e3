import { type Endpoint, expose } from "comlink";
import { afterEach, describe, expect, it, vi } from "vitest";
import { createLabelMap } from "../core/labelMap";
import { FormatError } from "../formats/errors";
import { decodeLabel, type LabelCodec } from "../formats/labelCodec";
import { encodeLabel, NeedsRaiseError } from "../formats/labelEncode";
import { greyPng } from "./fixtures/files";
import { createLabelDecoder, type WorkerLike } from "./labelDecoder";
import { remoteCoder } from "./remoteCoder";

const codec: LabelCodec = { colors: [], vocColors: false, indexed: "ids" };
const file = greyPng(3, 2, (p) => p);

const ports: MessagePort[] = [];
afterEach(() => {
  for (const port of ports.splice(0)) port.close();
});

/** One end of a channel; what it hands over instead of copying is added to `moved`. */
function endpoint(port: MessagePort, moved: Transferable[]): Endpoint {
  ports.push(port);
  port.start();
  return {
    postMessage: (message, transfer = []) => {
      moved.push(...transfer);
      port.postMessage(message, transfer);
    },
    addEventListener: (type, listener) => port.addEventListener(type, listener),
    removeEventListener: (type, listener) => port.removeEventListener(type, listener),
  };
}

/** A worker in this thread: what is sent is cloned or moved as between threads. */
function fakeWorker(coder: object, moved: { there: Transferable[]; back: Transferable[] } = { there: [], back: [] }) {
  const { port1, port2 } = new MessageChannel();
  expose(coder, endpoint(port2, moved.back));
  const worker: WorkerLike = { ...endpoint(port1, moved.there), onerror: null, terminate: () => port1.close() };
  return worker;
}

/** Crashes at the first call, having answered nothing. */
function crashingWorker(): WorkerLike {
  const crash = () => {
    worker.onerror?.({} as ErrorEvent);
    return new Promise(() => undefined);
  };
  const worker = fakeWorker({ decode: crash, look: crash, encode: crash });
  return worker;
}

describe("label decoder", () => {
  it("answers with what the worker decoded, whatever the order", async () => {
    let release = () => {};
    const second = new Promise<void>((resolve) => {
      release = resolve;
    });
    const decode: typeof remoteCoder.decode = async (bytes, ...rest) => {
      if (bytes.length === file.length) await second;
      else release();
      return remoteCoder.decode(bytes, ...rest);
    };
    const decoder = createLabelDecoder(() => fakeWorker({ ...remoteCoder, decode }));
    const small = greyPng(1, 1);
    expect(small.length).not.toBe(file.length);
    const [a, b] = await Promise.all([decoder.decode(file, codec), decoder.decode(small, codec)]);
    expect([a.labels.width, b.labels.width]).toEqual([3, 1]);
    expect(a).toEqual(await decodeLabel(file, codec));
  });

  it("passes reasons on", async () => {
    const decoder = createLabelDecoder(() => fakeWorker(remoteCoder));
    const damaged = file.slice(0, -20);
    const error = await decoder.decode(damaged, codec).catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(FormatError);
    await expect(decodeLabel(damaged, codec)).rejects.toThrow(error as FormatError);
    expect(error).toMatchObject({
      reason: "The PNG is truncated: it ends in the middle.",
      remedy: "Copy or download the file again.",
    });
    expect(error).not.toBeInstanceOf(NeedsRaiseError);
  });

  it("keeps the caller's bytes and ids, and moves the result", async () => {
    const moved = { there: [] as Transferable[], back: [] as Transferable[] };
    const labels = createLabelMap(3, 2, new Uint16Array(6).fill(3));
    const coder = createLabelDecoder(() => fakeWorker(remoteCoder, moved));
    const decoded = await coder.decode(file, codec);
    const encoded = await coder.encode(file, labels, codec);
    expect(decoded).toEqual(await decodeLabel(file, codec));
    expect(encoded).toEqual(await encodeLabel(file, labels, codec));
    expect(moved.there).toEqual([]);
    expect(moved.back).toHaveLength(2);
    for (const buffer of moved.back) expect((buffer as ArrayBuffer).byteLength).toBe(0);
    expect(file).toEqual(greyPng(3, 2, (p) => p));
    expect(labels.data).toEqual(new Uint16Array(6).fill(3));
  });

  it("falls back to this thread where workers fail, losing nothing", async () => {
    const refused = createLabelDecoder(() => {
      throw new Error("no workers here");
    });
    expect((await refused.decode(file, codec)).labels.width).toBe(3);
    const crashed = createLabelDecoder(crashingWorker);
    const both = await Promise.all([crashed.decode(file, codec), crashed.decode(greyPng(1, 1), codec)]);
    expect(both.map(({ labels }) => labels.width)).toEqual([3, 1]);
    expect((await crashed.decode(file, codec)).labels.width).toBe(3);
  });

  it("looks into labels before their coding is known", async () => {
    const seen = { ids: new Map([[7, 6]]), colors: new Map(), entries: [] };
    const answering = createLabelDecoder(() => fakeWorker({ look: () => ({ result: seen }) }));
    expect(await answering.look(file)).toEqual(seen);
    const crashed = createLabelDecoder(crashingWorker);
    expect([...(await crashed.look(file)).ids.keys()]).toEqual([0, 1, 2, 3, 4, 5]);
  });

  it("encodes too, and tells apart what leave to raise would solve", async () => {
    const labels = createLabelMap(3, 2, new Uint16Array(6).fill(300));
    const coder = createLabelDecoder(() => fakeWorker(remoteCoder));
    await expect(coder.encode(file, labels, codec)).rejects.toBeInstanceOf(NeedsRaiseError);
    const raised = await coder.encode(file, labels, codec, { raise: true });
    expect(raised).toEqual(await encodeLabel(file, labels, codec, { raise: true }));
    expect((await decodeLabel(raised, codec)).labels.data).toEqual(labels.data);
    const crashed = createLabelDecoder(crashingWorker);
    await expect(crashed.encode(file, labels, codec)).rejects.toBeInstanceOf(NeedsRaiseError);
    expect(await crashed.encode(file, labels, codec, { raise: true })).toEqual(raised);
  });

  it("gives up only the file that a worker hangs on; others are asked again, of another worker", async () => {
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
    const decode: typeof remoteCoder.decode = (bytes, ...rest) =>
      bytes.length === file.length ? new Promise(() => undefined) : remoteCoder.decode(bytes, ...rest);
    // Nothing after it is answered either: it is busy.
    const busy = fakeWorker({ decode: () => new Promise(() => undefined) });
    const ended = vi.spyOn(busy, "terminate");
    const workers = [busy, fakeWorker({ ...remoteCoder, decode })];
    const coder = createLabelDecoder(() => workers.shift() ?? fakeWorker(remoteCoder));
    const hung = coder.decode(file, codec).catch((error: FormatError) => error.reason);
    const other = coder.decode(greyPng(1, 1), codec);
    vi.advanceTimersByTime(120_000);
    expect(ended).not.toHaveBeenCalled();
    vi.advanceTimersByTime(10_000);
    expect(await hung).toContain("120 s");
    expect((await other).labels.width).toBe(1);
    // As often as it happens, and never in this thread.
    const again = coder.decode(file, codec).catch((error: FormatError) => error.reason);
    vi.advanceTimersByTime(130_000);
    expect(await again).toContain("120 s");
    expect((await coder.decode(file, codec)).labels.width).toBe(3);
    vi.useRealTimers();
  });
});
