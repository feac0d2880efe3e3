/** What the rules said of the labels of a project, and which labels are still to be looked at. */
import { type LintCounts, lintFacts, type RuleCount } from "../review/lint/lintCounts";
import type { Slice } from "./slice";
import type { KeyValueStore, Put } from "./storage";

const prefixOf = (projectId: string): string => `lint/${projectId}/`;

/**
 * By image key. Records that make no sense are left out.
 * @throws when the store does.
 */
export async function loadLintCounts(store: KeyValueStore, projectId: string): Promise<Map<string, LintCounts>> {
  const prefix = prefixOf(projectId);
  const records = await store.entries(prefix);
  return new Map(
    records.flatMap(([key, record]) => (isCounts(record) ? [[key.slice(prefix.length), record] as const] : [])),
  );
}

/** What is to be written of an image. */
export function lintRecord(projectId: string, key: string, counts: LintCounts): Put {
  return [lintKey(projectId, key), counts];
}

/** Where that is kept. */
export function lintKey(projectId: string, key: string): string {
  return `${prefixOf(projectId)}${key}`;
}

/** A look at many labels that did not end. Left running it goes on by itself at the next visit. */
export interface KeptLintRun {
  readonly keys: readonly string[];
  readonly state: "running" | "paused";
}

export const lintRunSlice: Slice<KeptLintRun | null> = {
  name: "linting",
  encode: (run) => run ?? undefined,
  decode(record) {
    const { keys, state } = partsOf(record);
    if (!Array.isArray(keys) || (state !== "running" && state !== "paused")) return null;
    return { keys: keys.filter((key) => typeof key === "string"), state };
  },
};

function isCounts(value: unknown): value is LintCounts {
  const { stamp, size, revision, failure, rules, empty } = partsOf(value);
  const isOfFile = isWhole(size) && (revision === null || typeof revision === "number");
  const isOfLabel = typeof stamp === "string" && typeof empty === "boolean";
  return (
    isOfFile &&
    isOfLabel &&
    (failure === null || typeof failure === "string") &&
    Array.isArray(rules) &&
    rules.every(isCount)
  );
}

function isCount(value: unknown): value is RuleCount {
  const { rule, count, pixels, to, off } = partsOf(value);
  const isNamed = lintFacts.some((one) => one === rule && one !== "empty");
  return isNamed && [count, pixels, off].every(isWhole) && (to === null || isWhole(to));
}

function isWhole(value: unknown): boolean {
  return typeof value === "number" && Number.isInteger(value) && value >= 0;
}

function partsOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
}
