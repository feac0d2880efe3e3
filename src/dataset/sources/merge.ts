import { baseName, folderOf, isPicture } from "../../formats/paths";
import { fileError, problemOf } from "../errors";
import type { Problem, Source, SourceFile } from "../types";

/** A zip that lies among other files. */
export interface Archive {
  readonly path: string;
  open(): Promise<Source>;
}

/**
 * Several things that were opened together, or one after the other, as one source. The first one's paths stay; those of
 * another go below its name where paths collide or its pictures lie at the top, so that the name is not lost. What is
 * there already, file by file, is not taken twice.
 */
export function mergeSources(first: Source, ...others: readonly Source[]): Source {
  const merged = new Merged(first);
  for (const other of others) merged.add(other, "", other.isLoose ? null : other.name);
  const names = [first, ...others].map(({ name }) => name);
  const name = names.length > 2 ? `${names[0]} + ${names.length - 1} more` : names.join(" + ");
  return merged.source(name);
}

/** Opens zips where they lie, as if they were unpacked there. One that cannot be read is listed, and the rest goes on. */
export async function withArchives(source: Source, archives: readonly Archive[]): Promise<Source> {
  if (archives.length === 0) return source;
  const merged = new Merged(source);
  for (const archive of archives) {
    try {
      const folder = folderOf(archive.path);
      merged.add(await archive.open(), folder ? `${folder}/` : "", baseName(archive.path).replace(/\.zip$/i, ""));
    } catch (error) {
      const { reason, remedy } = problemOf(fileError(archive.path, error));
      merged.problems.push({ path: archive.path, reason, remedy, severity: "error" });
    }
  }
  return merged.source(source.name);
}

class Merged {
  readonly problems: Problem[];
  private readonly files: Map<string, SourceFile>;

  constructor(private readonly first: Source) {
    this.files = new Map(first.files.map((file) => [file.path, file]));
    this.problems = [...first.problems];
  }

  /** Puts a source's files below `folder`; where that is not possible, below `name` in it. */
  add({ files, problems }: Source, folder: string, name: string | null): void {
    const below = name === null ? [folder] : [folder, `${folder}${name}/`];
    const isThere = (prefix: string) =>
      files.length > 0 && files.every(({ path, size }) => this.files.get(prefix + path)?.size === size);
    if (below.some(isThere)) return;
    const isFree = (prefix: string) => files.every(({ path }) => !this.files.has(prefix + path));
    const hasPicturesAtTop = name !== null && files.some(({ path }) => !path.includes("/") && isPicture(path));
    const numbered = Array.from({ length: 100 }, (_, at) => `${folder}${name ?? "added"} ${at + 2}/`);
    const prefix = [...(hasPicturesAtTop ? [] : [folder]), ...below.slice(1), ...numbered].find(isFree) ?? folder;
    for (const file of files) this.files.set(prefix + file.path, { ...file, path: prefix + file.path });
    this.problems.push(...problems.map((problem) => ({ ...problem, path: prefix + problem.path })));
  }

  source(name: string): Source {
    const { root } = this.first;
    return { name, files: [...this.files.values()], problems: this.problems, ...(root ? { root } : {}) };
  }
}
