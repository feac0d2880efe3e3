import { execFileSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, renameSync, rmSync, statSync } from "node:fs";
import { dirname, join } from "node:path";

/** What Node, Dawn and NVIDIA's Vulkan driver want of a system and a bare one may lack; run.sh takes its own where it has them. */
const LIBRARIES =
  "libstdc++.so.6 libgcc_s.so.1 libvulkan.so.1 libX11.so.6 libXext.so.6 libxcb.so.1 libXau.so.6 libXdmcp.so.6 libbsd.so.0 libmd.so.0 libGLdispatch.so.0";
/** Smaller than xz -9 by a tenth: x86 code is filtered first, and everything stays in sight. */
const XZ = "xz --threads=1 --x86 --lzma2=preset=9e,dict=128MiB";

/**
 * Packs the benchmark for a bare Linux machine with the same processor: this Node, the libraries and run.sh.
 * @param bench Folder with the bundle and all it reads.
 * @throws Error where this is no Linux with xz, strip and the libraries.
 */
export function pack(bench: string, target: string): void {
  if (process.platform !== "linux") throw new Error("A portable folder is made on Linux, of what is installed there.");
  const cache = dirname(bench);
  rmSync(target, { recursive: true, force: true });
  mkdirSync(target, { recursive: true });
  cpSync(packedNode(cache), join(target, "node.xz"));
  const libraries = join(bench, "lib");
  mkdirSync(libraries);
  for (const name of LIBRARIES.split(" ")) cpSync(installed(name), join(libraries, name), { dereference: true });
  shell(
    `tar --sort=name --owner=0 --group=0 --mtime=@0 -c -C "$1" . | ${XZ} > "$2"`,
    bench,
    join(target, "bench.tar.xz"),
  );
  cpSync(join(import.meta.dirname, "run.sh"), join(target, "run.sh"));
  for (const name of ["node.xz", "bench.tar.xz", "run.sh"]) {
    console.log(`${join(target, name)}: ${(statSync(join(target, name)).size / 2 ** 20).toFixed(1)} MiB`);
  }
}

/** This Node without symbols, packed; takes a minute, and so is kept. */
function packedNode(cache: string): string {
  const path = join(cache, `node-${process.version}-${process.arch}.xz`);
  if (existsSync(path)) return path;
  console.log("Packing Node, once ...");
  shell(`strip -o "$2" "$1" && ${XZ} < "$2" > "$3.part"`, process.execPath, join(cache, "node.stripped"), path);
  rmSync(join(cache, "node.stripped"));
  renameSync(`${path}.part`, path);
  return path;
}

function installed(name: string): string {
  const found = execFileSync("/sbin/ldconfig", ["-p"], { encoding: "utf8" })
    .split("\n")
    .map((line) => /^\s*(\S+) .*x86-64.* => (.*)$/.exec(line))
    .find((match) => match?.[1] === name)?.[2];
  if (!found) throw new Error(`${name} is not installed here (libvulkan.so.1: apt-get install libvulkan1).`);
  return found;
}

function shell(script: string, ...args: string[]): void {
  execFileSync("bash", ["-euo", "pipefail", "-c", script, "bash", ...args], { stdio: "inherit" });
}
