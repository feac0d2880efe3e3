import { createStore, type StoreApi } from "zustand/vanilla";
import { checkSlice, type DatedCheck } from "../project/checkSlice";
import type { KeyValueStore } from "../project/storage";
import type { CheckReport } from "../review/check/report";
import { createKeeper } from "./keeper";
import type { SessionStore } from "./session";

/** The newest self-check of the open data set, also of earlier visits. */
export interface KeptCheck {
  readonly store: StoreApi<{ readonly newest: DatedCheck | null }>;
  /** Goes on with what is kept of a project; null: of none. */
  follow(projectId: string | null): Promise<void>;
  note(report: CheckReport): void;
}

export function createKeptCheck(values: KeyValueStore, session: SessionStore): KeptCheck {
  const store = createStore<{ readonly newest: DatedCheck | null }>(() => ({ newest: null }));
  const keeper = createKeeper<DatedCheck | null>(values, session, {
    unread: "The earlier self-check could not be read",
    unkept: "The self-check is not kept",
  });
  let followed: string | null = null;

  session.subscribe((now, before) => {
    if (now.dataset === null && before.dataset !== null) store.setState({ newest: null });
  });

  return {
    store,
    async follow(projectId) {
      followed = projectId;
      keeper.follow(null);
      store.setState({ newest: null });
      if (projectId === null) return;
      const newest = await keeper.load(projectId, checkSlice);
      if (followed !== projectId) return;
      keeper.follow({ id: projectId, slice: checkSlice });
      store.setState({ newest });
    },
    note(report) {
      const newest = { report, at: Date.now() };
      store.setState({ newest });
      keeper.keep(newest);
    },
  };
}
