import { type FindingSummary, type ImageSummary, unknownImage } from "../review/imageSummary";
import { withBacklog } from "./backlog";
import { parseNote } from "./keptNote";
import type { KeyValueStore, Put } from "./storage";

const prefixOf = (projectId: string): string => `summary/${projectId}/`;

/**
 * The summaries kept for a project, by image key. Of a record, what makes no sense is left out, and so are undecided finds where
 * it is noted that no row of the image is undecided: a page that went between the two writes told of them.
 * @throws when the store does.
 */
export async function loadSummaries(store: KeyValueStore, projectId: string): Promise<Map<string, ImageSummary>> {
  const [prefix, noted] = [prefixOf(projectId), `undecided/${projectId}/`];
  const [records, notes] = await Promise.all([store.entries(prefix), store.entries(noted)]);
  const isDone = new Set(
    notes.flatMap(([key, note]) => (parseNote(note)?.undecided === 0 ? [key.slice(noted.length)] : [])),
  );
  return new Map(
    records.map(([key, record]) => {
      const [image, summary] = [key.slice(prefix.length), parse(record)];
      return [image, isDone.has(image) ? { ...summary, findings: summary.findings.filter(isDecided) } : summary];
    }),
  );
}

function isDecided({ decision }: FindingSummary): boolean {
  return decision === "accepted" || decision === "rejected";
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
  const { score, scan, failure, findings, classes, reviewed, excluded } = record as Partial<
    Record<keyof ImageSummary, unknown>
  >;
  return {
    score: typeof score === "number" ? score : null,
    scan: typeof scan === "string" ? scan : null,
    failure: typeof failure === "string" ? failure : null,
    findings: Array.isArray(findings) ? findings : [],
    classes: classes instanceof Map ? classes : null,
    reviewed: reviewed === true,
    excluded: excluded === true,
  };
}
