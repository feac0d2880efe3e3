// npm run kill -- [KILLS] [SEED]: kills the browser amid edits in the built app (`npm run build` first) and counts what was lost.
import { installedBrowser } from "../../.ci/browser.mjs";
import { runProgram } from "../../.ci/dependencies.mjs";

const [kills = "100", seed = String(Date.now() % 100_000)] = process.argv.slice(2);
const args = ["test", "-c", "e2e/playwright.config.ts", "--project=wasm", "kill.spec"];
const settings = { MASKMEND_KILLS: kills, MASKMEND_KILL_SEED: seed, MASKMEND_BROWSER: installedBrowser() ?? "" };
process.exit(runProgram("@playwright/test/cli.js", args, settings) ? 0 : 1);
