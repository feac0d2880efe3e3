import { defineConfig } from "@playwright/test";
import { installedBrowser } from "../.ci/browser.mjs";
import { appUrl, plainUrl } from "./fixtures/addresses.ts";

const executablePath = installedBrowser();
const launch = (...args: string[]) => ({
  launchOptions: { args: ["--no-sandbox", ...args], ...(executablePath ? { executablePath } : {}) },
});

/** Against the built app (`vite build` first), as `npm start` serves it and as a bare static host does. */
export default defineConfig({
  testDir: "flows",
  outputDir: "../test-results",
  // The engine uses every core: tests side by side would measure and time out each other.
  workers: 1,
  fullyParallel: false,
  timeout: 240_000,
  expect: { timeout: 60_000 },
  forbidOnly: true,
  reporter: [["list"]],
  use: {
    baseURL: appUrl,
    viewport: { width: 1440, height: 900 },
    actionTimeout: 60_000,
    acceptDownloads: true,
    // They would serve one test's build and answers to the next; offline.spec allows them.
    serviceWorkers: "block",
    trace: "retain-on-failure",
    screenshot: "only-on-failure",
  },
  projects: [
    { name: "wasm", grepInvert: /@webgpu/, use: launch() },
    { name: "webgpu", grep: /@webgpu/, use: launch("--enable-unsafe-webgpu") },
  ],
  webServer: [
    {
      command: `node node_modules/vite/bin/vite.js preview --strictPort --port ${new URL(appUrl).port}`,
      cwd: "..",
      url: appUrl,
      reuseExistingServer: false,
    },
    {
      command: "node --import tsx e2e/fixtures/servePlain.ts",
      cwd: "..",
      url: plainUrl,
      reuseExistingServer: false,
    },
  ],
});
