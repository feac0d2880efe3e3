import { spawn } from "node:child_process";
import { existsSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { type Browser, chromium, type Page } from "@playwright/test";

/** A browser that can be killed as the system would: all its processes at once, in the middle of whatever they do. */
export interface KillableBrowser {
  readonly page: Page;
  /** SIGKILL; resolves when the processes are gone. Returns when the signal was sent, milliseconds since 1970. */
  kill(): Promise<number>;
}

/** @param profile folder that outlives the browser. */
export async function startBrowser(executable: string, profile: string): Promise<KillableBrowser> {
  const portFile = join(profile, "DevToolsActivePort");
  // Left by one that was killed: they name processes that are gone.
  for (const name of ["DevToolsActivePort", "SingletonLock", "SingletonSocket", "SingletonCookie"]) {
    rmSync(join(profile, name), { force: true });
  }
  const args = ["--headless=new", "--no-sandbox", "--no-first-run", "--remote-debugging-port=0", "about:blank"];
  // A group of its own, which all its processes belong to.
  const child = spawn(executable, [`--user-data-dir=${profile}`, ...args], { detached: true, stdio: "ignore" });
  const { pid } = child;
  if (pid === undefined) throw new Error(`${executable} could not be started`);
  const gone = new Promise<void>((resolve) => child.once("exit", () => resolve()));
  const kill = async (): Promise<number> => {
    const at = Date.now();
    try {
      process.kill(-pid, "SIGKILL");
    } catch {
      // Gone already.
    }
    await gone;
    return at;
  };
  try {
    const browser = await connect(portFile);
    const [context] = browser.contexts();
    const page = context.pages()[0] ?? (await context.newPage());
    await page.setViewportSize({ width: 1440, height: 900 });
    return { page, kill };
  } catch (error) {
    await kill();
    throw error;
  }
}

async function connect(portFile: string): Promise<Browser> {
  for (let tries = 0; tries < 400; tries++) {
    const port = existsSync(portFile) ? readFileSync(portFile, "utf8").split("\n")[0] : "";
    if (port !== "") return chromium.connectOverCDP(`http://127.0.0.1:${port}`);
    await wait(50);
  }
  throw new Error("The browser did not start within 20 s");
}
