import { withBacklog } from "./backlog";
import type { KeyValueStore } from "./storage";

/** A part of the state that is kept for every project between visits, in one record. */
export interface Slice<State> {
  /** First part of the record's key. */
  readonly name: string;
  /** What to keep, fit for structured cloning; undefined where the state is as the data set alone has it. */
  encode(state: State): unknown;
  /** What a record means. It may be anything, undefined where there is none: what makes no sense is left out. */
  decode(record: unknown): State;
}

const keyOf = ({ name }: { readonly name: string }, projectId: string) => `${name}/${projectId}`;

/** What cannot be written is tried again. @throws when the store does. */
export async function saveSlice<State>(
  store: KeyValueStore,
  projectId: string,
  slice: Slice<State>,
  state: State,
): Promise<void> {
  const record = slice.encode(state);
  const key = keyOf(slice, projectId);
  if (record === undefined) await withBacklog(store).keep([], [key]);
  else await withBacklog(store).keep([[key, record]], []);
}

/** @throws when the store does. */
export async function loadSlice<State>(store: KeyValueStore, projectId: string, slice: Slice<State>): Promise<State> {
  return slice.decode(await store.get(keyOf(slice, projectId)));
}
