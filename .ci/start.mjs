// npm start: install what is missing, build, serve, open the browser.
import { spawn } from "node:child_process";
import { ensureDependencies, root, runProgram } from "./dependencies.mjs";

ensureDependencies();
if (!runProgram("vite/bin/vite.js", ["build"])) process.exit(1);

const { preview } = await import("vite");
const server = await preview({ root, preview: { open: false } });
const address = server.resolvedUrls?.local[0] ?? "http://localhost:4173/";
console.log(`\n  MaskMend runs at ${address}   (Ctrl+C ends it)\n`);
openBrowser(address);

/** Best effort: without a display, in CI or with BROWSER=none the printed address has to do. @param {string} url */
function openBrowser(url) {
  const { BROWSER, CI, DISPLAY, WAYLAND_DISPLAY } = process.env;
  if (BROWSER === "none" || CI) return;
  const [command, ...args] = /** @type {[string, ...string[]]} */ (
    process.platform === "darwin"
      ? ["open", url]
      : process.platform === "win32"
        ? ["cmd", "/c", "start", '""', url]
        : [BROWSER ?? "xdg-open", url]
  );
  if (process.platform === "linux" && !DISPLAY && !WAYLAND_DISPLAY && !BROWSER) return;
  const child = spawn(command, args, { detached: true, stdio: "ignore" });
  child.on("error", () => console.log(`  Could not start "${command}": open the address above yourself.`));
  child.unref();
}
