import { spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";

export const root = join(import.meta.dirname, "..");

/** @param {string} path @returns {{version?: string, packages?: Record<string, {version?: string, dev?: boolean, optional?: boolean}>}} */
function readJson(path) {
  return JSON.parse(readFileSync(path, "utf8"));
}

/** Whether every package of the lock file is installed in its version (optional ones belong to other systems). */
function upToDate() {
  const { packages = {} } = readJson(join(root, "package-lock.json"));
  return Object.entries(packages).every(([path, entry]) => {
    if (path === "" || entry.optional) return true;
    const manifest = join(root, path, "package.json");
    return existsSync(manifest) && readJson(manifest).version === entry.version;
  });
}

/**
 * Runs a command in the project's folder with our output.
 * @param {string} command @param {readonly string[]} args @param {Record<string, string>} [env]
 * @returns {boolean} whether it succeeded
 */
export function run(command, args, env = {}) {
  const result = spawnSync(command, args, { cwd: root, stdio: "inherit", env: { ...process.env, ...env } });
  if (result.error) console.error(`${command}: ${result.error.message}`);
  return result.status === 0;
}

/** Runs an installed package's program with this Node: no shell, the same on every system. @param {string} path @param {readonly string[]} args */
export function runProgram(path, args, env = {}) {
  return run(process.execPath, [join(root, "node_modules", path), ...args], env);
}

/** npm as the one that started us, else from the PATH (a shell finds npm.cmd on Windows). @param {readonly string[]} args */
function runNpm(args) {
  const script = process.env.npm_execpath;
  if (script?.endsWith(".js")) return run(process.execPath, [script, ...args]);
  const options = /** @type {const} */ ({ cwd: root, stdio: "inherit", shell: process.platform === "win32" });
  return spawnSync("npm", args, options).status === 0;
}

/** Installs what the lock file asks for when something is missing or another version. Ends the process when it cannot. */
export function ensureDependencies() {
  if (Number(process.versions.node.split(".")[0]) < 20) {
    console.error(`MaskMend needs Node 20 or newer; this is ${process.version}. Get it from https://nodejs.org`);
    process.exit(1);
  }
  if (upToDate()) return;
  console.log("Installing packages (npm ci) ...");
  const quiet = ["--no-audit", "--no-fund"];
  if (runNpm(["ci", ...quiet])) return;
  // A registry mirror without the packages of other systems makes npm ci refuse the lock file; npm install does not.
  console.log("npm ci failed: trying npm install with the versions of the lock file ...");
  if (!runNpm(["install", "--no-save", ...quiet])) {
    console.error("Packages could not be installed. Is the package registry reachable? npm's message is above.");
    process.exit(1);
  }
}
