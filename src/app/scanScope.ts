import { passedOver, type ScanRecord } from "../project/scans";
import type { EngineStatus } from "../worker/inferenceClient";
import type { Scan, Session } from "./session";
import { summaryOf } from "./summaries";
import { noModel } from "./summary";

/** Why nothing can be scanned now, in the user's words; null when it can. */
export function whyNotScan({ dataset, engine }: Pick<Session, "dataset" | "engine">): string | null {
  if (dataset === null) return "No data set is open.";
  if (dataset.items.every(({ image }) => image === null)) return "There are no pictures to judge the labels by.";
  if (engine.state === "failed") return noModel;
  if (isUp(engine) && !engine.engine.finds)
    return `The model ${engine.engine.model} came without rules for finding errors.`;
  return null;
}

/** Of images that the user means, those that a scan would search, and how many it would not. */
export interface ScanScope {
  readonly keys: readonly string[];
  readonly withoutPicture: number;
  readonly excluded: number;
  /** Searched before, reviewed, or decided on. */
  readonly known: number;
}

/** @param again also those that are known. */
export function scanScope(
  { dataset, summaries }: Pick<Session, "dataset" | "summaries">,
  meant: readonly string[],
  again: boolean,
): ScanScope {
  const items = new Map(dataset?.items.map((item) => [item.key, item]));
  const keys: string[] = [];
  const left = { withoutPicture: 0, excluded: 0, known: 0 };
  for (const key of meant) {
    const item = items.get(key);
    if (item === undefined) continue;
    const { score, excluded, reviewed, findings } = summaryOf(summaries, key);
    const isKnown = score !== null || reviewed || findings.some(({ decision }) => decision !== "pending");
    if (item.image === null) left.withoutPicture++;
    else if (excluded) left.excluded++;
    else if (isKnown && !again) left.known++;
    else keys.push(key);
  }
  return { keys, ...left };
}

/** The scan that runs; else the newest that is paused; null where there is none. */
export function unfinishedScan(scans: readonly Scan[]): Scan | null {
  const of = (state: string) => scans.findLast(({ record }) => record.state === state);
  return of("running") ?? of("paused") ?? null;
}

/** How many images a scan is done with and how many it is about; not of these are the `excluded` ones that it passes over. */
export interface ScanCounts {
  readonly done: number;
  readonly total: number;
  readonly failed: number;
  readonly excluded: number;
}

/** Of an unfinished scan an image that is not searched yet counts as it is excluded or not by now. */
export function scanCounts({ record, outcomes }: Scan, summaries: Session["summaries"]): ScanCounts {
  const isOpen = record.state === "running" || record.state === "paused";
  let [done, failed, excluded] = [0, 0, 0];
  for (const key of record.keys) {
    const outcome = outcomes.get(key);
    if (outcome !== undefined && outcome !== passedOver) done++;
    else if (isOpen ? summaryOf(summaries, key).excluded : outcome === passedOver) excluded++;
    if (outcome) failed++;
  }
  return { done, total: record.keys.length - excluded, failed, excluded };
}

/** The images that a scan has still to search: those that it did not reach, and those that it passed over and that are excluded no more. */
export function leftToSearch({ record, outcomes }: Scan, summaries: Session["summaries"]): readonly string[] {
  if (record.state === "cancelled") return [];
  return record.keys.filter((key) => {
    const outcome = outcomes.get(key);
    return outcome === passedOver ? !summaryOf(summaries, key).excluded : outcome === undefined;
  });
}

/** The newest scan, if it is finished and passed over images that are included by now, and these. */
export function scanToComplete({
  scans,
  summaries,
}: Pick<Session, "scans" | "summaries">): { readonly record: ScanRecord; readonly left: readonly string[] } | null {
  const newest = scans.at(-1);
  if (newest?.record.state !== "finished") return null;
  const left = leftToSearch(newest, summaries);
  return left.length === 0 ? null : { record: newest.record, left };
}

/** "1 excluded image is passed over"; empty where none is. */
export function excludedText({ excluded }: Pick<ScanCounts, "excluded">): string {
  if (excluded === 0) return "";
  return `${excluded.toLocaleString("en")} excluded ${excluded === 1 ? "image is" : "images are"} passed over`;
}

/** Why images could not be searched, in the order of the scan. */
export function failuresOf({ record, outcomes }: Scan): readonly { readonly key: string; readonly reason: string }[] {
  return record.keys.flatMap((key) => {
    const reason = outcomes.get(key) ?? null;
    return reason === null || reason === passedOver ? [] : [{ key, reason }];
  });
}

type Up = Extract<EngineStatus, { readonly state: "ready" | "busy" }>;

export function isUp(engine: EngineStatus): engine is Up {
  return engine.state === "ready" || engine.state === "busy";
}
