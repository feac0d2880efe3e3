import { loadSlice, type Slice, saveSlice } from "../project/slice";
import { type KeyValueStore, storageReason } from "../project/storage";
import type { SessionStore } from "./session";
import { showInfo } from "./tell";

/** Keeps one slice of the open data set's state between visits. A store that fails costs the slice, and the user is told. */
export interface Keeper<State> {
  load(projectId: string, slice: Slice<State>): Promise<State>;
  /** From now on what is given to `keep` belongs to this project; null: to none. */
  follow(project: { readonly id: string; readonly slice: Slice<State> } | null): void;
  keep(state: State): void;
}

export function createKeeper<State>(
  store: KeyValueStore,
  session: SessionStore,
  titles: { readonly unread: string; readonly unkept: string },
): Keeper<State> {
  let followed: { readonly id: string; readonly slice: Slice<State> } | null = null;
  return {
    async load(projectId, slice) {
      try {
        return await loadSlice(store, projectId, slice);
      } catch (error) {
        showInfo(session, titles.unread, storageReason(error));
        return slice.decode(undefined);
      }
    },
    follow(project) {
      followed = project;
    },
    keep(state) {
      if (followed === null) return;
      saveSlice(store, followed.id, followed.slice, state).catch((error: unknown) =>
        showInfo(session, titles.unkept, storageReason(error)),
      );
    },
  };
}
