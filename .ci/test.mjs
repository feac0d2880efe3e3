// npm test: install what is missing, then format and lint, types, unused code, unit tests, build and end-to-end tests.
import { ensureBrowser } from "./browser.mjs";
import { ensureDependencies, runProgram } from "./dependencies.mjs";

ensureDependencies();

/** @type {[string, () => boolean | Promise<boolean>][]} */
const steps = [
  ["format and lint", () => runProgram("@biomejs/biome/bin/biome", ["ci", "."])],
  ["types", () => runProgram("typescript/bin/tsc", ["--noEmit"])],
  ["unused code", unused],
  ["unit tests", () => runProgram("vitest/vitest.mjs", ["run"])],
  ["build", () => runProgram("vite/bin/vite.js", ["build", "--logLevel", "warn"])],
  ["end-to-end tests", endToEnd],
];

/** Nothing lies about that nobody uses; nothing is in the app that only its own tests use. */
function unused() {
  const knip = "knip/bin/knip.js";
  return runProgram(knip, []) && runProgram(knip, ["-c", ".ci/knip.production.json", "--production"]);
}

async function endToEnd() {
  const browser = await ensureBrowser();
  if (!browser) {
    console.error(
      "No browser for the end-to-end tests: install Chrome or Chromium, or set MASKMEND_BROWSER to its path.",
    );
    return false;
  }
  console.log(`Browser: ${browser}`);
  const args = ["test", "-c", "e2e/playwright.config.ts", ...process.argv.slice(2)];
  return runProgram("@playwright/test/cli.js", args, { MASKMEND_BROWSER: browser });
}

/** @type {string[]} */
const failed = [];
for (const [name, step] of steps) {
  console.log(`\n== ${name}`);
  if (!(await step())) failed.push(name);
}
console.log(failed.length === 0 ? "\nAll steps passed." : `\nFailed: ${failed.join(", ")}.`);
process.exit(failed.length === 0 ? 0 : 1);
