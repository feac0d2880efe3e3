import { withClasses } from "../dataset/editClasses";
import type { Dataset } from "../dataset/types";
import { type ClassState, loadClasses, saveClasses } from "../project/classRecord";
import { storageReason } from "../project/storage";
import type { Services } from "./services";
import { type SessionStore, showInfo } from "./session";
import type { SettingsStore } from "./settings";

/** A data set with its classes as the user left them, not yet shown. */
interface KeptClasses {
  readonly dataset: Dataset;
  readonly locked: ReadonlySet<number>;
  readonly hidden: ReadonlySet<number>;
  /** Call when session and settings hold it: from now on changes to its classes are kept. */
  follow(): void;
}

export interface ClassKeeping {
  /** What is kept for a project's classes. Changes are not kept from when `leave` was called until `follow` is. */
  load(projectId: string, dataset: Dataset): Promise<KeptClasses>;
  /** The open data set is about to be replaced: what comes now is not its classes. */
  leave(): void;
}

/** Keeps changed, locked and hidden classes of the open data set between visits. */
export function createClassKeeping(
  { store }: Pick<Services, "store">,
  session: SessionStore,
  settings: SettingsStore,
): ClassKeeping {
  let followed: { readonly projectId: string; readonly own: Dataset["classes"] } | null = null;
  /** One after the other: an older state must never arrive after a newer one. */
  let writing: Promise<void> = Promise.resolve();

  function keep(): void {
    const { dataset } = session.getState();
    if (followed === null || dataset === null) return;
    const { projectId, own } = followed;
    const { lockedClasses: locked, hiddenClasses: hidden } = settings.getState();
    const state = { classes: dataset.classes, locked, hidden };
    writing = writing
      .then(() => saveClasses(store, projectId, own, state))
      .catch((error: unknown) => showInfo(session, "Changed classes are not kept", storageReason(error)));
  }

  session.subscribe((now, before) => {
    if (now.dataset?.classes !== before.dataset?.classes) keep();
  });
  settings.subscribe((now, before) => {
    if (now.lockedClasses !== before.lockedClasses || now.hiddenClasses !== before.hiddenClasses) keep();
  });

  return {
    async load(projectId, dataset) {
      const own = dataset.classes;
      let state: ClassState = { classes: own, locked: new Set(), hidden: new Set() };
      try {
        await writing;
        state = await loadClasses(store, projectId, own);
      } catch (error) {
        showInfo(session, "Changed classes from earlier could not be read", storageReason(error));
      }
      const { classes, locked, hidden } = state;
      const follow = (): void => {
        followed = { projectId, own };
      };
      return { dataset: classes === own ? dataset : withClasses(dataset, classes), locked, hidden, follow };
    },
    leave() {
      followed = null;
    },
  };
}
