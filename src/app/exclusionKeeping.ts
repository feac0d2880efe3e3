import { loadExclusions, saveExclusions } from "../project/exclusionRecord";
import { storageReason } from "../project/storage";
import type { Exclusions } from "../review/exclusions";
import type { Services } from "./services";
import { type SessionStore, showInfo } from "./session";

/** What a data set excludes from finding, not yet shown. */
interface KeptExclusions {
  readonly exclusions: Exclusions;
  /** Call when the session holds them: from now on changes are kept. */
  follow(): void;
}

export interface ExclusionKeeping {
  /** What is kept for a project. Changes are not kept from when `leave` was called until `follow` is. */
  load(projectId: string): Promise<KeptExclusions>;
  /** The open data set is about to be replaced: what comes now is not excluded by it. */
  leave(): void;
}

/** Keeps what the open data set excludes from finding between visits. */
export function createExclusionKeeping({ store }: Pick<Services, "store">, session: SessionStore): ExclusionKeeping {
  let followed: string | null = null;
  /** One after the other: an older state must never arrive after a newer one. */
  let writing: Promise<void> = Promise.resolve();

  session.subscribe((now, before) => {
    if (now.exclusions === before.exclusions || followed === null) return;
    const [projectId, { exclusions }] = [followed, now];
    writing = writing
      .then(() => saveExclusions(store, projectId, exclusions))
      .catch((error: unknown) => showInfo(session, "What is excluded is not kept", storageReason(error)));
  });

  return {
    async load(projectId) {
      let exclusions: Exclusions = [];
      try {
        await writing;
        exclusions = await loadExclusions(store, projectId);
      } catch (error) {
        showInfo(session, "What was excluded from finding could not be read", storageReason(error));
      }
      const follow = (): void => {
        followed = projectId;
      };
      return { exclusions, follow };
    },
    leave() {
      followed = null;
    },
  };
}
