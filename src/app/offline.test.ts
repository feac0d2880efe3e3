import { beforeEach, describe, expect, it, vi } from "vitest";
import type { FromServiceWorker } from "../offline/messages";
import { createOffline } from "./offline";
import { createSession } from "./session";

class FakeWorker extends EventTarget {
  readonly postMessage = vi.fn();
  state = "installing";
  become(state: string): void {
    this.state = state;
    this.dispatchEvent(new Event("statechange"));
  }
}

class FakeRegistration extends EventTarget {
  installing: FakeWorker | null = null;
  waiting: FakeWorker | null = null;
  active: FakeWorker | null = null;
  readonly unregister = vi.fn(async () => true);
  readonly update = vi.fn(async () => undefined);
  /** A version is found and begins to be fetched. */
  find(): FakeWorker {
    this.installing = new FakeWorker();
    this.dispatchEvent(new Event("updatefound"));
    return this.installing;
  }
  /** All of it is here. */
  install(worker: FakeWorker): void {
    this.installing = null;
    this.waiting = worker;
    worker.become("installed");
  }
  activate(worker: FakeWorker): void {
    this.waiting = null;
    this.active = worker;
    worker.become("activated");
  }
}

class FakeContainer extends EventTarget {
  controller: FakeWorker | null = null;
  registered: FakeRegistration | undefined;
  readonly register = vi.fn(async () => this.registered);
  readonly getRegistration = async () => this.registered;
  hear(source: FakeWorker | null, data: FromServiceWorker): void {
    this.dispatchEvent(Object.assign(new Event("message"), { data, source }));
  }
}

let registration: FakeRegistration;
let container: FakeContainer;
let isAtRisk: boolean;

beforeEach(() => {
  registration = new FakeRegistration();
  container = new FakeContainer();
  container.registered = registration;
  isAtRisk = false;
  vi.useFakeTimers();
});

function setUp(answer: () => Promise<Response> = async () => new Response(null)) {
  const session = createSession();
  const host = {
    container: container as unknown as ServiceWorkerContainer,
    url: "https://host.example/serviceWorker.js",
    script: "https://host.example/assets/index-1.js",
    fetch: vi.fn(answer),
    reload: vi.fn(),
    forget: vi.fn(async () => undefined),
  };
  const keepWork = vi.fn(async () => undefined);
  const offline = createOffline(host, session, { keepWork, atRisk: () => isAtRisk });
  const state = () => offline.store.getState().offline;
  const started = offline.start();
  const up = async () => {
    session.setState({ engine: { state: "failed", reason: "a test" } });
    await started;
  };
  return { offline, session, host, keepWork, state, up, title: () => session.getState().message?.title };
}

/** An earlier visit kept version 1. */
function withActive(): FakeWorker {
  const worker = new FakeWorker();
  worker.state = "activated";
  registration.active = worker;
  container.controller = worker;
  return worker;
}

describe("the first visit", () => {
  it("waits for the model, then tells how far it is, and says that it is ready only when the files are checked", async () => {
    const { host, state, up, title } = setUp();
    await Promise.resolve();
    expect(host.fetch).not.toHaveBeenCalled();
    await up();
    expect(container.register).toHaveBeenCalledTimes(1);
    const worker = registration.find();
    container.hear(worker, { type: "progress", done: 3, total: 9 });
    expect(state()).toEqual({ state: "fetching", done: 3, total: 9 });
    registration.install(worker);
    registration.activate(worker);
    expect(state().state).toBe("fetching");
    expect(worker.postMessage).toHaveBeenCalledWith({ type: "check", script: host.script });
    container.hear(worker, { type: "ready", serves: true });
    expect(state()).toEqual({ state: "ready", serves: true });
    expect(title()).toBe("Ready to work offline");
  });

  it("says what failed, and tries again when asked to", async () => {
    const { offline, state, up, title } = setUp();
    await up();
    const worker = registration.find();
    container.hear(worker, { type: "failed", reason: "models/weights-1.bin: HTTP 404" });
    registration.installing = null;
    worker.become("redundant");
    expect(state()).toEqual({ state: "failed", reason: "models/weights-1.bin: HTTP 404" });
    expect(title()).toBe("Not ready to work offline");
    await offline.retry();
    expect(container.register).toHaveBeenCalledTimes(2);
  });

  it("says so where the browser gives the files up without a word", async () => {
    const { state, up } = setUp();
    await up();
    registration.find().become("redundant");
    expect(state().state).toBe("failed");
  });

  it.each([
    ["says that it has none", { status: 204 }],
    ["has no service worker", { status: 404 }],
    ["answers with its start page", { headers: { "Content-Type": "text/html" } }],
  ])("is off, and an earlier one is dropped, where the server %s", async (_, init) => {
    const { host, state, up } = setUp(async () => new Response(null, init));
    await up();
    expect(state().state).toBe("off");
    expect(container.register).not.toHaveBeenCalled();
    expect(registration.unregister).toHaveBeenCalled();
    expect(host.forget).toHaveBeenCalled();
  });

  it("is off where the browser has none, or blocks them", async () => {
    container.registered = undefined;
    const { state, up } = setUp();
    await up();
    expect(state().state).toBe("off");
  });
});

describe("a later visit", () => {
  it("has the files checked, without a network too", async () => {
    const worker = withActive();
    const { state, up, title } = setUp(async () => {
      throw new TypeError("Failed to fetch");
    });
    await up();
    expect(worker.postMessage).toHaveBeenCalledTimes(1);
    container.hear(worker, { type: "ready", serves: false });
    expect(state()).toEqual({ state: "ready", serves: true });
    expect(title()).toBeUndefined();
  });

  it("says that files are missing", async () => {
    const worker = withActive();
    const { offline, state, up } = setUp();
    await up();
    container.hear(worker, { type: "failed", reason: "index.html: Failed to fetch" });
    expect(state().state).toBe("failed");
    await offline.retry();
    expect(worker.postMessage).toHaveBeenCalledTimes(2);
  });

  it("is not served to a page that was loaded past it", async () => {
    const worker = withActive();
    container.controller = null;
    const { state, up } = setUp();
    await up();
    container.hear(worker, { type: "ready", serves: false });
    expect(state()).toEqual({ state: "ready", serves: false });
  });
});

describe("a new version", () => {
  async function found() {
    const old = withActive();
    const parts = setUp();
    await parts.up();
    container.hear(old, { type: "ready", serves: false });
    const next = registration.find();
    return { ...parts, old, next };
  }

  it("is offered once it is here, and taken up by a press only", async () => {
    const { offline, host, keepWork, next, state, title } = await found();
    container.hear(next, { type: "progress", done: 1, total: 2 });
    expect(state().state).toBe("ready");
    expect(offline.store.getState().hasUpdate).toBe(false);
    registration.install(next);
    expect(offline.store.getState().hasUpdate).toBe(true);
    expect(title()).toBe("A new version is ready");
    expect(next.postMessage).not.toHaveBeenCalled();
    await offline.update();
    expect(keepWork).toHaveBeenCalled();
    expect(next.postMessage).toHaveBeenCalledWith({ type: "activate" });
    expect(host.reload).not.toHaveBeenCalled();
    registration.activate(next);
    expect(host.reload).toHaveBeenCalledTimes(1);
  });

  it("that cannot be fetched leaves this one ready", async () => {
    const { offline, next, state } = await found();
    container.hear(next, { type: "failed", reason: "index.html: HTTP 500" });
    next.become("redundant");
    expect(state().state).toBe("ready");
    expect(offline.store.getState().hasUpdate).toBe(false);
  });

  it("waits where work would be lost", async () => {
    const { offline, next, title } = await found();
    registration.install(next);
    isAtRisk = true;
    await offline.update();
    expect(title()).toBe("The new version has to wait");
    expect(next.postMessage).not.toHaveBeenCalled();
  });

  it("waits for other windows, and does not reload later by itself", async () => {
    const { offline, host, next, title } = await found();
    registration.install(next);
    await offline.update();
    container.hear(next, { type: "others", count: 2 });
    expect(title()).toBe("The new version has to wait");
    registration.activate(next);
    expect(host.reload).not.toHaveBeenCalled();
  });

  it("that waits since an earlier visit is offered again", async () => {
    withActive();
    const waiting = new FakeWorker();
    waiting.state = "installed";
    registration.waiting = waiting;
    const { offline, host, up } = setUp();
    await up();
    await offline.update();
    registration.activate(waiting);
    expect(host.reload).toHaveBeenCalledTimes(1);
  });

  it("is looked for every hour", async () => {
    await found();
    vi.advanceTimersByTime(3 * 60 * 60 * 1000);
    expect(registration.update).toHaveBeenCalledTimes(3);
  });
});
