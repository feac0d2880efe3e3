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

/** @throws when the store does. */
export async function saveSlice<State>(
  store: KeyValueStore,
  projectId: string,
  slice: Slice<State>,
  state: State,
): Promise<void> {
  const record = slice.encode(state);
  if (record === undefined) await store.delete(keyOf(slice, projectId));
  else await store.set(keyOf(slice, projectId), record);
}

/** @throws when the store does. */
export async function loadSlice<State>(store: KeyValueStore, projectId: string, slice: Slice<State>): Promise<State> {
  return slice.decode(await store.get(keyOf(slice, projectId)));
}
