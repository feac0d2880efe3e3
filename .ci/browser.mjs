import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";
import { run, runProgram } from "./dependencies.mjs";

const commands = ["google-chrome", "google-chrome-stable", "chromium", "chromium-browser", "chrome"];

const applications = [
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
  "/Applications/Chromium.app/Contents/MacOS/Chromium",
  join(process.env.PROGRAMFILES ?? "C:\\Program Files", "Google\\Chrome\\Application\\chrome.exe"),
  join(process.env.LOCALAPPDATA ?? "C:\\", "Google\\Chrome\\Application\\chrome.exe"),
];

/** Where an installed Chrome or Chromium is: $MASKMEND_BROWSER, the PATH, the usual folders. @returns {string | null} */
export function installedBrowser() {
  const onPath = (process.env.PATH ?? "")
    .split(delimiter)
    .flatMap((folder) => commands.map((name) => join(folder, name)));
  const candidates = [process.env.MASKMEND_BROWSER ?? "", ...onPath, ...applications];
  return candidates.find((path) => path !== "" && existsSync(path)) ?? null;
}

/** Playwright's own Chromium, if it was downloaded. @returns {Promise<string | null>} */
async function playwrightBrowser() {
  const { chromium } = await import("@playwright/test");
  const path = chromium.executablePath();
  return existsSync(path) ? path : null;
}

/** Debian's and Ubuntu's package; only root may install it. */
function installDebianPackage() {
  if (process.getuid?.() !== 0 || spawnSync("apt-get", ["--version"]).status !== 0) return;
  const wait = ["-o", "DPkg::Lock::Timeout=400"];
  run("apt-get", [...wait, "update"]);
  run("apt-get", [...wait, "install", "-y", "--no-install-recommends", "chromium"], {
    DEBIAN_FRONTEND: "noninteractive",
  });
}

/**
 * A browser for the end-to-end tests: an installed one, else Playwright's (downloaded), else Debian's package.
 * @returns {Promise<string | null>} its executable, null when none could be had
 */
export async function ensureBrowser() {
  const present = installedBrowser() ?? (await playwrightBrowser());
  if (present) return present;
  console.log("No Chrome or Chromium found: downloading Playwright's ...");
  runProgram("playwright/cli.js", ["install", "chromium"]);
  const downloaded = await playwrightBrowser();
  if (downloaded) return downloaded;
  console.log("Trying Debian's chromium package ...");
  installDebianPackage();
  return installedBrowser();
}
