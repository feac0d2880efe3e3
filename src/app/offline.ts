import { createStore, type StoreApi } from "zustand/vanilla";
import type { FromServiceWorker, ToServiceWorker } from "../offline/messages";
import { nextEngine } from "./awaitEngine";
import type { SessionStore } from "./session";
import { showError, showInfo } from "./tell";

/** Whether the app works without a network. */
export type OfflineState =
  | { readonly state: "off"; readonly reason: string }
  /** Not looked into yet. */
  | { readonly state: "unknown" }
  | { readonly state: "fetching"; readonly done: number; readonly total: number }
  /** All files are kept; `serves` false: for this page only after it was loaded again. */
  | { readonly state: "ready"; readonly serves: boolean }
  | { readonly state: "failed"; readonly reason: string };

/** Keeps the app itself in the browser, and offers new versions of it. */
export interface Offline {
  readonly store: StoreApi<{ readonly offline: OfflineState; readonly hasUpdate: boolean }>;
  /** Begins once the model is loaded: its files are then in the browser's own cache, and nothing is delayed. */
  start(): Promise<void>;
  /** Fetches what is missing. */
  retry(): Promise<void>;
  /** Reloads the page into the new version; says why where that has to wait. */
  update(): Promise<void>;
}

/** What the browser and the host give. */
export interface OfflineHost {
  /** Undefined where the browser has no service workers, or forbids them. */
  readonly container: ServiceWorkerContainer | undefined;
  /** Of the service worker's script, beside the start page. */
  readonly url: string;
  /** Address of the page's own script, whose name stands for its version. */
  readonly script: string;
  readonly fetch: typeof fetch;
  reload(): void;
  /** Drops the files that were kept. */
  forget(): Promise<void>;
}

/** New versions are looked for when a page is opened, and so often while it stays open. */
const updateEveryMs = 60 * 60 * 1000;

const forbidden = "This browser does not keep web apps, or not from an address without https.";
const notProvided = "This server hands out no service worker (npm start does not, so that a new build shows at once).";

/** @param work What a reload would lose: keeps it, and says whether any is left. */
export function createOffline(
  host: OfflineHost,
  session: SessionStore,
  work: { keepWork(): Promise<void>; atRisk(): boolean },
): Offline {
  const { container, url, script } = host;
  const store: Offline["store"] = createStore(() => ({ offline: { state: "unknown" }, hasUpdate: false }));
  const show = (offline: OfflineState): void => store.setState({ offline });
  let registration: ServiceWorkerRegistration | undefined;
  /** It is the first version that is being fetched, now. */
  let isInstalling = false;
  const watched = new WeakSet<ServiceWorker>();
  let isReloading = false;

  /** Of whether it works offline, only what is so now is of use. */
  const tell = (title: string, text: string): void =>
    showInfo(session, title, text, { about: "offline", isOfApp: true });
  const send = (to: ServiceWorker | null | undefined, message: ToServiceWorker): void => to?.postMessage(message);
  const check = (): void => send(registration?.active, { type: "check", script });

  function onMessage({ data, source }: MessageEvent<FromServiceWorker>): void {
    // While a version is there, how another one's files come is its own business: it is offered once they are here.
    const isOfUpdate = registration?.active && source !== registration.active;
    if (data.type === "others") {
      isReloading = false;
      const windows = data.count === 1 ? "another window" : `${data.count} other windows`;
      const text = `MaskMend is open in ${windows}, which would get files of the new version. Close them, then reload here.`;
      showInfo(session, "The new version has to wait", text);
    } else if (isOfUpdate) return;
    else if (data.type === "progress") show({ state: "fetching", done: data.done, total: data.total });
    else if (data.type === "failed") fail(data.reason);
    else {
      show({ state: "ready", serves: data.serves || container?.controller != null });
      if (isInstalling) tell("Ready to work offline", "MaskMend, its model and the sample are kept here.");
      isInstalling = false;
    }
  }

  function fail(reason: string): void {
    show({ state: "failed", reason });
    if (isInstalling) tell("Not ready to work offline", `${reason}. With a network all works as ever.`);
    isInstalling = false;
  }

  /** Follows a version that is being fetched until it is there, or is not. */
  function watch(worker: ServiceWorker | null): void {
    if (worker === null || watched.has(worker)) return;
    watched.add(worker);
    isInstalling = registration?.active == null;
    if (isInstalling) show({ state: "fetching", done: 0, total: 0 });
    worker.addEventListener("statechange", () => {
      if (worker.state === "installed" && registration?.active != null) offer();
      else if (worker.state === "activated") {
        if (isReloading) host.reload();
        else check();
      } else if (worker.state === "redundant" && isInstalling && store.getState().offline.state === "fetching") {
        fail("The browser could not keep the app's files");
      }
    });
  }

  function offer(): void {
    store.setState({ hasUpdate: true });
    const text = "Reload when it suits you: until then all goes on in this version. Work is kept.";
    const action = { label: "Reload now", run: () => void update() };
    session.setState({ message: { kind: "info", title: "A new version is ready", text, action, isOfApp: true } });
  }

  async function update(): Promise<void> {
    await work.keepWork();
    if (work.atRisk()) {
      const text = "Some work is not kept in this browser. Export it, or wait until an export has ended; then reload.";
      showError(session, "The new version has to wait", text, { about: "offline", isOfApp: true });
      return;
    }
    isReloading = true;
    // Another window may have let it take over already.
    if (registration?.waiting) send(registration.waiting, { type: "activate" });
    else host.reload();
  }

  /** Whether the host has a service worker for us: `npm start` and hosts that hold the app's other files only have none. */
  async function isProvided(): Promise<boolean> {
    try {
      const { status, headers } = await host.fetch(url, { method: "HEAD", cache: "no-store" });
      return ![204, 404, 410].includes(status) && /javascript/.test(headers.get("Content-Type") ?? "javascript");
    } catch {
      // Without a network, what was registered counts.
      return true;
    }
  }

  async function register(): Promise<void> {
    if (container === undefined) return show({ state: "off", reason: forbidden });
    if (!(await isProvided())) {
      const old = await container.getRegistration(url);
      if (await old?.unregister()) await host.forget();
      return show({ state: "off", reason: notProvided });
    }
    await container.register(url, { updateViaCache: "none" });
    const found = await container.getRegistration(url);
    if (found === undefined) return show({ state: "off", reason: forbidden });
    if (found !== registration) found.addEventListener("updatefound", () => watch(found.installing));
    registration = found;
    watch(registration.installing);
    if (registration.active === null) return;
    if (registration.waiting !== null) {
      watch(registration.waiting);
      offer();
    }
    check();
  }

  async function start(): Promise<void> {
    for (let { engine } = session.getState(); engine.state === "loading"; { engine } = session.getState()) {
      await nextEngine(session, engine, new AbortController().signal);
    }
    container?.addEventListener("message", onMessage);
    await retry();
    // No network, or a host that is down: the next time will do.
    if (registration) setInterval(() => void registration?.update().catch(() => undefined), updateEveryMs);
  }

  async function retry(): Promise<void> {
    try {
      if (registration?.active) check();
      else await register();
    } catch (error) {
      fail(error instanceof Error ? error.message : String(error));
    }
  }

  return { store, start, retry, update };
}
