import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, normalize } from "node:path";
import { describe, expect, it } from "vitest";
import { root } from "./dependencies.mjs";

/** The folders of src/ in the order of the data path: each may import only those before it. */
const order = `core formats dataset document model support window reconstruct find worker review export project offline app ui main.tsx`;
const folders = order.split(" ");

/** Which folders may use a library that belongs to one subject. */
const libraries: readonly (readonly [library: RegExp, folders: readonly string[]])[] = [
  [/^(react|react-dom|react-konva|konva|lucide-react|@mantine\/.*)(\/|$)/, ["ui", "main.tsx"]],
  [/^@tensorflow\//, ["model", "support", "window", "reconstruct", "find", "worker"]],
];

interface Import {
  /** Path of the importing file below src/. */
  readonly file: string;
  /** Path below src/, without an extension, or a package's name. */
  readonly target: string;
}

const files = readdirSync(join(root, "src"), { recursive: true, encoding: "utf8" }).filter((f) => /\.tsx?$/.test(f));

/** Every import of src/, of types too: `import`, `export ... from`, `import()` and `new URL` of a worker. */
const imports: readonly Import[] = files.flatMap((file) => {
  const text = readFileSync(join(root, "src", file), "utf8");
  const found = text.matchAll(
    /^(?:import|export)\s[^;]*?from "([^"]+)"|^import "([^"]+)"|\b(?:import|URL)\("([^"]+)"/gm,
  );
  return [...found].map(([, from, bare, called]) => {
    const target = from ?? bare ?? called ?? "";
    return {
      file,
      target: target.startsWith(".") ? normalize(join(dirname(file), target)).replace(/\.tsx?$/, "") : target,
    };
  });
});

const folderOf = (path: string): string => path.split("/")[0] ?? path;
const isTest = (file: string): boolean => /\.test\.tsx?$|\/fixtures\//.test(file);

describe("imports", () => {
  it("are found", () => {
    expect(imports.length).toBeGreaterThan(files.length);
    expect([...new Set(files.map(folderOf))].sort()).toEqual([...folders].sort());
  });

  it("go one way through the folders", () => {
    const inside = imports.filter(({ target }) => folders.includes(folderOf(target)));
    const upwards = inside.filter(({ file, target }) => {
      return folders.indexOf(folderOf(target)) > folders.indexOf(folderOf(file));
    });
    expect(upwards.map(({ file, target }) => `${file} imports ${target}`)).toEqual([]);
  });

  it("draw and compute only where that is the task", () => {
    const refused = imports.filter(({ file, target }) =>
      libraries.some(([library, allowed]) => library.test(target) && !allowed.includes(folderOf(file))),
    );
    expect(refused.map(({ file, target }) => `${file} imports ${target}`)).toEqual([]);
  });

  it("make no circle, not even of types", () => {
    const next = new Map<string, string[]>();
    const name = (file: string): string => file.replace(/(\/index)?\.tsx?$/, "");
    for (const { file, target } of imports.filter(({ file }) => !isTest(file))) {
      next.set(name(file), [...(next.get(name(file)) ?? []), target]);
    }
    const done = new Set<string>();
    const circles: string[] = [];
    const walk = (file: string, path: readonly string[]): void => {
      if (path.includes(file)) circles.push([...path.slice(path.indexOf(file)), file].join(" -> "));
      if (done.has(file) || path.includes(file)) return;
      for (const target of next.get(file) ?? []) walk(target, [...path, file]);
      done.add(file);
    };
    for (const file of next.keys()) walk(file, []);
    expect(circles).toEqual([]);
  });
});
