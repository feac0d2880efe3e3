import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { describe, expect, it } from "vitest";
import { root } from "./dependencies.mjs";

/** The folders of src/ in the order of the data path: each may import only those before it. */
const order = [
  "core",
  "formats",
  "dataset",
  "document",
  "model",
  "inference",
  "review",
  "export",
  "project",
  "ui",
] as const;

const libraries = ["react", "react-dom/client", "konva", "react-konva", "@mantine/core", "@tensorflow/tfjs-core"];

/** One file an import, in a tree like ours, so that a report's path says which import it refuses. */
interface Probe {
  readonly path: string;
  readonly module: string;
}

const probes: readonly Probe[] = order.flatMap((folder) => {
  const others = order.filter((other) => other !== folder);
  const near = others.map((other) => ({ path: `src/${folder}/${other}.ts`, module: `../${other}/thing` }));
  const deep = others.map((other) => ({ path: `src/${folder}/inner/${other}.ts`, module: `../../${other}/thing` }));
  const packages = libraries.map((module, i) => ({ path: `src/${folder}/package${i}.ts`, module }));
  return [...near, ...deep, ...packages];
});

/** The probes our own linter settings refuse. */
function refusedProbes(): ReadonlySet<string> {
  const copy = mkdtempSync(join(tmpdir(), "maskmend-imports-"));
  try {
    const { overrides } = JSON.parse(readFileSync(join(root, "biome.json"), "utf8")) as { overrides: unknown };
    writeFileSync(join(copy, "biome.json"), JSON.stringify({ overrides }));
    for (const { path, module } of probes) {
      mkdirSync(dirname(join(copy, path)), { recursive: true });
      writeFileSync(join(copy, path), `export * from "${module}";\n`);
    }
    const biome = join(root, "node_modules/@biomejs/biome/bin/biome");
    const args = ["lint", "--only=style/noRestrictedImports", "--reporter=github", "--max-diagnostics=none", "."];
    const result = spawnSync(process.execPath, [biome, ...args], { cwd: copy, encoding: "utf8" });
    const report = result.stdout + result.stderr;
    return new Set(probes.map(({ path }) => path).filter((path) => report.includes(`/${path},line=`)));
  } finally {
    rmSync(copy, { recursive: true });
  }
}

describe("the linter keeps imports one-way", () => {
  const refused = refusedProbes();

  it("knows every folder of src/", () => {
    const folders = readdirSync(join(root, "src"), { withFileTypes: true }).filter((entry) => entry.isDirectory());
    expect(folders.map((entry) => entry.name).filter((name) => !order.some((known) => known === name))).toEqual([]);
  });

  it.each(order.map((folder, index) => [folder, index] as const))(
    "%s imports only what comes before",
    (folder, index) => {
      const later = order.slice(index + 1);
      for (const place of [`src/${folder}`, `src/${folder}/inner`]) {
        expect(order.filter((other) => refused.has(`${place}/${other}.ts`))).toEqual(later);
      }
    },
  );

  it.each(order)("%s draws or computes only where it is its task", (folder) => {
    const computes = folder === "model" || folder === "inference";
    const expected = libraries.filter((name) => (name.startsWith("@tensorflow") ? !computes : folder !== "ui"));
    expect(libraries.filter((_, i) => refused.has(`src/${folder}/package${i}.ts`))).toEqual(expected);
  });
});
