import { defineConfig } from "@playwright/test";
import base from "./playwright.config.ts";

/** Measurements of the built app for tables in README.md: minutes long, and no part of the tests. */
export default defineConfig({
  ...base,
  testDir: "perf",
  // A trace takes pictures of the page all the time: opening 5,000 files takes seconds longer under it.
  use: { ...base.use, trace: "off", screenshot: "off" },
  projects: (base.projects ?? []).filter(({ name }) => name === "wasm"),
});
