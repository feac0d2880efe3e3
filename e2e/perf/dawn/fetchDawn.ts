import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";

/** The npm package that brings dawn.node for all systems: 132 MB unpacked, of which one file is wanted. */
const PACKAGE = "webgpu@0.6.2";

/** Path of dawn.node for this machine, fetched once into `cache`. Throws an Error where the package has none for it. */
export function fetchDawn(cache: string): string {
  const path = join(cache, `${PACKAGE}.node`);
  if (existsSync(path)) return path;
  const system = process.platform === "darwin" ? "darwin-universal" : `${process.platform}-${process.arch}`;
  mkdirSync(cache, { recursive: true });
  const folder = mkdtempSync(join(cache, "fetch-"));
  try {
    console.log(`Fetching dawn.node (${PACKAGE}) from the npm registry ...`);
    // npm holds what it gets to the registry's hash.
    const output = execFileSync("npm", ["pack", "--silent", "--pack-destination", folder, PACKAGE], {
      encoding: "utf8",
    });
    const archive = join(folder, output.trim().split("\n").at(-1) ?? "");
    const inside = `package/dist/${system}/dawn.node`;
    execFileSync("tar", ["-xzf", archive, "-C", folder, inside]);
    renameSync(join(folder, inside), path);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  return path;
}
