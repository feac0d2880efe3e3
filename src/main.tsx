import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { createApp } from "./app/app";
import { followLaunches } from "./app/launch";
import { createOffline, type OfflineHost } from "./app/offline";
import { createLabelDecoder } from "./dataset/labelDecoder";
import { createThumbnailer } from "./dataset/thumbnails/thumbnailer";
import { cacheName } from "./offline/precache";
import { createIdbStore } from "./project/idbStore";
import type { TabPorts } from "./project/ownership";
import { isForbidden, type KeyValueStore, memoryStore } from "./project/storage";
import { createLinter } from "./review/lint/linter";
import { CanvasController } from "./ui/canvas/canvasController";
import { exposeRenderStats } from "./ui/canvas/renderStats";
import { Root } from "./ui/Root";
import { createInferenceClient } from "./worker/client";
import { parseEngineOptions } from "./worker/engineOptions";

/** Where the browser forbids the database work lasts until the tab closes. One that fails otherwise is tried again (`followStorage`). */
async function openStore(): Promise<KeyValueStore> {
  const store = createIdbStore();
  try {
    await store.keys("session/");
    return store;
  } catch (error) {
    return isForbidden(error) ? memoryStore() : store;
  }
}

/** Access alone throws where the user forbids site data. */
function habitStorage(): Storage | undefined {
  try {
    return window.localStorage;
  } catch {
    return undefined;
  }
}

function offlineHost(baseUrl: string): OfflineHost {
  return {
    // Not in all browsers, and not without https.
    container: "serviceWorker" in navigator ? navigator.serviceWorker : undefined,
    url: new URL("serviceWorker.js", baseUrl).href,
    script: document.querySelector<HTMLScriptElement>('script[type="module"][src]')?.src ?? "",
    fetch: (...request) => fetch(...request),
    reload: () => location.reload(),
    forget: async () => void (await caches.delete(cacheName(baseUrl))),
  };
}

/** Null on pages that are not served securely and in old browsers. */
function tabPorts(): TabPorts | null {
  if (navigator.locks === undefined || typeof BroadcastChannel === "undefined") return null;
  return { locks: navigator.locks, channel: new BroadcastChannel("maskmend") };
}

async function start(): Promise<void> {
  const store = await openStore();
  const baseUrl = new URL(import.meta.env.BASE_URL, location.href).href;
  const app = createApp(
    {
      ...(store.lasts ? { tabs: tabPorts() } : {}),
      client: createInferenceClient({ baseUrl, ...parseEngineOptions(location.search) }),
      decoder: createLabelDecoder(),
      thumbnailer: createThumbnailer(),
      linter: createLinter(),
      store,
      isInSight: () => !document.hidden,
      samplesUrl: new URL("samples/", baseUrl).href,
    },
    habitStorage(),
  );
  const canvas = new CanvasController(app.settings, app.session, app.live.strokeEnded);
  exposeRenderStats();
  // The last event a page is sure to see, on phones too.
  document.addEventListener("visibilitychange", () => (document.hidden ? void app.keepWork() : app.tabs.goOn()));
  window.addEventListener("beforeunload", (event) => {
    app.keepWork();
    if (app.atRisk()) event.preventDefault();
  });
  const offline = createOffline(offlineHost(baseUrl), app.session, app);
  const root = document.getElementById("root");
  if (root === null) throw new Error("index.html has no #root");
  createRoot(root).render(
    <StrictMode>
      <Root app={{ ...app, canvas, offline }} />
    </StrictMode>,
  );
  followLaunches(window.launchQueue, app.files);
  await offline.start();
}

void start();
