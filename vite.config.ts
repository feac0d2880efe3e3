import react from "@vitejs/plugin-react";
import { defineConfig } from "vitest/config";
import { offline } from "./.ci/vite/offline.ts";
import { securityHeaders } from "./.ci/vite/securityHeaders.ts";
import { wasmBinaries, wasmThreadsInMinifiedBuilds } from "./.ci/vite/wasmEngine.ts";

const chunks = [
  { name: "react", test: /node_modules[\\/](react|react-dom|scheduler)[\\/]/ },
  { name: "mantine", test: /node_modules[\\/](@mantine|@floating-ui)[\\/]/ },
  { name: "konva", test: /node_modules[\\/](konva|react-konva|react-reconciler|its-fine)[\\/]/ },
];

export default defineConfig({
  // Relative addresses: the built app runs from any folder of a static host.
  base: "./",
  // A missing file is a 404, not the start page.
  appType: "mpa",
  plugins: [react(), securityHeaders(), wasmBinaries(), wasmThreadsInMinifiedBuilds(), offline()],
  worker: { format: "es", plugins: () => [wasmThreadsInMinifiedBuilds()] },
  build: {
    target: "es2022",
    // The first versions that know light-dark(): the fallback for older ones would lose those colours altogether.
    cssTarget: ["chrome123", "firefox120", "safari17.5"],
    chunkSizeWarningLimit: 800,
    rolldownOptions: { output: { codeSplitting: { groups: chunks } } },
  },
  server: { port: 5173 },
  preview: { port: 4173 },
  // Generous: machines that run the tests are often busy with more.
  test: {
    testTimeout: 60_000,
    hookTimeout: 60_000,
    include: ["src/**/*.test.ts", "e2e/{fixtures,perf}/**/*.test.ts", ".ci/**/*.test.ts"],
    environment: "node",
    setupFiles: [".ci/vite/fetchFiles.ts"],
  },
});
