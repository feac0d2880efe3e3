/**
 * Keeps all files of one version of the app and serves them, with the headers that isolate the page, with or without a
 * network. It installs only as a whole, never takes over from another version by itself, and leaves everything that is no
 * file of the app to the network.
 */
import type { FromServiceWorker, ToServiceWorker } from "./messages";
import { cacheName, createPrecache, type PrecacheEntry } from "./precache";

interface WindowClient {
  readonly id: string;
  readonly url: string;
  postMessage(message: FromServiceWorker): void;
}

interface LifeEvent extends Event {
  waitUntil(work: Promise<unknown>): void;
}

interface RequestEvent extends Event {
  readonly request: Request;
  respondWith(response: Promise<Response>): void;
}

interface PageEvent extends LifeEvent {
  readonly data: ToServiceWorker;
  readonly source: WindowClient | null;
}

/** TypeScript has the types of pages or those of workers; this is what is used of the latter. */
interface ServiceWorkerScope {
  /** Written by the build. */
  readonly __WB_MANIFEST: readonly PrecacheEntry[];
  readonly registration: { readonly scope: string };
  readonly clients: {
    matchAll(options: { type: "window"; includeUncontrolled: true }): Promise<readonly WindowClient[]>;
    claim(): Promise<void>;
  };
  skipWaiting(): Promise<void>;
  addEventListener(type: "install" | "activate", listener: (event: LifeEvent) => void): void;
  addEventListener(type: "fetch", listener: (event: RequestEvent) => void): void;
  addEventListener(type: "message", listener: (event: PageEvent) => void): void;
}

declare const self: ServiceWorkerScope;

const { scope } = self.registration;
const precache = createPrecache(self.__WB_MANIFEST, scope, () => caches.open(cacheName(scope)), fetch);

/** Windows of the app: the browser lists those of the whole origin, which may hold other sites in other folders. */
async function windows(): Promise<readonly WindowClient[]> {
  const all = await self.clients.matchAll({ type: "window", includeUncontrolled: true });
  return all.filter(({ url }) => url.startsWith(scope));
}

async function tell(message: FromServiceWorker): Promise<void> {
  for (const client of await windows()) client.postMessage(message);
}

const reasonOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

self.addEventListener("install", (event) => {
  const work = precache.fill((done, total) => void tell({ type: "progress", done, total }));
  event.waitUntil(
    work.catch(async (error: unknown) => {
      await tell({ type: "failed", reason: reasonOf(error) });
      throw error;
    }),
  );
});

self.addEventListener("activate", (event) => event.waitUntil(precache.dropOthers()));

self.addEventListener("fetch", (event) => {
  if (event.request.method !== "GET") return;
  const answer = precache.answer(event.request);
  if (answer !== undefined) event.respondWith(answer);
});

/** The browser may have dropped files since they were fetched. */
async function check({ source }: PageEvent, script: string): Promise<void> {
  try {
    await precache.fill((done, total) => source?.postMessage({ type: "progress", done, total }));
    // Its first page was loaded without it. A page of another version must not get this one's files.
    const serves = precache.has(script) && (await windows()).length === 1;
    if (serves) await self.clients.claim();
    source?.postMessage({ type: "ready", serves });
  } catch (error) {
    source?.postMessage({ type: "failed", reason: reasonOf(error) });
  }
}

/** All windows would be served by this version from now on: only the one that asks, and reloads then, may be open. */
async function activate({ source }: PageEvent): Promise<void> {
  const others = (await windows()).filter(({ id }) => id !== source?.id).length;
  if (others > 0) source?.postMessage({ type: "others", count: others });
  else await self.skipWaiting();
}

self.addEventListener("message", (event) => {
  const { data } = event;
  event.waitUntil(data.type === "check" ? check(event, data.script) : activate(event));
});
