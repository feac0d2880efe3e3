import { type ImageSummary, unknownImage } from "../review/imageSummary";
import { withBacklog } from "./backlog";
import type { KeyValueStore, Put } from "./storage";

const prefixOf = (projectId: string): string => `summary/${projectId}/`;

/**
 * The summaries kept for a project, by image key. Of a record, what makes no sense is left out.
 * @throws when the store does.
 */
export async function loadSummaries(store: KeyValueStore, projectId: string): Promise<Map<string, ImageSummary>> {
  const prefix = prefixOf(projectId);
  const records = await store.entries(prefix);
  return new Map(records.map(([key, record]) => [key.slice(prefix.length), parse(record)]));
}

/**
 * Keeps several at once, all or none; what cannot be written is tried again.
 * @throws when the store does.
 */
export async function saveSummaries(
  store: KeyValueStore,
  projectId: string,
  summaries: ReadonlyMap<string, ImageSummary>,
): Promise<void> {
  await withBacklog(store).keep(
    [...summaries].map(([key, summary]) => summaryRecord(projectId, key, summary)),
    [],
  );
}

/** A summary as it is kept, to be written along with what it is of. */
export function summaryRecord(projectId: string, key: string, summary: ImageSummary): Put {
  return [`${prefixOf(projectId)}${key}`, summary];
}

function parse(record: unknown): ImageSummary {
  if (typeof record !== "object" || record === null) return unknownImage;
  const { score, scan, failure, findings, classes, changed, reviewed, excluded } = record as Partial<
    Record<keyof ImageSummary, unknown>
  >;
  return {
    score: typeof score === "number" ? score : null,
    scan: typeof scan === "string" ? scan : null,
    failure: typeof failure === "string" ? failure : null,
    findings: Array.isArray(findings) ? findings : [],
    classes: classes instanceof Map ? classes : null,
    changed: typeof changed === "boolean" ? changed : null,
    reviewed: reviewed === true,
    excluded: excluded === true,
  };
}
