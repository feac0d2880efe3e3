// npm run kill -- [KILLS] [SEED]: edits in the built app (`npm run build` first), kills the browser and counts what was lost.
import { spawn } from "node:child_process";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { installedBrowser } from "../../.ci/browser.mjs";
import { appUrl } from "../fixtures/addresses.ts";
import { killRounds } from "./rounds.ts";

const [kills = "100", seed = String(Date.now() % 100_000)] = process.argv.slice(2);
const browser = installedBrowser();
if (browser === null) throw new Error("No Chrome or Chromium: set MASKMEND_BROWSER to its path");
const vite = join(import.meta.dirname, "../../node_modules/vite/bin/vite.js");
const server = spawn(process.execPath, [vite, "preview", "--strictPort", "--port", new URL(appUrl).port], {
  stdio: "ignore",
});
try {
  for (let tries = 0; !(await fetch(appUrl).catch(() => null)); tries++) {
    if (tries === 200) throw new Error(`${appUrl} does not answer`);
    await wait(100);
  }
  console.log(`Seed ${seed}`);
  const { notes, ...counts } = await killRounds(browser, appUrl, {
    ...{ kills: Number(kills), seed: Number(seed) },
    log: console.log,
  });
  console.log(notes.join("\n"));
  console.log(JSON.stringify(counts));
  if (counts.lostOld + counts.corrupt + counts.unsaid + counts.wronglySaid > 0) process.exitCode = 1;
} finally {
  server.kill();
}
