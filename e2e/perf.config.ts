import { defineConfig } from "@playwright/test";
import base from "./playwright.config.ts";

/** Measurements of the built app for tables in README.md: minutes long, and no part of the tests. */
export default defineConfig({
  ...base,
  testDir: "perf",
  projects: (base.projects ?? []).filter(({ name }) => name === "wasm"),
});
