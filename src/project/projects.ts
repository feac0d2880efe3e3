import { withBacklog } from "./backlog";
import type { KeyValueStore } from "./storage";

/**
 * How to open the data set again. A directory's handle survives in IndexedDB (the browser asks for permission
 * again); files, drops and zips come back from copies where they are kept (sources.ts).
 */
export type ProjectSource =
  | { readonly kind: "sample" }
  | { readonly kind: "directory"; readonly handle: unknown }
  | { readonly kind: "files" };

/** A data set that was open. */
export interface ProjectRecord {
  readonly projectId: string;
  readonly name: string;
  readonly source: ProjectSource;
  /** Names of its first image, and how many it has; earlier versions did not note them. */
  readonly images?: { readonly first: string; readonly count: number };
  /** Key of the image that was open last. */
  readonly openKey: string | null;
  /** When it was opened last, milliseconds since 1970. */
  readonly at: number;
}

const prefix = "session/";
const keyOf = (projectId: string) => `${prefix}${projectId}`;

/**
 * Names a project by what is in it: the same for the same paths, whatever their order. Sizes do not count, since
 * saving in place changes them.
 */
export function projectId(name: string, files: readonly { readonly path: string }[]): string {
  let low = 0x811c9dc5;
  let high = 0x9747b28c;
  const text = files
    .map(({ path }) => path)
    .sort()
    .join("\n");
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    low = Math.imul(low ^ code, 0x01000193);
    high = Math.imul(high ^ code, 0x5bd1e995);
  }
  const hex = (part: number) => (part >>> 0).toString(16).padStart(8, "0");
  return `${name.replace(/[/\s]+/g, "-")}-${hex(low)}${hex(high)}`;
}

/** What cannot be written is tried again. @throws when the store does. */
export async function saveProject(store: KeyValueStore, project: ProjectRecord): Promise<void> {
  await withBacklog(store).keep([[keyOf(project.projectId), project]], []);
}

/** What was open, the newest first. Records that are of no use are left out. */
export async function loadProjects(store: KeyValueStore): Promise<readonly ProjectRecord[]> {
  const keys = await store.keys(prefix);
  const found = await Promise.all(keys.map((key) => store.get(key)));
  const sorted = found.filter(isProject).sort((a, b) => b.at - a.at);
  // The only record of earlier versions lies under another key.
  return sorted.filter(({ projectId: id }, at) => sorted.findIndex(({ projectId }) => projectId === id) === at);
}

/** Null when it was never open or was removed. */
export async function loadProject(store: KeyValueStore, projectId: string): Promise<ProjectRecord | null> {
  return (await loadProjects(store)).find((one) => one.projectId === projectId) ?? null;
}

/** Notes which image of a project is open, if the project is still remembered. */
export async function setOpenKey(store: KeyValueStore, projectId: string, openKey: string): Promise<void> {
  const project = await loadProject(store, projectId);
  if (project !== null) await saveProject(store, { ...project, openKey });
}

/** How many images of a project have kept work. */
export async function workedImages(store: KeyValueStore, projectId: string): Promise<number> {
  return (await store.keys(`work/${projectId}/`)).length;
}

/** Everything that is kept for a project, by the first part of the keys. */
const kinds = [
  "files",
  "work",
  "saving",
  "log",
  "begun",
  "aside",
  "undecided",
  "summary",
  "scan",
  "scanned",
  "lint",
  "linting",
  "act",
  "acted",
  "fix",
  "fixed",
  "class",
  "classed",
  "import",
  "imported",
  "check",
  "filter",
  "place",
  "thumbs",
  "past",
  "classes",
  "exclusions",
  "looks",
  "turns",
  "support",
  "reading",
  "items",
] as const;

/**
 * Deletes all that is kept for a project: its place in the list, copies of its files and the work on them.
 * @throws when the store does.
 */
export async function removeProject(store: KeyValueStore, projectId: string): Promise<void> {
  for (const key of await store.keys(prefix)) {
    const record = await store.get(key);
    if (isProject(record) && record.projectId === projectId) await store.delete(key);
  }
  for (const kind of kinds) {
    const own = `${kind}/${projectId}`;
    for (const key of await store.keys(own)) {
      // Another project's name may begin with this one's.
      if (key === own || key.startsWith(`${own}/`)) await store.delete(key);
    }
  }
}

function isProject(value: unknown): value is ProjectRecord {
  if (typeof value !== "object" || value === null) return false;
  const { projectId, name, source, at } = value as Partial<ProjectRecord>;
  const isNamed = typeof projectId === "string" && typeof name === "string";
  return isNamed && typeof at === "number" && typeof source?.kind === "string";
}
