// npm run kill -- [COUNT] [SEED]: kills the browser amid edits, saving, exports and scans in the built app (`npm run build` first).
// npm run kill -- [COUNT] [SEED] reloads: reloads or closes the page right after a stroke instead. Both count what was lost.
import { installedBrowser } from "../../.ci/browser.mjs";
import { runProgram } from "../../.ci/dependencies.mjs";

const [count = "100", seed = String(Date.now() % 100_000), what = "kills"] = process.argv.slice(2);
const reloads = what === "reloads";
const args = ["test", "-c", "e2e/playwright.config.ts", "--project=wasm", reloads ? "reload.spec" : "kill.spec"];
const settings = { [reloads ? "MASKMEND_RELOADS" : "MASKMEND_KILLS"]: count, MASKMEND_KILL_SEED: seed };
const browser = { MASKMEND_BROWSER: installedBrowser() ?? "" };
process.exit(runProgram("@playwright/test/cli.js", args, { ...settings, ...browser }) ? 0 : 1);
