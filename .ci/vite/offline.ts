import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import type { Plugin, PluginOption } from "vite";
import { VitePWA } from "vite-plugin-pwa";

/** In dist/, beside the start page. */
export const serviceWorkerFile = "serviceWorker.js";

const integrityOf = (path: string): string =>
  `sha256-${createHash("sha256").update(readFileSync(path)).digest("base64")}`;

/** The service worker with its list of all built files, and the manifest that makes the app installable. */
export function offline(): PluginOption {
  let dist = "dist";
  const place: Plugin = {
    name: "maskmend:offline",
    configResolved({ root, build }) {
      dist = resolve(root, build.outDir);
    },
  };
  const pwa = VitePWA({
    strategies: "injectManifest",
    srcDir: "src/offline",
    filename: "serviceWorker.ts",
    // src/app/offline.ts registers it, once the app is up.
    injectRegister: false,
    includeManifestIcons: false,
    injectManifest: {
      globPatterns: ["**/*"],
      globIgnores: [serviceWorkerFile],
      // A file that is left out would be missed offline.
      maximumFileSizeToCacheInBytes: 2 ** 30,
      // By content: see src/offline/precache.ts.
      manifestTransforms: [
        async (entries) => ({
          manifest: entries.map((entry) => ({
            url: entry.url,
            revision: null,
            size: entry.size,
            integrity: integrityOf(join(dist, entry.url)),
          })),
        }),
      ],
    },
    manifest: {
      name: "MaskMend",
      short_name: "MaskMend",
      description: "Repairs flawed segmentation labels, on your machine.",
      start_url: "./",
      scope: "./",
      display: "standalone",
      theme_color: "#0c8599",
      background_color: "#f4f6f8",
      icons: [
        { src: "icons/icon.svg", sizes: "any", type: "image/svg+xml" },
        { src: "icons/icon-192.png", sizes: "192x192", type: "image/png" },
        { src: "icons/icon-512.png", sizes: "512x512", type: "image/png" },
        { src: "icons/maskable-512.png", sizes: "512x512", type: "image/png", purpose: "maskable" },
      ],
      // "Open with MaskMend", in a window of its own: what is open in another one stays.
      file_handlers: [{ action: "./", accept: { "application/zip": [".zip"] } }],
      launch_handler: { client_mode: "navigate-new" },
    },
  });
  return [place, pwa];
}
