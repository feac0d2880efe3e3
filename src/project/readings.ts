import { type QuestionId, questionIds, type ReadingChoices } from "../formats/questions";
import { withBacklog } from "./backlog";
import { projectId } from "./projects";
import type { KeyValueStore } from "./storage";

/** How the user wants some files to be read. */
export interface ReadingMemory {
  readonly choices: ReadingChoices;
  /** The bar that says how they were read was closed. */
  readonly dismissed: boolean;
}

interface MemoryRecord {
  readonly choices: readonly (readonly [QuestionId, string])[];
  readonly dismissed: boolean;
}

/** Under the files themselves, not under the data set that one reading makes of them. */
const memoryKey = (filesId: string) => `choices/${filesId}`;
const readingKey = (id: string) => `reading/${id}`;

/** What was kept; nothing where it makes no sense. @throws when the store does. */
export async function loadReadingMemory(store: KeyValueStore, filesId: string): Promise<ReadingMemory> {
  const record = (await store.get(memoryKey(filesId))) as Partial<MemoryRecord> | undefined;
  const choices = Array.isArray(record?.choices) ? record.choices.filter(isChoice) : [];
  return { choices: new Map(choices), dismissed: record?.dismissed === true };
}

function isChoice(value: unknown): value is readonly [QuestionId, string] {
  return Array.isArray(value) && questionIds.includes(value[0] as QuestionId) && typeof value[1] === "string";
}

/** What cannot be written is tried again. @throws when the store does. */
export async function saveReadingMemory(
  store: KeyValueStore,
  filesId: string,
  { choices, dismissed }: ReadingMemory,
): Promise<void> {
  const key = memoryKey(filesId);
  if (choices.size === 0 && !dismissed) await withBacklog(store).keep([], [key]);
  else await withBacklog(store).keep([[key, { choices: [...choices], dismissed } satisfies MemoryRecord]], []);
}

/**
 * The id under which work is kept: kept work belongs to one reading. The first reading of a project has the project's
 * own id; where `meaning` (how files become ids) is another one, the id says so, and that work stays apart. Which reading
 * was the first must not be forgotten: work would be taken for that of another. What cannot be written is tried again.
 * @throws when it cannot be read.
 */
export async function idOfReading(store: KeyValueStore, id: string, meaning: string): Promise<string> {
  const first = await store.get(readingKey(id));
  if (first === undefined) {
    await withBacklog(store)
      .keep([[readingKey(id), meaning]], [])
      .catch(() => undefined);
  }
  return first === undefined || first === meaning ? id : projectId(id, [{ path: meaning }]);
}
