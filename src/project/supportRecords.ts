import type { ImageCells } from "../support/types";
import type { KeyValueStore } from "./storage";

/** What was learnt of the images of one project by one model's weights, kept between visits, a record an image. */
export interface SupportRecords {
  /** Undefined where nothing is kept, or of another label (`stamp`) or other weights; null: nothing in it is labelled. */
  load(imageKey: string, stamp: string): Promise<ImageCells | null | undefined>;
  keep(imageKey: string, stamp: string, cells: ImageCells | null): Promise<void>;
  /** Deletes what is kept of all projects but those opened last, this one included. */
  makeRoom(): Promise<void>;
}

/** Projects of which something is kept: one of 64 images takes 16 MB. */
const mostProjects = 4;
const projectsKey = "support-projects";
/** Of the records' form and of what is kept of an image. Records of another one are learnt again. */
const recordVersion = 2;

interface Kept {
  readonly version: typeof recordVersion;
  readonly weights: string;
  readonly stamp: string;
  readonly cells: ImageCells | null;
}

/** Every method throws when the store does. */
export function supportRecords(store: KeyValueStore, projectId: string, weights: string): SupportRecords {
  const keyOf = (imageKey: string) => `support/${projectId}/${imageKey}`;
  return {
    async load(imageKey, stamp) {
      const kept = await store.get(keyOf(imageKey));
      return isKept(kept) && kept.weights === weights && kept.stamp === stamp ? kept.cells : undefined;
    },
    keep(imageKey, stamp, cells) {
      const kept: Kept = { version: recordVersion, weights, stamp, cells };
      return store.set(keyOf(imageKey), kept);
    },
    async makeRoom() {
      const known = await store.get(projectsKey);
      const earlier = Array.isArray(known) ? known.filter((id) => typeof id === "string" && id !== projectId) : [];
      const projects = [projectId, ...earlier].slice(0, mostProjects);
      for (const key of await store.keys("support/")) {
        if (!projects.some((id) => key.startsWith(`support/${id}/`))) await store.delete(key);
      }
      await store.set(projectsKey, projects);
    },
  };
}

function isKept(value: unknown): value is Kept {
  if (typeof value !== "object" || value === null) return false;
  const { version, weights, stamp, cells } = value as Partial<Kept>;
  if (version !== recordVersion) return false;
  return typeof weights === "string" && typeof stamp === "string" && (cells === null || isCells(cells));
}

function isCells(value: unknown): value is ImageCells {
  if (typeof value !== "object" || value === null) return false;
  const { imageKey, channels, features, ids } = value as Partial<ImageCells>;
  if (typeof imageKey !== "string" || typeof channels !== "number") return false;
  if (!(features instanceof Uint16Array) || !(ids instanceof Uint16Array)) return false;
  return features.length === ids.length * channels;
}
