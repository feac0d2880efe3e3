import { forEachOn, type Runs, runsOf } from "../core/runs";
import type { Exclusions } from "../review/exclusions";
import type { KeyValueStore } from "./storage";

/** One mask of a size, as runs. */
interface ExclusionRecord {
  readonly width: number;
  readonly height: number;
  readonly runs: Runs;
}

const keyOf = (projectId: string) => `exclusions/${projectId}`;

/**
 * Keeps what a data set excludes from finding, one record a project; none where nothing is excluded.
 * @throws when the store does.
 */
export async function saveExclusions(store: KeyValueStore, projectId: string, exclusions: Exclusions): Promise<void> {
  if (exclusions.length === 0) return store.delete(keyOf(projectId));
  const records = exclusions.map(({ width, height, data }): ExclusionRecord => ({ width, height, runs: runsOf(data) }));
  await store.set(keyOf(projectId), records);
}

/**
 * What was kept for a project; masks that make no sense are left out.
 * @throws when the store does.
 */
export async function loadExclusions(store: KeyValueStore, projectId: string): Promise<Exclusions> {
  const value = await store.get(keyOf(projectId));
  if (!Array.isArray(value)) return [];
  return value.filter(isRecord).map(({ width, height, runs }) => {
    const data = new Uint8Array(width * height);
    forEachOn(runs, (index) => {
      data[index] = 1;
    });
    return { width, height, data };
  });
}

function isRecord(value: unknown): value is ExclusionRecord {
  if (typeof value !== "object" || value === null) return false;
  const { width, height, runs } = value as Partial<Record<keyof ExclusionRecord, unknown>>;
  if (!isSide(width) || !isSide(height) || !(runs instanceof Uint32Array)) return false;
  return runs.reduce((sum, length) => sum + length, 0) === width * height;
}

/** Larger images cannot be decoded by any browser. */
function isSide(value: unknown): value is number {
  return typeof value === "number" && Number.isInteger(value) && value > 0 && value <= 65535;
}
