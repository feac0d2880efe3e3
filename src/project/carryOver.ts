import type { LabelCodec } from "../formats/labelCodec";
import { withBacklog } from "./backlog";
import { loadProjects } from "./projects";
import type { KeyValueStore } from "./storage";

/** What a project holds, to find its images again in another one that has more files. */
export interface ProjectItems {
  /** How files become ids: kept ids mean the same only under the same one. */
  readonly codec: LabelCodec;
  /** Answers that are not the default, as text. */
  readonly choices: string;
  /** By an image's key what tells that it is the same image: path, size and bytes of the photograph, which is never rewritten. */
  readonly prints: ReadonlyMap<string, string>;
}

/** What was taken over. */
interface CarriedOver {
  /** Images whose work is there now. */
  readonly images: number;
  /** Images with work under the earlier project whose ids have another meaning now: it stays there. */
  readonly left: number;
}

const itemsKey = (projectId: string) => `items/${projectId}`;
/** Kept for a project as a whole, each in one record. */
const slices = ["classes", "exclusions", "looks", "turns"] as const;

/** What cannot be written is tried again. @throws when the store does. */
export async function saveItems(store: KeyValueStore, projectId: string, items: ProjectItems): Promise<void> {
  await withBacklog(store).keep([[itemsKey(projectId), items]], []);
}

/** Whether what a project holds was noted: what there was to take over was taken then. @throws when the store does. */
export async function hasItems(store: KeyValueStore, projectId: string): Promise<boolean> {
  return isItems(await store.get(itemsKey(projectId)));
}

/**
 * Takes over the work that projects of the same name hold on images that are the same: files that are added to a data set
 * make another project of it. Newer work counts, and what is there already; the earlier projects keep theirs. Cut short, it
 * can be done again: nothing of the project is written over.
 * @throws when the store does.
 */
export async function carryOver(
  store: KeyValueStore,
  to: { readonly projectId: string; readonly name: string; readonly items: () => Promise<ProjectItems> },
): Promise<CarriedOver> {
  const others = (await loadProjects(store)).filter(
    ({ name, projectId }) => name === to.name && projectId !== to.projectId,
  );
  const taken = new Set<string>();
  let left = 0;
  let hasSlices = false;
  for (const { projectId: from } of others) {
    const before = await store.get(itemsKey(from));
    if (!isItems(before)) continue;
    const now = await to.items();
    const isSame = (key: string) => before.prints.has(key) && before.prints.get(key) === now.prints.get(key);
    const prefix = `work/${from}/`;
    const worked = (await store.keys(prefix)).map((key) => key.slice(prefix.length)).filter(isSame);
    const own = new Set(await store.keys(`work/${to.projectId}/`));
    const fresh = worked.filter((key) => !taken.has(key) && !own.has(`work/${to.projectId}/${key}`));
    if (before.choices !== now.choices || !meansTheSame(before.codec, now.codec)) {
      left += fresh.length;
      continue;
    }
    for (const key of fresh) {
      taken.add(key);
      await copyWork(store, { from, to: to.projectId, key });
    }
    // Its classes go along, for the work may hold some that were added.
    if (hasSlices || ![...before.prints.keys()].some(isSame)) continue;
    hasSlices = true;
    for (const name of slices) {
      const value = await store.get(`${name}/${from}`);
      const there = await store.get(`${name}/${to.projectId}`);
      if (value !== undefined && there === undefined) await store.set(`${name}/${to.projectId}`, value);
    }
  }
  return { images: taken.size, left };
}

/** Labels, history and what is undecided, all or nothing. */
async function copyWork(
  store: KeyValueStore,
  { from, to, key }: { readonly from: string; readonly to: string; readonly key: string },
): Promise<void> {
  const own = (kind: string) => [`${kind}/${from}/${key}`, `${kind}/${to}/${key}`] as const;
  const puts: [string, unknown][] = [];
  for (const [source, target] of [own("work"), own("saving"), own("undecided")]) {
    const value = await store.get(source);
    if (value !== undefined) puts.push([target, value]);
  }
  for (const kind of ["past", "log"]) {
    const [under, target] = own(kind).map((each) => `${each}\0`);
    for (const [source, value] of await store.entries(under)) puts.push([target + source.slice(under.length), value]);
  }
  await store.write(puts, []);
}

/** Whether all ids of the earlier coding have the same colours in the new one, which may list more. */
function meansTheSame(before: LabelCodec, now: LabelCodec): boolean {
  const { colors: earlier, ...rest } = before;
  const { colors, ...other } = now;
  if (JSON.stringify(rest) !== JSON.stringify(other)) return false;
  const known = new Set(colors.map((code) => JSON.stringify([code.id, code.color])));
  return earlier.every((code) => known.has(JSON.stringify([code.id, code.color])));
}

function isItems(value: unknown): value is ProjectItems {
  return typeof value === "object" && value !== null && (value as Partial<ProjectItems>).prints instanceof Map;
}
